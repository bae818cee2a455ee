import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse, stringify } from 'yaml'
import { createMetrics } from '../../src/sdk/service/watch/metrics.ts'
import { startState } from '../../src/sdk/service/watch/state.ts'
import { runDeployTool, whyMissing } from '../support/deploy/deploy-tools.ts'
import { missing } from '../support/deploy/missing.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'

const deploy = join(import.meta.dirname, '../../deploy')
const noTools = whyMissing('go')

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[]
}
interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[]
  }[]
}
interface Panel {
  readonly id: number
  readonly title: string
  readonly datasource: { readonly uid: string }
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets: readonly { readonly expr: string }[]
}
interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] }
}

const rules = (parse(readFileSync(join(deploy, 'prometheus/alerts.yaml'), 'utf8')) as Rules).groups.flatMap(
  (group) => group.rules,
)
const ruleTests = parse(readFileSync(join(deploy, 'prometheus/alerts.test.yaml'), 'utf8')) as RuleTests
const dashboard = JSON.parse(readFileSync(join(deploy, 'grafana/dashboard.json'), 'utf8')) as Dashboard
const panelQueries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
const queries = [...panelQueries, ...rules.map(({ expr }) => expr)]

/** The daemon's own. A histogram stands under its base name. */
const described = await createMetrics({
  version: '0.0.0',
  state: () => startState('service', new Date(0)),
  traffic: () => ({ requests: 0, refusals: 0, authFailures: 0, waitedMs: 0, readsLeft: 0 }),
}).text()
const METRICS = [...described.matchAll(/^# TYPE (baton_\w+) /gm)].map(([, name = '']) => name)
const registry = new Registry()
collectDefaultMetrics({ register: registry })
const OF_PROCESS = registry.getMetricsAsArray().map(({ name }) => name)

/** Names of metrics in queries; the series of a histogram count as the histogram. */
const namesIn = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(
    texts
      .flatMap((text) => text.match(/\b(baton|process|nodejs)_\w+/g) ?? [])
      .map((name) => (METRICS.includes(name) ? name : name.replace(/_(bucket|sum|count)$/, ''))),
  )

describe('alert rules and dashboard', () => {
  it('use only metrics that there are', () => {
    expect(queries.length).toBeGreaterThan(25)
    expect(METRICS.length).toBeGreaterThan(15)
    expect([...namesIn(queries)].filter((name) => ![...METRICS, ...OF_PROCESS].includes(name))).toEqual([])
  })

  it('choose by outcomes and peers that there are', () => {
    const chosen = queries.flatMap((query) =>
      [...query.matchAll(/\b(outcome|peer)="([^"]*)"/g)].map((match) => match[2]),
    )
    expect(chosen.length).toBeGreaterThan(1)
    expect(
      chosen.filter((word) => !['success', 'failure', 'retryable', 'platform', 'twingate'].includes(word ?? '')),
    ).toEqual([])
  })
})

describe('the dashboard', () => {
  it('shows every metric of the daemon', () => {
    expect(METRICS.filter((name) => !namesIn(panelQueries).has(name))).toEqual([])
  })

  it('has panels that stand beside each other, each with its own number', () => {
    const { panels } = dashboard
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([])
  })

  it('asks only the data source, namespace and job that are chosen', () => {
    const variables = dashboard.templating.list.map(({ name }) => name)
    expect(variables).toEqual(['datasource', 'namespace', 'job'])
    for (const { datasource } of dashboard.panels) expect(datasource.uid).toBe('${datasource}')
    for (const query of panelQueries)
      for (const [, selector] of query.matchAll(/\b(?:baton|process)_\w+(\{[^}]*\})?/g))
        expect(`${query} ${selector ?? 'has no selector'}`).toContain('namespace="$namespace", job="$job"')
  })
})

describe.skipIf(missing('queries are not read by promtool', noTools))('by promtool', () => {
  it('every query of the dashboard is PromQL', () => {
    const folder = temporaryFolder(onTestFinished)
    const record = panelQueries.map((expr, at) => ({
      record: `panel_${at}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(namespace|job)/g, 'any'),
    }))
    writeFileSync(join(folder, 'panels.yaml'), stringify({ groups: [{ name: 'panels', rules: record }] }))
    const { code, stdout, stderr } = runDeployTool('promtool', ['check', 'rules', 'panels.yaml'], folder)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`${panelQueries.length} rules found`)
  })

  it('the alert rules are well-formed', () => {
    const { code, stdout, stderr } = runDeployTool(
      'promtool',
      ['check', 'rules', 'alerts.yaml'],
      join(deploy, 'prometheus'),
    )
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`${rules.length} rules found`)
  })

  it('the alert rules do what their tests say, and each is seen to fire', () => {
    const { code, stderr } = runDeployTool(
      'promtool',
      ['test', 'rules', 'alerts.test.yaml'],
      join(deploy, 'prometheus'),
    )
    expect([code, stderr]).toEqual([0, ''])
    const cases = ruleTests.tests.flatMap((test) => test.alert_rule_test)
    const fires = new Set(cases.filter(({ exp_alerts }) => exp_alerts.length > 0).map(({ alertname }) => alertname))
    expect(rules.map(({ alert }) => alert).filter((alert) => !fires.has(alert))).toEqual([])
  })
})
