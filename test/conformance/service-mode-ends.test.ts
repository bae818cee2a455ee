import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { until } from '../support/service-place.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { openOwnFixture, type OwnFixture } from '../judges/own-fixture.ts'
import { ownTasks } from '../judges/own-tasks.ts'
import type { Rpc } from '../judges/peer-commands.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

const sync = { syncFull: {} }
/** Events come late where the machine is busy. */
const PATIENT = { within: 120_000 }

/** Holds the first call of an RPC; resolves with the fault's number when it is held. */
async function hold({ peer }: OwnFixture, rpc: Rpc): Promise<() => Promise<number>> {
  await peer.tell({ do: 'fault', fault: { on: { rpc, attempts: [1, 1] }, acts: [{ action: 'hold' }] } })
  return async () => (await peer.heard('fault', (event) => event.rpc === rpc, PATIENT)).fault
}

const isStopping = async (at: OwnFixture): Promise<true | undefined> =>
  (await at.status())?.connection === 'stopping' ? true : undefined

/** How each task ended, and how often. */
const endings = async ({ peer }: OwnFixture) =>
  (await peer.summary()).tasks.map(({ outcome, code, acknowledged }) => [outcome, code, acknowledged])

const writesTo = ({ tenant }: OwnFixture): number => tenant.counts().writes

describe.skipIf(missing).concurrent(`the ends of our daemon ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  it('on SIGTERM during hello, it ends with 0', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const held = await hold(at, 'Hello')
    const daemon = at.start()
    await held()
    daemon.signal('SIGTERM')
    expect([await daemon.ended, daemon.output(), await at.left()]).toEqual([0, '', []])
    expect(await at.peer.violations()).toEqual([])
  })

  it('on SIGTERM during a poll, it gives back what the poll brings and ends with 0', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const held = await hold(at, 'GetTask')
    await at.peer.enqueue(ownTasks.grant())
    const daemon = at.start()
    const fault = await held()
    daemon.signal('SIGTERM')
    await until(() => isStopping(at))
    await at.peer.tell({ do: 'release', number: fault })
    expect(await daemon.ended).toBe(0)
    const [ending] = await endings(at)
    // The poll has two seconds; where the machine is busy it may be given up, and the task was never here.
    expect([
      ['retryable', 14, 1],
      [undefined, undefined, 0],
    ]).toContainEqual(ending)
    expect([writesTo(at), await at.left(), await at.peer.violations()]).toEqual([0, [], []])
  })

  it('on SIGTERM during an upload, it gives the sync back, leaves no file and ends with 0', async ({
    onTestFinished,
  }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const held = await hold(at, 'UploadAsset')
    await at.peer.enqueue(sync)
    const daemon = at.start()
    await held()
    daemon.signal('SIGTERM')
    expect(await daemon.ended).toBe(0)
    expect(await endings(at)).toEqual([['retryable', 14, 1]])
    expect([await at.left(), await at.peer.violations()]).toEqual([[], []])
  })

  it('on SIGTERM while a result is on its way, it waits for the acknowledgement and ends with 0', async ({
    onTestFinished,
  }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const held = await hold(at, 'FinishTask')
    await at.peer.enqueue(ownTasks.grant())
    const daemon = at.start()
    const fault = await held()
    daemon.signal('SIGTERM')
    await until(() => isStopping(at))
    await at.peer.tell({ do: 'release', number: fault })
    expect(await daemon.ended).toBe(0)
    expect(await endings(at)).toEqual([['success', undefined, 1]])
    expect([await at.left(), await at.peer.violations()]).toEqual([[], []])
  })

  it('a result that is not acknowledged within the grace stays on disk, and the next start delivers it', async ({
    onTestFinished,
  }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const held = await hold(at, 'FinishTask')
    const [id = ''] = await at.peer.enqueue(ownTasks.grant())
    const first = at.start({ BATON_SHUTDOWN_GRACE: '3s' })
    await held()
    first.signal('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(await at.left()).toEqual([`result-${id}.json`])
    at.start()
    expect(await at.peer.heard('finished', () => true, PATIENT)).toMatchObject({
      taskId: id,
      outcome: 'success',
      times: 1,
    })
    await at.tidied()
    expect([writesTo(at), await at.peer.violations()]).toEqual([1, []])
  })

  it('on SIGTERM while nothing comes from the service, it ends with 0, and no connection holds it', async ({
    onTestFinished,
  }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const daemon = at.start()
    await at.peer.heard('answer', ({ rpc, code }) => rpc === 'GetTask' && code === 0, PATIENT)
    await at.peer.tell({ do: 'silence', on: true })
    daemon.signal('SIGTERM')
    expect([await daemon.ended, await at.left()]).toEqual([0, []])
  })

  it('a second signal ends it at once, and nothing is lost by it', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const held = await hold(at, 'FinishTask')
    await at.peer.enqueue(ownTasks.grant())
    const first = at.start()
    await held()
    first.signal('SIGTERM')
    await until(() => isStopping(at))
    first.signal('SIGTERM')
    expect(await first.ended).toBe(1)
    at.start()
    await at.peer.drained(PATIENT.within)
    expect(await endings(at)).toEqual([['success', undefined, 1]])
    expect([writesTo(at), await at.peer.violations()]).toEqual([1, []])
  })

  it('killed with a result on its way, it makes no change twice and ends the task once', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    await at.peer.tell({ do: 'lease', leaseMs: 500 })
    const held = await hold(at, 'FinishTask')
    const [id = ''] = await at.peer.enqueue(ownTasks.grant())
    const first = at.start()
    await held()
    first.signal('SIGKILL')
    await first.ended
    expect(JSON.parse(await readFile(join(at.stateDir, `result-${id}.json`), 'utf8'))).toMatchObject({ taskId: id })
    at.start()
    await at.peer.drained(PATIENT.within)
    expect(await endings(at)).toEqual([['success', undefined, 1]])
    expect([writesTo(at), await at.peer.violations()]).toEqual([1, []])
  })

  it('killed during an upload, it sweeps the file at the next start and ends the sync once', async ({
    onTestFinished,
  }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    await at.peer.tell({ do: 'lease', leaseMs: 1000 })
    const held = await hold(at, 'UploadAsset')
    const [id = ''] = await at.peer.enqueue(sync)
    const first = at.start()
    await held()
    first.signal('SIGKILL')
    await first.ended
    expect((await at.left()).filter((name) => name.includes('sync-'))).not.toEqual([])
    // Half-made files of before go before the first hello; the task comes after it.
    const hello = await hold(at, 'Hello')
    at.start()
    const fault = await hello()
    expect(await at.left()).toEqual(['daemon.lock'])
    await at.peer.tell({ do: 'release', number: fault })
    await at.peer.drained(PATIENT.within)
    expect(await endings(at)).toEqual([['success', undefined, 1]])
    const upload = await at.peer.heard('upload', (event) => event.whole && event.taskId === id)
    expect((await tools.judge(upload.file)).mismatches).toEqual([])
    expect(await at.peer.violations()).toEqual([])
  })
})
