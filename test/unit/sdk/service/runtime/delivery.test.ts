import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TaskResult, TaskWork } from '../../../../../src/sdk/service/baton-service.ts'
import { folder, startDaemon } from '../../../../support/run-daemon-with.ts'
import { type Call, type Fault, taskId } from '../../../../support/scripted-service.ts'
import { createToyConnector, toyGrant } from '../../../../support/toy-connector.ts'
import { createVirtualTime } from '../../../../support/virtual-time.ts'

const cheap: TaskWork = { kind: 'list-event-feeds' }
const HOUR = 3_600_000
const never = new AbortController().signal

const finishFails =
  (until: number, fault: Fault = { code: 'unavailable' }) =>
  ({ rpc, attempt }: Call): Fault | undefined =>
    rpc === 'finish' && attempt <= until ? fault : undefined

const fileOf = (stateDir: string, id: string): string => join(stateDir, `result-${id}.json`)

const kept = (id: string, result: TaskResult, endedAt: Date): string =>
  JSON.stringify({ taskId: id, task: 'grant', endedAt: endedAt.toISOString(), result })

describe('a result', () => {
  it('is on disk, for its owner alone, before it is sent for the first time', async () => {
    const stateDir = folder()
    const seen: { readonly mode: number; readonly text: string }[] = []
    const daemon = startDaemon({
      stateDir,
      peer: {
        fault({ rpc, task }) {
          if (rpc !== 'finish') return undefined
          const path = fileOf(stateDir, task)
          seen.push({ mode: statSync(path).mode & 0o777, text: readFileSync(path, 'utf8') })
          return undefined
        },
      },
    })
    const id = daemon.peer.add(cheap)
    await daemon.peer.allFinished()
    await daemon.stop()
    expect(seen).toMatchObject([{ mode: 0o600 }])
    expect(JSON.parse(seen[0]?.text ?? '')).toMatchObject({ taskId: id, result: daemon.peer.results(id)[0] })
    expect(readdirSync(stateDir)).toEqual([])
  })

  it('that the service does not take is sent again, one second to one minute apart, and the count of them is told', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: finishFails(9), leaseMs: HOUR } })
    const id = daemon.peer.add(cheap)
    await time.run(daemon.peer.allFinished())
    expect(daemon.peer.results(id)).toHaveLength(1)
    expect(time.clock.monotonicMs()).toBeGreaterThan((1 + 2 + 4 + 8 + 16 + 32 + 60 + 60 + 60) * 500)
    expect(time.clock.monotonicMs()).toBeLessThan((1 + 2 + 4 + 8 + 16 + 32 + 60 + 60 + 60) * 1_000 + 5_000)
    const told = daemon.events.flatMap((event) => (event.kind === 'undelivered' ? event.count : []))
    expect(told).toEqual([1, 0])
  })

  it.each(['unauthenticated', 'permission-denied', 'internal', 'unimplemented', 'deadline-exceeded'] as const)(
    'is sent again after %s, which a person or a deploy may put right',
    async (code) => {
      const time = createVirtualTime()
      const daemon = startDaemon({ time, peer: { fault: finishFails(3, { code }), leaseMs: HOUR } })
      const id = daemon.peer.add(cheap)
      await time.run(daemon.peer.allFinished())
      expect(daemon.peer.results(id)).toHaveLength(1)
    },
  )

  it.each(['not-found', 'failed-precondition', 'invalid-argument'] as const)(
    'is dropped after %s: the service no longer wants it',
    async (code) => {
      const time = createVirtualTime()
      const daemon = startDaemon({ time, peer: { fault: finishFails(Infinity, { code }), leaseMs: 48 * HOUR } })
      daemon.peer.add(cheap)
      await time.run(time.sleep(HOUR, never))
      expect(daemon.peer.calls.filter(({ rpc }) => rpc === 'finish')).toHaveLength(1)
      expect(readdirSync(daemon.stateDir)).toEqual([])
    },
  )

  it.each([
    ['failed-precondition', 'CERT_HAS_EXPIRED'],
    ['failed-precondition', 'EPROTO'],
    ['failed-precondition', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    ['failed-precondition', 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['invalid-argument', 'ENOTFOUND'],
    ['invalid-argument', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ] as const)('is sent again after %s for %s: that is no word of the service', async (code, reason) => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: finishFails(3, { code, reason }), leaseMs: HOUR } })
    const id = daemon.peer.add(cheap)
    await time.run(daemon.peer.allFinished())
    expect(daemon.peer.results(id)).toHaveLength(1)
  })

  it('that cannot be kept on disk is delivered, and leaves nothing half written', async () => {
    const stateDir = folder()
    mkdirSync(fileOf(stateDir, taskId(1)))
    const daemon = startDaemon({ stateDir })
    const id = daemon.peer.add(cheap)
    await daemon.peer.allFinished()
    await daemon.stop()
    expect(daemon.peer.results(id)).toHaveLength(1)
    expect(readdirSync(stateDir)).toEqual([`result-${id}.json`])
  })

  it('is not given up because the clock was set forward', async () => {
    const time = createVirtualTime()
    let ahead = 0
    const clock = { ...time.clock, now: () => new Date(time.clock.now().getTime() + ahead) }
    const daemon = startDaemon({ time: { ...time, clock }, peer: { fault: finishFails(3), leaseMs: HOUR } })
    const id = daemon.peer.add(cheap)
    await time.run(daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'finish')))
    ahead = 48 * HOUR
    await time.run(daemon.peer.allFinished())
    expect(daemon.peer.deliveries(id)).toBe(1)
  })

  it('whose acknowledgement was lost is sent again and taken once', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { fault: finishFails(1, 'lost') } })
    const id = daemon.peer.add(cheap)
    await time.run(time.sleep(10 * 60_000, never))
    expect(daemon.peer.calls.filter(({ rpc }) => rpc === 'finish')).toHaveLength(2)
    expect(daemon.peer.results(id)).toHaveLength(1)
    expect(daemon.peer.violations).toEqual([])
    expect(readdirSync(daemon.stateDir)).toEqual([])
  })

  it('is given up a day after the task ended', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({
      time,
      peer: { fault: finishFails(Infinity), leaseMs: 48 * HOUR, nextPollMs: 300_000 },
    })
    daemon.peer.add(cheap)
    await time.run(time.sleep(23 * HOUR, never))
    expect(daemon.state().undelivered).toBe(1)
    await time.run(time.sleep(2 * HOUR, never))
    expect(daemon.state().undelivered).toBe(0)
    expect(readdirSync(daemon.stateDir)).toEqual([])
  })
})

describe('a task that is handed out again', () => {
  it('while its result is not acknowledged is not run again, and its result is sent at once', async () => {
    const time = createVirtualTime()
    const toy = createToyConnector()
    const daemon = startDaemon({
      time,
      connector: toy.connector,
      peer: { fault: finishFails(6), leaseMs: 2_000 },
    })
    const id = daemon.peer.add(toyGrant('g', 'u'))
    await time.run(daemon.peer.allFinished())
    expect(daemon.peer.deliveries(id)).toBeGreaterThan(1)
    // Without the hint of the service, the waits alone would be longer.
    expect(time.clock.monotonicMs()).toBeLessThan(((1 + 2 + 4 + 8 + 16 + 32) * 1_000) / 2)
    expect(toy.writes).toEqual(['g u'])
    expect(daemon.peer.results(id)).toMatchObject([
      { response: { value: { grants: [{ id: 'group:g:member:user:u' }] } } },
    ])
    expect(daemon.events.filter(({ kind }) => kind === 'task-started')).toHaveLength(1)
    expect(daemon.peer.violations).toEqual([])
  })

  it('while it is worked on is not run twice at once', async () => {
    const time = createVirtualTime()
    const toy = createToyConnector({ apply: () => time.sleep(15_000, never) })
    const daemon = startDaemon({ time, connector: toy.connector, peer: { leaseMs: 2_000 } })
    const id = daemon.peer.add(toyGrant('g', 'u'))
    await time.run(daemon.peer.allFinished())
    expect(daemon.peer.deliveries(id)).toBeGreaterThan(3)
    expect(toy.mostAtOnce()).toBe(1)
    expect(daemon.peer.results(id)).toHaveLength(1)
    expect(daemon.peer.violations).toEqual([])
  })

  it('by a poll that was on its way when its result was acknowledged is over', async () => {
    const time = createVirtualTime()
    const toy = createToyConnector({ apply: () => time.sleep(3_500, never) })
    const daemon = startDaemon({ time, connector: toy.connector, peer: { leaseMs: 500, pollMs: 2_000 } })
    const id = daemon.peer.add(toyGrant('g', 'u'))
    await time.run(time.sleep(60_000, never))
    expect(daemon.peer.deliveries(id)).toBeGreaterThan(1)
    expect(daemon.events.filter(({ kind }) => kind === 'task-started')).toHaveLength(1)
    expect(daemon.peer.results(id)).toHaveLength(1)
    expect(daemon.peer.violations).toEqual([])
  })

  it('because it ended retryable is run again, also by a poll that was waiting for it', async () => {
    const time = createVirtualTime()
    const daemon = startDaemon({ time, peer: { repeats: true, pollMs: 2_000 } })
    const id = daemon.peer.add({ kind: 'unsupported', name: '' })
    await time.run(daemon.peer.when(() => daemon.peer.results(id).length >= 5))
    expect(time.clock.monotonicMs()).toBeLessThan(30_000)
    expect(daemon.peer.violations).toEqual([])
  })
})

describe('results that an earlier process left', () => {
  const done: TaskResult = { kind: 'success' }

  it('are delivered after the first hello, and their tasks are not run again', async () => {
    const time = createVirtualTime()
    const stateDir = folder()
    const toy = createToyConnector()
    writeFileSync(fileOf(stateDir, taskId(1)), kept(taskId(1), done, time.clock.now()))
    const daemon = startDaemon({ time, stateDir, connector: toy.connector, peer: { fault: finishFails(1) } })
    const id = daemon.peer.add(toyGrant('g', 'u'))
    await time.run(daemon.peer.allFinished())
    expect(daemon.peer.results(id)).toEqual([done])
    expect(toy.writes).toEqual([])
    expect(daemon.peer.calls[0]?.rpc).toBe('hello')
    await time.run(daemon.stop())
    expect(readdirSync(stateDir)).toEqual([])
  })

  it('come from the one before through a service that takes none', async () => {
    const time = createVirtualTime()
    const stateDir = folder()
    const toy = createToyConnector()
    const first = startDaemon({ time, stateDir, connector: toy.connector, peer: { fault: finishFails(Infinity) } })
    const id = first.peer.add(toyGrant('g', 'u'))
    await time.run(first.peer.when(() => first.peer.calls.some(({ rpc }) => rpc === 'finish')))
    await first.stop()
    expect(existsSync(fileOf(stateDir, id))).toBe(true)
    const second = startDaemon({ time, stateDir, connector: toy.connector, peer: { fault: finishFails(1) } })
    second.peer.add(toyGrant('g', 'u'), id)
    await time.run(second.peer.allFinished())
    expect(second.peer.results(id)).toMatchObject([
      { response: { value: { grants: [{ id: 'group:g:member:user:u' }] } } },
    ])
    expect(toy.writes).toEqual(['g u'])
  })

  it('and cannot be read, or were not written to the end, are removed', async () => {
    const stateDir = folder()
    writeFileSync(fileOf(stateDir, taskId(1)), '{"taskId":')
    writeFileSync(fileOf(stateDir, taskId(2)), '{"taskId":"x"}')
    writeFileSync(`${fileOf(stateDir, taskId(3))}.tmp`, kept(taskId(3), done, new Date()))
    const daemon = startDaemon({ stateDir })
    await daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'poll'))
    expect(readdirSync(stateDir)).toEqual([])
    expect(daemon.peer.calls.filter(({ rpc }) => rpc === 'finish')).toEqual([])
  })

  it('and are too large for a result, or of another task than the name says, are removed', async () => {
    const stateDir = folder()
    writeFileSync(fileOf(stateDir, taskId(1)), '')
    truncateSync(fileOf(stateDir, taskId(1)), 3 * 1024 ** 3)
    writeFileSync(fileOf(stateDir, taskId(2)), kept(`/../${taskId(3)}`, done, new Date()))
    const daemon = startDaemon({ stateDir })
    await daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'poll'))
    expect(readdirSync(stateDir)).toEqual([])
    expect(daemon.peer.calls.filter(({ rpc }) => rpc === 'finish')).toEqual([])
  })

  // The superuser reads everything.
  it.skipIf(process.getuid?.() === 0)('and may not be read do not hold up the others', async () => {
    const stateDir = folder()
    writeFileSync(fileOf(stateDir, taskId(1)), kept(taskId(1), done, new Date()), { mode: 0o000 })
    writeFileSync(fileOf(stateDir, taskId(2)), kept(taskId(2), done, new Date()))
    const daemon = startDaemon({ stateDir })
    await daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'finish'))
    await daemon.stop()
    expect(readdirSync(stateDir)).toEqual([`result-${taskId(1)}.json`])
  })

  it('are told from files of others in the same folder', async () => {
    const stateDir = folder()
    const others = ['result-2026.csv', 'result-final draft.json', 'results.json']
    for (const name of others) writeFileSync(join(stateDir, name), 'mine')
    const daemon = startDaemon({ stateDir })
    await daemon.peer.when(() => daemon.peer.calls.some(({ rpc }) => rpc === 'poll'))
    expect(readdirSync(stateDir).toSorted()).toEqual(others.toSorted())
  })

  it('longer than a day ago are tried once', async () => {
    const time = createVirtualTime()
    const stateDir = folder()
    const endedAt = new Date(time.clock.now().getTime() - 25 * HOUR)
    writeFileSync(fileOf(stateDir, taskId(1)), kept(taskId(1), done, endedAt))
    const daemon = startDaemon({ time, stateDir, peer: { fault: finishFails(Infinity) } })
    await time.run(time.sleep(HOUR, never))
    expect(daemon.peer.calls.filter(({ rpc }) => rpc === 'finish')).toHaveLength(1)
    expect(readdirSync(stateDir)).toEqual([])
  })
})
