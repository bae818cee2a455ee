import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runDeployTool, type ToolRun, whyMissing } from '../support/deploy/deploy-tools.ts'
import { IMAGE_USER, STATE_FOLDER } from '../support/deploy/in-image.ts'
import { missing } from '../support/deploy/missing.ts'
import { unknownSettings } from '../support/deploy/settings.ts'

const folder = join(import.meta.dirname, '../../deploy/compose')
const noTools = whyMissing('go')

const load = (file: string, env: Readonly<Record<string, string>>): ToolRun =>
  runDeployTool('compose', [file], folder, { env: { PATH: process.env['PATH'], ...env } })

interface ComposeProject {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly environment: Readonly<Record<string, string>>
        readonly build: { readonly context: string; readonly dockerfile: string }
        readonly user: string
        readonly read_only: boolean
        readonly cap_drop: readonly string[]
        readonly security_opt: readonly string[]
        readonly privileged?: boolean
        readonly ports?: unknown
        readonly mem_limit: string
        readonly stop_grace_period: string
        readonly secrets: readonly { readonly source: string; readonly target: string }[]
        readonly volumes: readonly { readonly type: string; readonly target: string }[]
        readonly healthcheck: { readonly test?: readonly string[] }
      }
    >
  >
}

const SETTINGS = { BATON_DOMAIN: 'acme', BATON_CLIENT_ID: 'name@acme.conductor.one/ccc' }

describe.skipIf(missing('the Compose files are not loaded', noTools))('the Compose files', () => {
  it.each(['compose.yaml', 'one-shot.yaml'])(
    '%s is what the Compose specification allows, and runs without rights',
    (file) => {
      const { code, stdout, stderr } = load(file, SETTINGS)
      expect([code, stderr]).toEqual([0, ''])
      const services = Object.values((JSON.parse(stdout) as ComposeProject).services)
      expect(services).toHaveLength(1)
      for (const service of services) {
        expect(service).toMatchObject({
          user: `${IMAGE_USER}:${IMAGE_USER}`,
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
        })
        expect([service.privileged, service.ports]).toEqual([undefined, undefined])
        expect(service.volumes.map(({ type, target }) => [type, target])).toEqual([['volume', STATE_FOLDER]])
        expect(existsSync(join(service.build.context, service.build.dockerfile))).toBe(true)
        expect(Number.parseInt(service.stop_grace_period, 10)).toBeGreaterThan(25 + 5)
        const [, heap] = /--max-old-space-size=(\d+)/.exec(service.environment['NODE_OPTIONS'] ?? '') ?? []
        expect(Number(heap) * 1024 * 1024).toBeLessThan(0.8 * Number(service.mem_limit))
      }
    },
  )

  it.each(['compose.yaml', 'one-shot.yaml'])('%s sets only what the program knows, and secrets as files', (file) => {
    for (const service of Object.values((JSON.parse(load(file, SETTINGS).stdout) as ComposeProject).services)) {
      expect(unknownSettings(service.environment)).toEqual([])
      const files = Object.entries(service.environment).filter(
        ([name]) => name.endsWith('_FILE') && name !== 'BATON_FILE',
      )
      expect(files.map(([, path]) => path).sort()).toEqual(service.secrets.map(({ target }) => target).sort())
    }
  })

  it.each([
    ['compose.yaml', { ...SETTINGS, BATON_DOMAIN: '' }, 'BATON_DOMAIN'],
    ['compose.yaml', { ...SETTINGS, BATON_CLIENT_ID: '' }, 'BATON_CLIENT_ID'],
    ['one-shot.yaml', {}, 'BATON_DOMAIN'],
  ])('%s says which setting is missing', (file, env, name) => {
    const { code, stderr } = load(file, env)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(new RegExp(`required variable ${name} is missing`))
  })
})
