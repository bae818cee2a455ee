import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../../../../src/sdk/service/watch/metrics.ts'
import { afterEvent, type DaemonEvent, startState } from '../../../../../src/sdk/service/watch/state.ts'
import { at, monotonicMs, offline, refused, START, started, synced } from '../fixture.ts'

const traffic = { requests: 40, refusals: 2, authFailures: 1, waitedMs: 2500, readsLeft: 17 }

const after = (...events: readonly DaemonEvent[]) => afterIn('service', ...events)

async function afterIn(mode: 'service' | 'schedule', ...events: readonly DaemonEvent[]) {
  let state = startState(mode, START)
  const metrics = createMetrics({ version: '1.2.3', state: () => state, traffic: () => traffic })
  for (const event of events) {
    state = afterEvent(state, event, monotonicMs(event.at))
    metrics.note(event)
  }
  const text = await metrics.text()
  return { metrics, text, lines: text.split('\n') }
}

const ended = (id: string, outcome: 'success' | 'retryable', durationMs: number): DaemonEvent => ({
  at: at(9),
  kind: 'task-ended',
  id,
  task: 'grant',
  outcome,
  durationMs,
  ...(outcome === 'retryable' && { message: 'no' }),
})

describe('metrics', () => {
  it('count tasks by kind and outcome, and keep a kind that runs no more at 0', async () => {
    const { lines } = await after(
      started(1, 'a', 'grant'),
      started(1, 'b', 'grant'),
      started(2, 'c', 'sync-full'),
      ended('a', 'success', 700),
      ended('b', 'retryable', 90_000),
    )
    expect(lines).toEqual(
      expect.arrayContaining([
        'baton_tasks_total{kind="grant",outcome="success"} 1',
        'baton_tasks_total{kind="grant",outcome="retryable"} 1',
        'baton_tasks_running{kind="sync-full"} 1',
        'baton_task_duration_seconds_bucket{le="0.5",kind="grant"} 0',
        'baton_task_duration_seconds_bucket{le="1",kind="grant"} 1',
        'baton_task_duration_seconds_sum{kind="grant"} 90.7',
      ]),
    )
  })

  it('are there as 0 before anything was counted, so that a first failure is an increase', async () => {
    const { lines } = await after()
    const zeros = lines.filter((line) => line.endsWith(' 0'))
    expect(zeros).toEqual(
      expect.arrayContaining([
        'baton_tasks_total{kind="sync-full",outcome="failure"} 0',
        'baton_tasks_total{kind="grant",outcome="success"} 0',
        'baton_tasks_total{kind="unsupported",outcome="retryable"} 0',
        'baton_poll_failures_total{code="unauthenticated"} 0',
        'baton_auth_failures_total{peer="platform"} 0',
      ]),
    )
    expect(lines.filter((line) => line.startsWith('baton_tasks_total{')).length).toBe(19 * 3)
    const schedule = await afterIn('schedule')
    expect(schedule.lines.filter((line) => line.startsWith('baton_tasks_total{'))).toEqual(
      ['success', 'failure', 'retryable'].map(
        (outcome) => `baton_tasks_total{kind="sync-full",outcome="${outcome}"} 0`,
      ),
    )
  })

  it('tell a kind that ran before as 0', async () => {
    const { lines } = await after(started(1, 'a', 'grant'), ended('a', 'success', 1))
    expect(lines).toContain('baton_tasks_running{kind="grant"} 0')
  })

  it('describe the last sync and forget types that are gone', async () => {
    const one = synced(60)
    const next = synced(120)
    if (next.kind !== 'synced') throw new Error('unreachable')
    const counts = { ...next.sync.counts, resources: { user: 3 } }
    const { lines, text } = await after(one, { ...next, sync: { ...next.sync, counts } })
    expect(lines).toContain('baton_sync_resources{type="user"} 3')
    expect(text).not.toContain('type="group"')
    expect(lines).toContain(`baton_sync_last_success_timestamp_seconds ${at(120).getTime() / 1000}`)
    expect(lines).toContain('baton_sync_duration_seconds_count 2')
  })

  it('count failed polls by code, and refused credentials by who refused', async () => {
    const { lines } = await after(
      { at: at(2), kind: 'connected' },
      { at: at(3), kind: 'polled', nextAt: at(4) },
      { at: at(4), kind: 'poll-failed', error: refused, nextAt: at(5) },
      { at: at(4), kind: 'credential-refused' },
      { at: at(5), kind: 'poll-failed', error: offline, nextAt: at(6) },
      { at: at(5), kind: 'credential-refused' },
    )
    expect(lines).toEqual(
      expect.arrayContaining([
        'baton_poll_failures_total{code="unauthenticated"} 1',
        'baton_poll_failures_total{code="unavailable"} 1',
        'baton_auth_failures_total{peer="platform"} 2',
        'baton_auth_failures_total{peer="twingate"} 1',
        'baton_connected 0',
        `baton_poll_last_success_timestamp_seconds ${at(3).getTime() / 1000}`,
      ]),
    )
  })

  it('read what Twingate was asked, and what is left, from the client', async () => {
    const { lines, metrics } = await after({ at: at(1), kind: 'connected' })
    await metrics.text()
    expect(lines).toEqual(
      expect.arrayContaining([
        'baton_twingate_requests_total 40',
        'baton_twingate_refusals_total 2',
        'baton_twingate_wait_seconds_total 2.5',
        'baton_twingate_budget_remaining 17',
        'baton_connected 1',
      ]),
    )
    expect(await metrics.text(), 'a second look adds nothing').toContain('baton_twingate_requests_total 40\n')
  })

  it('count bytes that were uploaded and results that are not delivered', async () => {
    const { lines } = await after(
      { at: at(1), kind: 'uploaded', bytes: 524_288 },
      { at: at(1), kind: 'uploaded', bytes: 12 },
      { at: at(2), kind: 'undelivered', count: 3 },
    )
    expect(lines).toEqual(expect.arrayContaining(['baton_upload_bytes_total 524300', 'baton_undelivered_results 3']))
  })

  it('name the build and show the process', async () => {
    const { lines, text } = await after()
    expect(lines).toContain(`baton_build_info{version="1.2.3",node="${process.version}"} 1`)
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
  })

  it('are valid in the text format: each name has help and type, and no sample comes twice', async () => {
    const { lines } = await after(started(1), ended('x', 'success', 5), synced(2))
    const samples = lines.filter((line) => line !== '' && !line.startsWith('#'))
    const families = new Set(
      lines.flatMap((line) => /^# TYPE (\S+) (?:counter|gauge|histogram)$/.exec(line)?.[1] ?? []),
    )
    for (const line of samples) {
      const [, name = ''] =
        /^([a-z_][a-z0-9_]*)(?:\{(?:[a-z_]+="[^"\n]*",?)*\})? (?:[-+\d.e]+|Nan|NaN)$/.exec(line) ?? []
      expect([line, families.has(name.replace(/_(bucket|sum|count)$/, '')) || families.has(name)]).toEqual([line, true])
    }
    const keys = samples.map((line) => line.replace(/ \S+$/, ''))
    expect(new Set(keys).size).toBe(keys.length)
  })
})
