import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { openPeerFixture, type PeerFixture } from '../judges/peer-fixture.ts'
import { HELLO, type Fields } from '../judges/raw-client.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(`many tasks of the service peer ${missing ?? ''}`, () => {
  const tools = found as OfficialTools
  let at: PeerFixture

  beforeEach(async () => {
    at = await openPeerFixture(tools)
  })
  afterEach(() => at.close())

  test('are handed out fast enough not to be what a soak measures', async () => {
    const client = await at.connect()
    await client.call('Hello', HELLO)
    await at.peer.tell({ do: 'watch', events: ['drained', 'violation'] })
    await at.peer.tell({ do: 'enqueue', tasks: [{ eventFeed: {} }], copies: 2000 })
    await at.peer.mark('start')
    const work = async (): Promise<void> => {
      for (;;) {
        const { task } = await client.call('GetTask', { hostId: 'raw' })
        if (task === undefined) return
        const taskId = (task as Fields)['id']
        await client.call('FinishTask', { hostId: 'raw', taskId, error: {}, status: { code: 2, message: 'no' } })
      }
    }
    await Promise.all(Array.from({ length: 8 }, work))
    await at.peer.drained()
    const { tasks, tasksPerSecond } = await at.peer.mark('end')
    expect(tasks).toBe(2000)
    expect(tasksPerSecond).toBeGreaterThan(200)
    expect(await at.peer.violations()).toEqual([])
  })
})
