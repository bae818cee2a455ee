import { describe, expect, it } from 'vitest'
import type { TaskWork } from '../../../../../src/sdk/service/baton-service.ts'
import type { DaemonEvent } from '../../../../../src/sdk/service/watch/state.ts'
import { type LogFields, silentLogger } from '../../../../../src/sdk/ground/ports.ts'
import { type DaemonPlan, type RunningDaemon, startDaemon, sync } from '../../../../support/run-daemon-with.ts'
import type { Call, Fault } from '../../../../support/scripted-service.ts'
import { createToyConnector, toyGrant } from '../../../../support/toy-connector.ts'
import { createVirtualTime } from '../../../../support/virtual-time.ts'

const cheap: TaskWork = { kind: 'list-event-feeds' }
const never = new AbortController().signal

/** A daemon in virtual time, in which only waiting takes any. */
function daemonOf(plan: DaemonPlan = {}) {
  const time = createVirtualTime()
  const daemon = startDaemon({ connector: createToyConnector().connector, ...plan, time })
  return { time, daemon, pass: (ms: number) => time.run(time.sleep(ms, never)) }
}

const pollsOf = ({ peer }: RunningDaemon): number => peer.calls.filter(({ rpc }) => rpc === 'poll').length

type PollEvent = Extract<DaemonEvent, { kind: 'polled' | 'poll-failed' }>

/** Seconds from each poll's end to the next poll, as told. */
const waitsOf = ({ events }: RunningDaemon): readonly number[] =>
  events
    .filter((event): event is PollEvent => event.kind === 'polled' || event.kind === 'poll-failed')
    .map(({ at, nextAt }) => (nextAt.getTime() - at.getTime()) / 1000)

describe('with nothing to do', () => {
  it('a service that asks for no wait is asked once a second', async () => {
    const { daemon, pass } = daemonOf({ peer: { nextPollMs: 0 } })
    await pass(60_500)
    expect(pollsOf(daemon)).toBe(61)
  })

  it('the wait that the service asks for is kept, five minutes at most', async () => {
    const { daemon, pass } = daemonOf({ peer: { nextPollMs: 15_000 } })
    await pass(60_500)
    expect(pollsOf(daemon)).toBe(5)
    const patient = daemonOf({ peer: { nextPollMs: 3_600_000 } })
    await patient.pass(1_000)
    expect(waitsOf(patient.daemon)).toEqual([300])
  })
})

describe('with tasks', () => {
  it('the next is asked for at once where the service asks for no wait', async () => {
    const { daemon, time } = daemonOf()
    const started = time.clock.monotonicMs()
    for (let n = 0; n < 200; n++) daemon.peer.add(cheap)
    await time.run(daemon.peer.allFinished())
    expect(time.clock.monotonicMs() - started).toBeLessThan(1_000)
  })

  it('the wait that the service asks for is kept after a task, too', async () => {
    const { daemon, pass } = daemonOf({ peer: { nextPollMs: 10_000 } })
    for (let n = 0; n < 3; n++) daemon.peer.add(cheap)
    await pass(25_000)
    expect(daemon.events.filter(({ kind }) => kind === 'task-ended')).toHaveLength(3)
    expect(waitsOf(daemon)).toEqual([10, 10, 10])
  })

  it('one that is worked on and handed out again counts as none', async () => {
    const time = createVirtualTime()
    const toy = createToyConnector({ apply: () => time.sleep(19_000, never) })
    const daemon = startDaemon({ connector: toy.connector, time, peer: { leaseMs: 0 } })
    daemon.peer.add(toyGrant('g', 'u'))
    await time.run(time.sleep(19_500, never))
    expect(pollsOf(daemon)).toBeLessThanOrEqual(21)
    expect(toy.writes).toEqual(['g u'])
  })
})

describe('polls that fail', () => {
  const failing =
    (from: number, to: number) =>
    ({ rpc, attempt }: Call): Fault | undefined =>
      rpc === 'poll' && attempt >= from && attempt <= to ? { code: 'unavailable' } : undefined

  it('are waited out for one, four, nine … and at most sixty seconds, less up to a half', async () => {
    const { daemon, pass } = daemonOf({ peer: { fault: failing(1, 1_000) } })
    await pass(10 * 60_000)
    const waits = waitsOf(daemon)
    expect(waits.length).toBeGreaterThan(12)
    for (const [i, wait] of waits.entries()) {
      const most = Math.min((i + 1) ** 2, 60)
      expect(wait).toBeGreaterThanOrEqual(most / 2 - 0.001)
      expect(wait).toBeLessThanOrEqual(most)
    }
    expect(new Set(waits.slice(8)).size).toBeGreaterThan(1)
    expect(daemon.state().connection).toBe('failing')
  })

  it('begin anew after one that came through', async () => {
    const told: unknown[] = []
    const log = { ...silentLogger, info: (message: string, fields?: LogFields) => told.push([message, fields]) }
    const { daemon, pass } = daemonOf({ log, peer: { fault: (call) => failing(1, 3)(call) ?? failing(5, 5)(call) } })
    await pass(30_000)
    const again = [3, 1].map((failures) => ['polls come through again', { failures }])
    expect(told.filter((line) => String(line).startsWith('polls'))).toEqual(again)
    expect(waitsOf(daemon)[4]).toBeLessThanOrEqual(1)
    expect(daemon.state().connection).toBe('connected')
  })

  it.each(['unauthenticated', 'permission-denied', 'unimplemented', 'internal'] as const)(
    'do not end the daemon, not even with %s',
    async (code) => {
      const fault = ({ rpc, attempt }: Call): Fault | undefined =>
        rpc === 'poll' && attempt < 3 ? { code } : undefined
      const { daemon, time } = daemonOf({ peer: { fault } })
      daemon.peer.add(cheap)
      await time.run(daemon.peer.allFinished())
      expect(daemon.peer.violations).toEqual([])
    },
  )
})

describe('tasks that wait', () => {
  it('give their slots to others after five seconds: three held-up grants do not keep a fourth task', async () => {
    const time = createVirtualTime()
    const toy = createToyConnector({ apply: () => time.sleep(90_000, never) })
    const daemon = startDaemon({ connector: toy.connector, time })
    for (const user of ['a', 'b', 'c']) daemon.peer.add(toyGrant('g', user))
    const id = daemon.peer.add(cheap)
    await time.run(daemon.peer.when(() => daemon.peer.results(id).length > 0))
    expect(time.clock.monotonicMs()).toBeLessThan(7_000)
    expect(toy.writes).toEqual([])
    await time.run(daemon.peer.allFinished())
    expect(toy.writes).toEqual(['g a', 'g b', 'g c'])
    expect(daemon.peer.violations).toEqual([])
  })

  it('are held in a number: ten times the slots, then none is asked for', async () => {
    const time = createVirtualTime()
    const toy = createToyConnector({ apply: () => time.sleep(3_600_000, never) })
    const daemon = startDaemon({ connector: toy.connector, time, taskConcurrency: 2, shutdownGraceMs: 0 })
    const ids = Array.from({ length: 30 }, (_, n) => daemon.peer.add(toyGrant('g', String(n))))
    await time.run(time.sleep(600_000, never))
    expect(ids.filter((id) => daemon.peer.deliveries(id) > 0)).toHaveLength(20)
  })

  it('as syncs have slots of their own, and one too many waits for its turn with heartbeats', async () => {
    const time = createVirtualTime()
    let atOnce = 0
    let most = 0
    const toy = createToyConnector({
      async validate() {
        most = Math.max(most, ++atOnce)
        await time.sleep(120_000, never)
        atOnce--
      },
    })
    const daemon = startDaemon({ connector: toy.connector, time, taskConcurrency: 2, skipFullSync: true })
    const syncs = [1, 2, 3].map(() => daemon.peer.add(sync))
    const other = daemon.peer.add(cheap)
    await time.run(daemon.peer.when(() => daemon.peer.results(other).length > 0))
    expect(time.clock.monotonicMs()).toBeLessThan(5_000)
    await time.run(daemon.peer.allFinished())
    expect(most).toBe(2)
    expect(syncs.map((id) => daemon.peer.deliveries(id))).toEqual([1, 1, 1])
    expect(daemon.peer.violations).toEqual([])
  })

  it('for a turn end as soon as the service cancels them, and the turn goes to the next', async () => {
    const time = createVirtualTime()
    const toy = createToyConnector({ validate: () => time.sleep(600_000, never) })
    const daemon = startDaemon({ connector: toy.connector, time, taskConcurrency: 1, skipFullSync: true })
    daemon.peer.add(sync)
    const second = daemon.peer.add(sync)
    const third = daemon.peer.add(sync)
    await time.run(daemon.peer.when(() => daemon.peer.deliveries(second) > 0))
    daemon.peer.cancel(second)
    await time.run(daemon.peer.when(() => daemon.peer.results(second).length > 0))
    expect(time.clock.monotonicMs()).toBeLessThan(60_000)
    expect(daemon.peer.results(second)).toMatchObject([{ code: 1, retryable: true }])
    await time.run(daemon.peer.allFinished())
    expect(daemon.peer.results(third)).toEqual([{ kind: 'success' }])
  })
})

describe('batch polls', () => {
  it('fill up to twice the slots as soon as fewer than the slots are open, and name what is known', async () => {
    const time = createVirtualTime()
    const toy = createToyConnector({ apply: () => time.sleep(2_000, never) })
    const daemon = startDaemon({ connector: toy.connector, time, batch: true, taskConcurrency: 3 })
    const ids = Array.from({ length: 8 }, (_, n) => daemon.peer.add(toyGrant('g', String(n))))
    await time.run(daemon.peer.allFinished())
    const [first, second] = daemon.peer.pages
    expect(first).toEqual({ size: 6, known: [] })
    expect(second?.size).toBeGreaterThanOrEqual(4)
    expect(second?.known.every((id) => ids.includes(id))).toBe(true)
    expect(second?.known.length).toBeGreaterThanOrEqual(6 - (second?.size ?? 0))
    expect(daemon.peer.violations).toEqual([])
    expect(ids.map((id) => daemon.peer.deliveries(id))).toEqual(ids.map(() => 1))
  })

  it('run no more tasks at once than there are slots', async () => {
    const time = createVirtualTime()
    let atOnce = 0
    let most = 0
    const toy = createToyConnector({
      async apply() {
        most = Math.max(most, ++atOnce)
        await time.sleep(1_000, never)
        atOnce--
      },
    })
    const daemon = startDaemon({ connector: toy.connector, time, batch: true, taskConcurrency: 2 })
    for (let n = 0; n < 10; n++) daemon.peer.add(toyGrant('g', String(n)))
    await time.run(daemon.peer.allFinished())
    expect(most).toBe(2)
  })

  it('ask for a hundred tasks at most', async () => {
    const { daemon, pass } = daemonOf({ batch: true, taskConcurrency: 100 })
    await pass(1_000)
    expect(daemon.peer.pages[0]?.size).toBe(100)
  })
})
