import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { twingateGrammar } from '../../support/twingate-grammar.ts'
import { describeTwingate } from '../../../src/connector/describe.ts'
import type { TaskKind, TaskWork } from '../../../src/sdk/service/baton-service.ts'
import type { ServiceModeOptions } from '../../../src/sdk/service/runtime/daemon-options.ts'
import { createMetrics } from '../../../src/sdk/service/watch/metrics.ts'
import type { DaemonEvent } from '../../../src/sdk/service/watch/state.ts'
import { statusPath, StatusDocument } from '../../../src/sdk/service/watch/status-file.ts'
import type { TaskHandler } from '../../../src/sdk/service/task-handler.ts'
import { createTaskHandlers } from '../../../src/sdk/service/tasks/task-handlers.ts'
import { silentLogger } from '../../../src/sdk/ground/ports.ts'
import { envNameOf } from '../../../src/sdk/settings/field.ts'
import { at, offline, started, stateAfter, synced } from '../sdk/service/fixture.ts'
import { codeIn, rowsOf } from '../../support/markdown.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/service-mode.md'), 'utf8')
const { fields, commands } = twingateGrammar('0.0.0')

/** One task of each kind that changes something, and of those that need no source. */
const WORK: Readonly<Partial<Record<TaskKind, TaskWork>>> = {
  grant: { kind: 'grant', entitlement: undefined, principal: undefined },
  revoke: { kind: 'revoke', grant: undefined },
  'create-account': { kind: 'create-account', account: undefined, credentials: undefined, resourceType: '' },
  'create-resource': { kind: 'create-resource', resource: undefined },
  'delete-resource': { kind: 'delete-resource', id: undefined },
  'invoke-action': { kind: 'invoke-action', name: '', args: {}, resourceType: '' },
  'list-actions': { kind: 'list-actions', resourceType: '' },
  'get-action': { kind: 'get-action', name: 'enable_user' },
  'action-status': { kind: 'action-status', name: '', id: '' },
  'issue-credential': {
    ...{ kind: 'issue-credential', identity: { type: 'service-account', id: 's' }, option: 'api_key', scopes: [] },
    ...{ encryption: [], until: undefined },
  },
  'list-event-feeds': { kind: 'list-event-feeds' },
  'list-events': { kind: 'list-events', feed: 'none', cursor: '', startAt: undefined, size: 0 },
  'list-ticket-schemas': { kind: 'list-ticket-schemas' },
  'get-tickets': { kind: 'get-tickets', ids: ['x'], bulk: false },
  'rotate-credential': { kind: 'rotate-credential', id: undefined, credentials: undefined, encryption: [] },
  'not-offered': { kind: 'not-offered', name: 'create_ticket_task' },
  unsupported: { kind: 'unsupported', name: '' },
}

describe('docs/service-mode.md', () => {
  // Nothing of the options is used before a task asks the source.
  const handlers = createTaskHandlers({ connector: describeTwingate(), provisioning: false } as ServiceModeOptions)
  const rows = rowsOf(page, 'Needs permission')
  const kinds = rows.map((row) => codeIn(row['Kind'] ?? '')[0])

  it('lists every kind of task that the daemon answers', () => {
    expect(new Set(kinds)).toEqual(new Set(['none', 'hello', ...Object.keys(handlers)]))
  })

  it('says of each kind whether it is refused without --provisioning', async () => {
    const run = { taskId: 'x', signal: new AbortController().signal, log: silentLogger, progress() {} }
    for (const [kind, work] of Object.entries(WORK)) {
      const handler = handlers[kind as keyof typeof handlers] as TaskHandler
      const isRefused = await handler(work, run).then(
        () => false,
        (error: unknown) => String(error).includes('provisioning is not enabled'),
      )
      const row = rows.find((candidate) => codeIn(candidate['Kind'] ?? '')[0] === kind)
      expect([kind, row?.['Needs permission']]).toEqual([kind, isRefused ? 'yes' : 'no'])
    }
    expect(kinds.filter((kind = '') => !(kind in WORK))).toEqual(['none', 'hello', 'sync-full'])
  })

  it('lists every metric of the daemon with its kind and labels', async () => {
    const events: readonly DaemonEvent[] = [
      started(1),
      { at: at(2), kind: 'task-ended', id: 't1', task: 'sync-full', outcome: 'success', durationMs: 1 },
      synced(2),
      { at: at(3), kind: 'poll-failed', error: offline, nextAt: at(4) },
    ]
    const traffic = { requests: 0, refusals: 0, authFailures: 0, waitedMs: 0, readsLeft: 0 }
    const metrics = createMetrics({ version: '1', state: () => stateAfter(events), traffic: () => traffic })
    for (const event of events) metrics.note(event)
    const text = await metrics.text()
    const real = [...text.matchAll(/^# TYPE (baton_\w+) (\w+)$/gm)].map(([, name = '', type]) => {
      const [sample = ''] = text.match(new RegExp(`^${name}(_count)?(\\{| ).*$`, 'm')) ?? []
      return { name, type, labels: [...sample.matchAll(/(\w+)="/g)].map((match) => match[1]) }
    })
    const told = rowsOf(page, 'Metric').map((row) => ({
      name: codeIn(row['Metric'] ?? '')[0] ?? '',
      type: row['Kind'],
      labels: codeIn(row['Labels'] ?? ''),
    }))
    const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1)
    expect(told.toSorted(byName)).toEqual(real.toSorted(byName))
  })

  it('names every key of the status document', () => {
    const keys = rowsOf(page, 'Key').flatMap((row) => codeIn(row['Key'] ?? ''))
    expect(keys.toSorted()).toEqual(['running', 'notRunningBecause', ...Object.keys(StatusDocument.shape)].sort())
  })

  it('names only files, flags, variables and paths that exist', () => {
    expect(rowsOf(page, 'File').map((row) => codeIn(row['File'] ?? '')[0])).toContain(statusPath(''))
    const flags = [...fields, ...commands.flatMap((command) => command.flags ?? [])].map(({ name }) => `--${name}`)
    const named = [...page.matchAll(/`(--[a-z0-9-]+)/g)].map((match) => match[1])
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((flag) => !flags.includes(flag!))).toEqual([])
    const variables = [...page.matchAll(/\bBATON_[A-Z0-9_]+\b/g)].map(([name]) => name)
    expect(variables.filter((name) => !fields.some((field) => envNameOf(field) === name))).toEqual([])
  })
})
