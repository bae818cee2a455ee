import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { connectorFor, type RunningDaemon, startDaemon, sync } from '../../../../support/run-daemon-with.ts'
import type { Call, Fault } from '../../../../support/scripted-service.ts'
import { tenantOf } from '../../../../tenant/tenant-of.ts'
import { createToyConnector, toyGrant } from '../../../../support/toy-connector.ts'
import { createVirtualTime, type VirtualTime } from '../../../../support/virtual-time.ts'

const SHUTTING_DOWN = { kind: 'failure', code: 14, message: 'the connector is shutting down', retryable: true }
const never = new AbortController().signal

/** Virtual seconds from now until the daemon has ended. */
async function secondsToStop(time: VirtualTime, daemon: RunningDaemon): Promise<number> {
  const told = time.clock.monotonicMs()
  await time.run(daemon.stop())
  return (time.clock.monotonicMs() - told) / 1000
}

const on =
  (rpc: Call['rpc'], fault: Fault, until = Infinity) =>
  (call: Call): Fault | undefined =>
    call.rpc === rpc && call.attempt <= until ? fault : undefined

describe('told to stop', () => {
  it('before anything, it ends without a word to the service', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time })
    expect(await secondsToStop(time, daemon)).toBe(0)
    expect(daemon.peer.calls).toEqual([])
  })

  it('between two hellos, it ends at once', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: on('hello', { code: 'unavailable' }) } })
    await time.run(time.sleep(100_000, never))
    expect(await secondsToStop(time, daemon)).toBe(0)
    expect(daemon.state().connection).toBe('stopping')
  })

  it('during a hello that hangs, it ends at once', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: on('hello', 'hang') } })
    await time.run(daemon.peer.when(() => daemon.peer.calls.length > 0))
    expect(await secondsToStop(time, daemon)).toBe(0)
  })

  it('while it waits for the next poll, it ends at once and polls no more', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { nextPollMs: 60_000 } })
    await time.run(time.sleep(5_000, never))
    expect(await secondsToStop(time, daemon)).toBe(0)
    expect(daemon.peer.calls.filter(({ rpc }) => rpc === 'poll')).toHaveLength(1)
  })

  it('during a poll that hangs, it waits two seconds for it', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: on('poll', 'hang') } })
    await time.run(daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'poll')))
    expect(await secondsToStop(time, daemon)).toBe(2)
  })

  it('during a poll that brings a task, it gives the task back', async () => {
    const time = createVirtualTime()
    const toy = createToyConnector()
    const daemon = startDaemon({ time, connector: toy.connector, peer: { pollMs: 1_000 } })
    const id = daemon.peer.add(toyGrant('g', 'u'))
    await time.run(daemon.peer.when(() => daemon.peer.deliveries(id) > 0))
    await time.run(daemon.stop())
    expect(daemon.peer.results(id)).toEqual([SHUTTING_DOWN])
    expect(toy.writes).toEqual([])
  })

  it('during a poll that brings a sync, it gives the sync back without a heartbeat', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { pollMs: 1_000, fault: on('heartbeat', { code: 'unavailable' }) } })
    const id = daemon.peer.add(sync)
    await time.run(daemon.peer.when(() => daemon.peer.deliveries(id) > 0))
    expect(await secondsToStop(time, daemon)).toBeLessThan(2)
    expect(daemon.peer.results(id)).toEqual([SHUTTING_DOWN])
    expect(daemon.peer.calls.filter(({ rpc }) => rpc === 'heartbeat')).toEqual([])
  })

  it('during a grant, it lets it end', async () => {
    const time = createVirtualTime()
    const toy = createToyConnector({ apply: (_change, signal) => time.sleep(15_000, signal) })
    const daemon = startDaemon({ time, connector: toy.connector })
    const id = daemon.peer.add(toyGrant('g', 'u'))
    await time.run(daemon.peer.when(() => daemon.peer.deliveries(id) > 0))
    daemon.peer.add(toyGrant('g', 'v'))
    expect(await secondsToStop(time, daemon)).toBeLessThanOrEqual(15)
    expect(daemon.peer.results(id)).toMatchObject([{ kind: 'success' }])
    expect(toy.writes).toEqual(['g u'])
    expect(daemon.peer.violations).toEqual([])
  })

  it('during a grant that takes longer than the grace, it reports it retryable within the grace', async () => {
    const time = createVirtualTime()
    const toy = createToyConnector({ apply: (_change, signal) => time.sleep(600_000, signal) })
    const daemon = startDaemon({ time, connector: toy.connector, shutdownGraceMs: 40_000 })
    const id = daemon.peer.add(toyGrant('g', 'u'))
    await time.run(daemon.peer.when(() => daemon.peer.deliveries(id) > 0))
    expect(await secondsToStop(time, daemon)).toBe(38)
    expect(daemon.peer.results(id)).toEqual([SHUTTING_DOWN])
    expect(readdirSync(daemon.stateDir)).toEqual([])
  })

  it('during work that does not heed the signal, it leaves the task to the service when the grace is over', async () => {
    const time = createVirtualTime()
    const toy = createToyConnector({ apply: () => new Promise(() => {}) })
    const daemon = startDaemon({ time, connector: toy.connector })
    const id = daemon.peer.add(toyGrant('g', 'u'))
    await time.run(daemon.peer.when(() => daemon.peer.deliveries(id) > 0))
    expect(await secondsToStop(time, daemon)).toBe(25)
    expect(daemon.peer.results(id)).toEqual([])
    expect(readdirSync(daemon.stateDir)).toEqual([])
  })

  it('during the wait before an upload is repeated, it gives the sync back and leaves no file', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({
      time,
      connector: createToyConnector().connector,
      skipFullSync: true,
      peer: { fault: on('upload', { code: 'unavailable' }) },
    })
    const id = daemon.peer.add(sync)
    await time.run(daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'upload')))
    expect(await secondsToStop(time, daemon)).toBe(0)
    expect(daemon.peer.results(id)).toEqual([SHUTTING_DOWN])
    expect(readdirSync(daemon.stateDir)).toEqual([])
  })

  it('during an upload that hangs, it gives the sync back', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({
      time,
      connector: createToyConnector().connector,
      skipFullSync: true,
      peer: { fault: on('upload', 'hang') },
    })
    const id = daemon.peer.add(sync)
    await time.run(daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'upload')))
    expect(await secondsToStop(time, daemon)).toBe(0)
    expect(daemon.peer.results(id)).toEqual([SHUTTING_DOWN])
  })

  it('during a sync, it stops at a page, gives it back and leaves no file', async () => {
    const server = await tenantOf({ faults: [{ operation: 'Users', kind: 'slow', delayMs: 60_000 }] })
    const daemon = startDaemon({ connector: connectorFor(server) })
    const id = daemon.peer.add(sync)
    await daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'heartbeat'))
    await daemon.stop()
    expect(daemon.peer.results(id)).toEqual([SHUTTING_DOWN])
    expect(daemon.peer.uploads(id)).toEqual([])
    expect(readdirSync(daemon.stateDir)).toEqual([])
  })

  it('while a sync waits for its first heartbeat, it gives the sync back', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: on('heartbeat', 'hang') } })
    const id = daemon.peer.add(sync)
    await time.run(daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'heartbeat')))
    expect(await secondsToStop(time, daemon)).toBe(0)
    expect(daemon.peer.results(id)).toEqual([SHUTTING_DOWN])
  })

  it('with a result that the service does not take, it tries once more and leaves it on disk', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: on('finish', { code: 'unavailable' }) } })
    const id = daemon.peer.add({ kind: 'list-event-feeds' })
    await time.run(time.sleep(30_000, never))
    const finishes = () => daemon.peer.calls.filter(({ rpc }) => rpc === 'finish').length
    const before = finishes()
    expect(await secondsToStop(time, daemon)).toBe(0)
    expect(finishes()).toBe(before + 1)
    expect(existsSync(join(daemon.stateDir, `result-${id}.json`))).toBe(true)
  })

  it('with a finish that hangs, it waits for the grace and leaves the result on disk', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: on('finish', 'hang') } })
    const id = daemon.peer.add({ kind: 'list-event-feeds' })
    await time.run(daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'finish')))
    expect(await secondsToStop(time, daemon)).toBe(25)
    expect(existsSync(join(daemon.stateDir, `result-${id}.json`))).toBe(true)
  })

  it('during a poll, it does not count that one among the errors', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: on('poll', 'hang') } })
    await time.run(daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'poll')))
    await time.run(daemon.stop())
    expect(daemon.state().errors).toEqual([])
  })
})
