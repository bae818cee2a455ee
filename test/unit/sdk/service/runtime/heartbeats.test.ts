import { describe, expect, it } from 'vitest'
import { type DaemonPlan, type RunningDaemon, startDaemon, sync } from '../../../../support/run-daemon-with.ts'
import type { Call, Fault } from '../../../../support/scripted-service.ts'
import { createToyConnector, toyGrant } from '../../../../support/toy-connector.ts'
import { createVirtualTime, type VirtualTime } from '../../../../support/virtual-time.ts'

const MINUTE = 60_000
/** No task is handed out again. */
const leaseMs = 24 * 60 * MINUTE

/** A sync that takes so long, in virtual time; with the times of its heartbeats. */
async function syncOf(lastsMs: number, peer: DaemonPlan['peer'] = {}) {
  const time = createVirtualTime()
  const beats: number[] = []
  const toy = createToyConnector({ validate: (signal) => time.sleep(lastsMs, signal) })
  const daemon = startDaemon({
    connector: toy.connector,
    time,
    skipFullSync: true,
    peer: {
      leaseMs,
      nextPollMs: 5 * MINUTE,
      ...peer,
      fault(call) {
        if (call.rpc === 'heartbeat') beats.push(time.clock.monotonicMs() / 1000)
        return peer.fault?.(call)
      },
    },
  })
  const id = daemon.peer.add(sync)
  await time.run(daemon.peer.allFinished())
  const ended = daemon.events.find((event) => event.kind === 'task-ended')
  expect(daemon.peer.violations).toEqual([])
  return {
    daemon,
    beats,
    result: daemon.peer.results(id)[0],
    lasted: ended && (ended.at.getTime() - startOf(time)) / 1000,
  }
}

/** Writing the file takes time of the machine, in which this clock may run on. */
const beatsDuring = async (lastsMs: number, peer: DaemonPlan['peer']): Promise<readonly number[]> =>
  (await syncOf(lastsMs, peer)).beats.filter((at) => at * 1000 <= lastsMs)

const startOf = ({ clock }: VirtualTime): number => clock.now().getTime() - clock.monotonicMs()

const beatFails =
  (from: number, to: number, fault: Fault = { code: 'unavailable' }) =>
  ({ rpc, attempt }: Call): Fault | undefined =>
    rpc === 'heartbeat' && attempt >= from && attempt <= to ? fault : undefined

const rpcsOf = ({ peer }: RunningDaemon, id: string): readonly string[] =>
  peer.calls.filter((call) => call.task === id).map(({ rpc }) => rpc)

describe('a sync', () => {
  it('beats before it begins and then as often as the service asks', async () => {
    expect(await beatsDuring(65_000, { heartbeatMs: 20_000 })).toEqual([0, 20, 40, 60])
  })

  it('beats every thirty seconds where the service does not say, and once a second to every five minutes where it does', async () => {
    expect(await beatsDuring(65_000, { heartbeatMs: 0 })).toEqual([0, 30, 60])
    expect(await beatsDuring(2_500, { heartbeatMs: 10 })).toEqual([0, 1, 2])
    expect(await beatsDuring(11 * MINUTE, { heartbeatMs: 60 * MINUTE })).toEqual([0, 300, 600])
  })

  it('survives beats that fail, and tries them again within ten seconds', async () => {
    const { beats, result } = await syncOf(5 * MINUTE, { fault: beatFails(2, 6) })
    expect(result).toEqual({ kind: 'success' })
    const gaps = beats.slice(2, 7).map((at, i) => at - (beats[i + 1] ?? 0))
    for (const gap of gaps) expect(gap).toBeLessThanOrEqual(10)
  })

  it('stops when no beat was acknowledged for five minutes, and says so', async () => {
    const { result, lasted } = await syncOf(60 * MINUTE, { fault: beatFails(2, Infinity) })
    expect(result).toEqual({
      kind: 'failure',
      code: 1,
      message: expect.stringMatching(
        /^no heartbeat was acknowledged for 30\d seconds: scripted unavailable$/,
      ) as string,
      retryable: true,
    })
    expect(lasted).toBeLessThan(6 * 60)
  })

  it('with beats far apart is given three of them', async () => {
    const { result, lasted } = await syncOf(60 * MINUTE, { heartbeatMs: 5 * MINUTE, fault: beatFails(2, Infinity) })
    expect(result).toMatchObject({ code: 1 })
    expect(lasted).toBeGreaterThanOrEqual(15 * 60)
  })

  it('stops at once when the service does not know the task any more', async () => {
    const { result, lasted } = await syncOf(60 * MINUTE, { fault: beatFails(2, 2, { code: 'not-found' }) })
    expect(result).toMatchObject({ code: 1, message: 'the service no longer knows the task', retryable: true })
    expect(lasted).toBe(30)
  })

  it('does not begin before its first beat is acknowledged, and then begins', async () => {
    const { daemon, beats, result } = await syncOf(1_000, { fault: beatFails(1, 4) })
    expect(result).toEqual({ kind: 'success' })
    const begun = daemon.events.find((event) => event.kind === 'task-progress')
    expect(begun && begun.at.getTime() - (daemon.state().startedAt.getTime() + (beats[4] ?? 0) * 1000)).toBe(0)
  })

  it('whose first beat never is ends after five minutes without having begun', async () => {
    const { daemon, result } = await syncOf(1_000, { fault: beatFails(1, Infinity) })
    expect(result).toMatchObject({ kind: 'failure', code: 1, retryable: true })
    expect(daemon.events.filter(({ kind }) => kind === 'task-progress')).toEqual([])
  })

  it('beats no more once its result is on its way', async () => {
    const fault = ({ rpc, attempt }: Call): Fault | undefined =>
      rpc === 'finish' && attempt < 6 ? { code: 'unavailable' } : undefined
    const { daemon } = await syncOf(1_000, { fault, heartbeatMs: 1_000 })
    const [first] = daemon.peer.calls.filter(({ rpc }) => rpc === 'finish')
    const after = daemon.peer.calls.slice(daemon.peer.calls.indexOf(first as Call))
    expect(after.filter(({ rpc }) => rpc === 'heartbeat')).toEqual([])
  })
})

describe('another task', () => {
  const grantLasting = (ms: number, peer: DaemonPlan['peer'] = {}) => {
    const time = createVirtualTime()
    const toy = createToyConnector({ apply: (_change, signal) => time.sleep(ms, signal) })
    const daemon = startDaemon({ connector: toy.connector, time, peer: { leaseMs, ...peer } })
    return { time, toy, daemon, id: daemon.peer.add(toyGrant('g', 'u')) }
  }

  it('that ends soon does not beat', async () => {
    const { time, daemon, id } = grantLasting(19_000)
    await time.run(daemon.peer.allFinished())
    expect(rpcsOf(daemon, id)).toEqual(['finish'])
  })

  it('that waits for long begins to beat after twenty seconds', async () => {
    const { time, daemon, id } = grantLasting(85_000)
    await time.run(daemon.peer.allFinished())
    expect(rpcsOf(daemon, id)).toEqual(['heartbeat', 'heartbeat', 'heartbeat', 'finish'])
  })

  it('that the service cancels ends as soon as its write does, in five seconds at most', async () => {
    const { time, toy, daemon, id } = grantLasting(300_000)
    daemon.peer.cancel(id)
    await time.run(daemon.peer.allFinished())
    expect(daemon.peer.results(id)).toEqual([
      { kind: 'failure', code: 1, message: 'the task was canceled by the service', retryable: true },
    ])
    expect(time.clock.monotonicMs()).toBe(25_000)
    expect(toy.writes).toEqual([])
  })

  it('that was made in spite of the cancellation is a success', async () => {
    const { time, daemon, id } = grantLasting(23_000)
    daemon.peer.cancel(id)
    await time.run(daemon.peer.allFinished())
    expect(daemon.peer.results(id)).toMatchObject([{ kind: 'success' }])
  })
})
