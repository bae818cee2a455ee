import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { openPeerFixture, type PeerFixture } from '../judges/peer-fixture.ts'
import { HELLO, type Fields } from '../judges/raw-client.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(`tasks of the service peer ${missing ?? ''}`, () => {
  const tools = found as OfficialTools
  let at: PeerFixture

  beforeEach(async () => {
    at = await openPeerFixture(tools)
  })
  afterEach(() => at.close())

  const finish = (taskId: string, more: Fields = {}): Fields => ({
    hostId: 'raw',
    taskId,
    error: { nonRetryable: true },
    status: { code: 5, message: 'not there' },
    ...more,
  })

  test('one that is not finished in time is handed out again, one that is beats on, a finished one never', async () => {
    const [kept, lost, done] = (await at.peer.enqueue({ hello: {} }, { hello: {} }, { hello: {} })) as [
      string,
      string,
      string,
    ]
    const client = await at.connect()
    await client.call('Hello', HELLO)
    await at.peer.tell({ do: 'lease', leaseMs: 60_000 })
    for (const id of [kept, lost, done])
      expect(await client.call('GetTask', { hostId: 'raw' })).toEqual({ task: { id } })
    await client.call('FinishTask', finish(done))
    await at.peer.tell({ do: 'lease', leaseMs: 0 })
    expect(await client.call('GetTasks', { hostId: 'raw', pageSize: 10 })).toEqual({})
    await client.call('Heartbeat', { hostId: 'raw', taskId: lost })
    await at.peer.tell({ do: 'lease', leaseMs: 60_000 })
    await client.call('Heartbeat', { hostId: 'raw', taskId: kept })
    expect(await client.call('GetTasks', { hostId: 'raw', pageSize: 10 })).toEqual({ tasks: [{ id: lost }] })
    expect((await at.peer.summary()).tasks.map(({ handed }) => handed)).toEqual([1, 2, 1])
  })

  test('a task whose lease is over stays with the client that says it knows it', async () => {
    const [id] = (await at.peer.enqueue({ hello: {} })) as [string]
    const client = await at.connect()
    await client.call('Hello', HELLO)
    await at.peer.tell({ do: 'lease', leaseMs: 0 })
    await client.call('GetTask', { hostId: 'raw' })
    await at.peer.tell({ do: 'lease', leaseMs: 60_000 })
    expect(await client.call('GetTasks', { hostId: 'raw', pageSize: 1, knownTaskIds: [id] })).toEqual({})
  })

  test('the end of the last task is told, and marks count what lies between', async () => {
    const { ids } = await at.peer.tell({ do: 'enqueue', tasks: [{ hello: {} }], copies: 3 })
    const client = await at.connect()
    await client.call('Hello', HELLO)
    await at.peer.mark('first')
    for (const id of ids as string[]) {
      await client.call('GetTask', { hostId: 'raw' })
      await client.call('FinishTask', finish(id))
    }
    await at.peer.drained()
    expect(await at.peer.mark('second')).toMatchObject({ since: 'first', tasks: 3, calls: 6 })
    expect(await at.peer.summary()).toMatchObject({ totals: { failed: 3 }, open: 0, violations: 0 })
  })

  test('a finish whose answer was lost may come again, but not with another end', async () => {
    const [id] = (await at.peer.enqueue({ hello: {} })) as [string]
    const client = await at.connect()
    await client.call('Hello', HELLO)
    await client.call('GetTask', { hostId: 'raw' })
    await at.peer.tell({
      do: 'fault',
      fault: { on: { rpc: 'FinishTask', attempts: [1, 2] }, acts: [{ action: 'reset', when: 'after' }] },
    })
    expect(await client.call('FinishTask', finish(id))).toMatchObject({ code: 13 })
    expect(await client.call('FinishTask', finish(id))).toMatchObject({ code: 13 })
    expect(await client.call('FinishTask', finish(id))).toEqual({})
    expect(await at.peer.violations()).toEqual([])
    expect((await at.peer.summary()).tasks).toMatchObject([{ finishes: 3, acknowledged: 1 }])
    await client.call('FinishTask', finish(id, { status: { code: 13, message: 'other' } }))
    expect(await at.rules()).toEqual(['finish-again', 'finish-differs'])
  })

  test('a command that is not known, or not complete, is refused with a sentence', async () => {
    await expect(at.peer.tell({ do: 'dance' } as never)).rejects.toThrow('no command "dance"')
    await expect(at.peer.enqueue({ nonsense: {} })).rejects.toThrow('nonsense')
    await expect(at.peer.tell({ do: 'fault', fault: { on: {}, acts: [] } })).rejects.toThrow('a fault needs acts')
  })
})
