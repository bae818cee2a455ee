import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ScheduleOptions } from '../../../../../src/sdk/service/runtime/daemon-options.ts'
import { runSchedule } from '../../../../../src/sdk/service/runtime/schedule.ts'
import { afterEvent, type DaemonEvent, startState } from '../../../../../src/sdk/service/watch/state.ts'
import { silentLogger } from '../../../../../src/sdk/ground/ports.ts'
import { createSnapshotStore } from '../../../../../src/sdk/snapshot/write/snapshot-store.ts'
import { connectorFor, folder, hurriedTime, realTime } from '../../../../support/run-daemon-with.ts'
import { readSnapshot } from '../../../../support/snapshot-rows.ts'
import { seedTenant } from '../../../../tenant/seed-tenant.ts'
import { tenantOf } from '../../../../tenant/tenant-of.ts'
import { expandedTruthOf } from '../../../../tenant/tenant-truth.ts'
import { createToyConnector } from '../../../../support/toy-connector.ts'
import { createVirtualTime } from '../../../../support/virtual-time.ts'

const quick = { attempts: 2, attemptsIfMalformed: 2, firstWaitMs: 1, mostWaitMs: 5 }
const MINUTE = 60_000
const never = new AbortController().signal

type Plan = Pick<ScheduleOptions, 'connector'> & Partial<ScheduleOptions>

function start(plan: Plan, time: Pick<ScheduleOptions, 'clock' | 'sleep'> = realTime) {
  const stop = new AbortController()
  const events: DaemonEvent[] = []
  const watchers: { readonly count: number; readonly kind: string; readonly resolve: () => void }[] = []
  let state = startState('schedule', time.clock.now())
  const file = join(folder(), 'sync.c1z')
  const random = (length: number) => randomBytes(length)
  const count = (kind: string): number => events.filter((event) => event.kind === kind).length
  const ended = runSchedule({
    store: createSnapshotStore({ file, clock: time.clock, random, log: silentLogger }),
    ...{ clock: time.clock, sleep: time.sleep, random },
    log: silentLogger,
    workers: 2,
    shutdownGraceMs: 25_000,
    intervalMs: 60 * MINUTE,
    syncTypes: [],
    expand: true,
    retries: { sync: quick, change: quick },
    ...plan,
    stop: stop.signal,
    onEvent(event) {
      events.push(event)
      state = afterEvent(state, event, time.clock.monotonicMs())
      for (const watcher of watchers) if (count(watcher.kind) >= watcher.count) watcher.resolve()
    },
  })
  ended.catch(() => {})
  onTestFinished(async () => {
    stop.abort()
    await ended.catch(() => {})
  })
  return {
    ...{ events, file, ended, count },
    state: () => state,
    /** Resolves with the nth event of a kind. */
    nth: (kind: DaemonEvent['kind'], wanted: number): Promise<void> =>
      count(kind) >= wanted
        ? Promise.resolve()
        : new Promise((resolve) => watchers.push({ kind, count: wanted, resolve })),
    async stop() {
      stop.abort()
      await ended
    },
  }
}

const startsOf = (events: readonly DaemonEvent[]): readonly number[] =>
  events.flatMap(({ kind, at }, _i, [first]) =>
    kind === 'task-started' ? (at.getTime() - (first?.at.getTime() ?? 0)) / MINUTE : [],
  )

describe('the schedule', () => {
  it('reads the tenant into the file again and again, and keeps as many syncs as a single run would', async () => {
    const server = await tenantOf()
    const schedule = start({ connector: connectorFor(server), intervalMs: 1_000 }, hurriedTime)
    await schedule.nth('synced', 4)
    await schedule.stop()
    const { syncs, ...rows } = readSnapshot(schedule.file)
    expect(rows).toEqual(expandedTruthOf(server.tenant))
    expect(syncs.map(({ finished }) => finished)).toEqual([true, true])
    expect(schedule.state()).toMatchObject({ lastSync: { counts: { resources: { user: 40 } } }, running: [] })
  })

  it('begins each run an interval after the beginning of the one before', async () => {
    const time = createVirtualTime()
    const { connector } = createToyConnector()
    const [syncer] = connector.syncers
    if (!syncer) throw new Error('the toy has a syncer')
    const slow = {
      ...syncer,
      list: (call: Parameters<typeof syncer.list>[0]) => time.sleep(7 * MINUTE, never).then(() => syncer.list(call)),
    }
    const schedule = start({ connector: { ...connector, syncers: [slow] } }, time)
    await time.run(schedule.nth('task-started', 4))
    expect(startsOf(schedule.events)).toEqual([0, 60, 120, 180])
    expect(schedule.state().nextPollAt?.getTime()).toBe(time.clock.now().getTime())
  })

  it('follows a run that took longer than the interval at once', async () => {
    const time = createVirtualTime()
    const { connector } = createToyConnector()
    const [syncer] = connector.syncers
    if (!syncer) throw new Error('the toy has a syncer')
    const slow = {
      ...syncer,
      list: (call: Parameters<typeof syncer.list>[0]) => time.sleep(7 * MINUTE, never).then(() => syncer.list(call)),
    }
    const schedule = start({ connector: { ...connector, syncers: [slow] }, intervalMs: 5 * MINUTE }, time)
    await time.run(schedule.nth('task-started', 3))
    expect(startsOf(schedule.events)).toEqual([0, 7, 14])
  })

  it('repeats a run that failed after five minutes, or sooner where the interval is shorter', async () => {
    // Twice with other lists, and once alone.
    const server = await tenantOf({ faults: [{ operation: 'Users', kind: '500', times: 3 }] })
    const schedule = start(
      { connector: connectorFor(server) },
      { clock: realTime.clock, sleep: (ms, signal) => realTime.sleep(ms / 10_000, signal) },
    )
    await schedule.nth('synced', 1)
    await schedule.stop()
    const failed = schedule.events.find((event) => event.kind === 'poll-failed')
    expect(failed && failed.nextAt.getTime() - failed.at.getTime()).toBe(5 * MINUTE)
    expect(schedule.state().errors).toMatchObject([
      { where: 'sync', message: expect.stringContaining('500') as string },
    ])
    expect(schedule.state().connection).toBe('stopping')
  })

  it('ends with the cause where already the first run finds a key that is refused', async () => {
    const server = await tenantOf({ faults: [{ operation: 'Users', kind: '401' }] })
    const schedule = start({ connector: connectorFor(server) })
    await expect(schedule.ended).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('goes on when the key is refused later', async () => {
    const server = await tenantOf()
    const schedule = start({ connector: connectorFor(server), intervalMs: 1_000 }, hurriedTime)
    await schedule.nth('synced', 1)
    server.plan({ faults: [{ kind: '401', times: 3 }] })
    await schedule.nth('poll-failed', 1)
    const synced = schedule.count('synced')
    await schedule.nth('synced', synced + 1)
    expect(schedule.count('task-started')).toBeGreaterThan(schedule.count('synced'))
    await schedule.stop()
  })

  it('ends with the cause for a type that does not exist', async () => {
    const schedule = start({ connector: createToyConnector().connector, syncTypes: ['planet'] })
    await expect(schedule.ended).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})

describe('told to stop', () => {
  it('between two runs, it ends at once', async () => {
    const time = createVirtualTime()
    const schedule = start({ connector: createToyConnector().connector }, time)
    await time.run(schedule.nth('polled', 1))
    await schedule.stop()
    expect(schedule.count('task-started')).toBe(1)
  })

  it('during a run, it stops at a page and the next start goes on from there', async () => {
    const server = await tenantOf({
      tenant: seedTenant({ users: 250, groups: 5 }),
      faults: [{ operation: 'Users', page: 1, kind: 'slow', delayMs: 60_000, times: 1 }],
    })
    const first = start({ connector: connectorFor(server) })
    await first.nth('task-progress', 1)
    await first.stop()
    expect(first.count('synced')).toBe(0)
    expect(existsSync(first.file)).toBe(true)
    expect(readSnapshot(first.file, 'latest').syncs).toMatchObject([{ finished: false }])
  })

  it('during a run that does not heed it, it ends with the grace', async () => {
    const time = createVirtualTime()
    const { connector } = createToyConnector()
    const [syncer] = connector.syncers
    if (!syncer) throw new Error('the toy has a syncer')
    const stuck = { ...syncer, list: () => new Promise<never>(() => {}) }
    const schedule = start({ connector: { ...connector, syncers: [stuck] } }, time)
    await time.run(time.sleep(1_000, never))
    const told = time.clock.monotonicMs()
    await time.run(schedule.stop())
    expect(time.clock.monotonicMs() - told).toBe(25_000)
    expect(readdirSync(join(schedule.file, '..')).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})
