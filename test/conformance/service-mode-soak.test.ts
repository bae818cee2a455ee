import { describe, expect, it } from 'vitest'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { openOwnFixture } from '../judges/own-fixture.ts'
import { ownTasks } from '../judges/own-tasks.ts'
import { usageOfGroup } from '../judges/process-usage.ts'
import { soak } from '../judges/service-soak.ts'
import { globalId } from '../tenant/global-id.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

/** `npm run bench:service` does ten thousand. */
const TASKS = 1_000

/** Of each kind that needs no source: more requests than a minute allows would be what is measured. */
const MIX = [
  { actionListSchemas: {} },
  { actionGetSchema: { name: 'enable_user' } },
  { listEventFeeds: {} },
  { hello: {} },
  { eventFeed: {} },
  { grant: {} },
  { revoke: {} },
  { createAccount: {} },
  { listEvents: { eventFeedId: 'none' } },
  { actionListSchemas: {} },
]

describe.skipIf(missing)(`many tasks with a fault on every fifth call ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  it('end once each, none is lost, no file is left, and memory stays', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    // Polls that fail are waited out: so many at once that there are few.
    const daemon = at.start({ BATON_GET_TASKS: 'true', BATON_TASK_CONCURRENCY: '50', BATON_LOG_LEVEL: 'error' })
    await at.peer.heard('answer', ({ rpc, code }) => rpc === 'GetTasks' && code === 0, { within: 120_000 })
    const terms = { tasks: MIX, every: 5, leaseMs: 5_000, within: 280_000 }
    await soak(at.peer, { ...terms, every: 0, copies: TASKS / MIX.length })
    const before = usageOfGroup(daemon.pid).rssBytes
    const changes = await at.peer.enqueue({ syncFull: {} }, ownTasks.grant(), ownTasks.revoke())
    const { summary } = await soak(at.peer, { ...terms, copies: TASKS / MIX.length })
    const after = usageOfGroup(daemon.pid).rssBytes

    const changed = summary.tasks.filter(({ taskId }) => changes.includes(taskId))
    const cheap = summary.tasks.filter(({ taskId }) => !changes.includes(taskId))
    expect([cheap.length, summary.open]).toEqual([2 * TASKS, 0])
    const endings: Record<string, Set<string>> = {}
    for (const { kind, outcome = 'hello', code } of cheap)
      (endings[kind] ??= new Set()).add(`${outcome} ${code ?? ''}`.trim())
    const { hello, ...others } = endings
    expect(others).toEqual({
      action_list_schemas: new Set(['success']),
      action_get_schema: new Set(['success']),
      list_event_feeds: new Set(['success']),
      event_feed: new Set(['retryable 2']),
      list_events: new Set(['failed 5']),
      grant: new Set(['failed 2']),
      revoke: new Set(['failed 2']),
      create_account: new Set(['failed 2']),
    })
    expect(hello, 'answered, or else ended with the reason').toContain('hello')
    expect(changed.map(({ outcome }) => outcome)).toEqual([
      expect.stringMatching(/success|retryable/),
      'success',
      'success',
    ])
    expect(summary.tasks.filter(({ acknowledged }) => acknowledged < 1)).toEqual([])
    expect(await at.peer.violations()).toEqual([])
    expect(at.tenant.tenant.group(globalId('Group', 17))?.users).toHaveLength(1)
    expect(after / before, 'memory after twice as many tasks').toBeLessThan(1.25)
    // A result whose acknowledgement was lost is sent again at its next turn.
    await at.tidied()
    daemon.signal('SIGTERM')
    expect([await daemon.ended, await at.left()]).toEqual([0, []])
  })
})
