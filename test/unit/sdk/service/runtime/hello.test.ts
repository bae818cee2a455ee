import { describe, expect, it } from 'vitest'
import { startDaemon } from '../../../../support/run-daemon-with.ts'
import type { Call, Fault } from '../../../../support/scripted-service.ts'
import { createVirtualTime } from '../../../../support/virtual-time.ts'

const never = new AbortController().signal

const helloFails =
  (until: number, fault: Fault, task = '') =>
  (call: Call): Fault | undefined =>
    call.rpc === 'hello' && (task === '' ? call.task === '' : call.task !== '') && call.attempt <= until
      ? fault
      : undefined

describe('the first hello', () => {
  it.each(['unavailable', 'deadline-exceeded', 'resource-exhausted', 'internal', 'aborted', 'canceled'] as const)(
    'is said again after %s, and no poll comes before it',
    async (code) => {
      const time = createVirtualTime()
      const daemon = startDaemon({ time, peer: { fault: helloFails(4, { code }) } })
      await time.run(daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'poll')))
      expect(daemon.peer.calls.map(({ rpc }) => rpc)).toEqual(['hello', 'hello', 'hello', 'hello', 'hello', 'poll'])
      expect(daemon.events.map(({ kind }) => kind).slice(0, 5)).toEqual([
        ...Array.from({ length: 4 }, () => 'hello-failed'),
        'connected',
      ])
    },
  )

  it('waits one second at first and a minute at most, less up to a half, for as long as the outage lasts', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: helloFails(Infinity, { code: 'unavailable' }) } })
    await time.run(time.sleep(24 * 3_600_000, never))
    const waits = daemon.events.flatMap((event) =>
      event.kind === 'hello-failed' ? (event.nextAt.getTime() - event.at.getTime()) / 1000 : [],
    )
    expect(waits.length).toBeGreaterThan(24 * 60)
    for (const [i, wait] of waits.entries()) {
      const most = Math.min(2 ** i, 60)
      expect(wait).toBeGreaterThanOrEqual(most / 2 - 0.001)
      expect(wait).toBeLessThanOrEqual(most)
    }
    expect(daemon.state()).toMatchObject({ connection: 'connecting', errors: { length: 10 } })
  })

  it.each([
    'unauthenticated',
    'permission-denied',
    'invalid-argument',
    'unimplemented',
    'failed-precondition',
    'not-found',
  ] as const)('ends the daemon after %s, with the cause', async (code) => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: helloFails(2, { code }) } })
    await expect(time.run(daemon.ended)).rejects.toMatchObject({ code, detail: `scripted ${code}` })
    expect(daemon.peer.calls).toHaveLength(1)
  })
})

describe('a hello task', () => {
  it('is answered again while the answer fails', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: helloFails(3, { code: 'unavailable' }, 'task') } })
    const id = daemon.peer.add({ kind: 'hello' })
    await time.run(daemon.peer.allFinished())
    expect(daemon.peer.hellos.map(({ taskId }) => taskId)).toEqual(['', id])
  })

  it('that cannot be answered ends with the error and does not end the daemon', async () => {
    const time = createVirtualTime()
    const fault = helloFails(Infinity, { code: 'unauthenticated' }, 'task')
    const daemon = startDaemon({ time, peer: { fault } })
    const id = daemon.peer.add({ kind: 'hello' })
    await time.run(daemon.peer.when(() => daemon.peer.results(id).length > 0))
    const other = daemon.peer.add({ kind: 'list-event-feeds' })
    await time.run(daemon.peer.when(() => daemon.peer.results(other).length > 0))
    expect(daemon.state().errors).toMatchObject([{ where: `hello ${id}`, message: 'scripted unauthenticated' }])
    expect(daemon.peer.results(id)).toEqual([
      { kind: 'failure', code: 16, message: 'scripted unauthenticated', retryable: false },
    ])
  })
})
