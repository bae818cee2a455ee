import { describe, expect, it } from 'vitest'
import { createScriptedService, type Fault } from './scripted-service.ts'
import { createVirtualTime } from './virtual-time.ts'

const call = { signal: new AbortController().signal }
const done = { kind: 'success' } as const

function serviceOf(fault?: Parameters<typeof createScriptedService>[0]['fault']) {
  const time = createVirtualTime()
  return { time, peer: createScriptedService({ clock: time.clock, ...(fault && { fault }) }) }
}

describe('the scripted service', () => {
  it('hands a task out once, and again when its lease has ended without a heartbeat', async () => {
    const { peer } = serviceOf()
    const id = peer.add({ kind: 'list-event-feeds' })
    const ids = async () => (await peer.service.getTask(call)).tasks.map((task) => task.id)
    expect(await ids()).toEqual([id])
    expect(await ids()).toEqual([])
    peer.expire(id)
    expect(await ids()).toEqual([id])
    await peer.service.heartbeat(id, call)
    expect(await ids()).toEqual([])
    expect(peer.deliveries(id)).toBe(2)
  })

  it('leaves out of a batch what the client says that it knows', async () => {
    const { peer } = serviceOf()
    const ids = [1, 2, 3].map(() => peer.add({ kind: 'list-event-feeds' }))
    const { tasks } = await peer.service.getTasks({ pageSize: 2, known: [ids[0] ?? ''] }, call)
    expect(tasks.map((task) => task.id)).toEqual(ids.slice(1))
  })

  it('notes a second finish, a heartbeat after a finish, and a finish of what was never handed out', async () => {
    const { peer } = serviceOf()
    const id = peer.add({ kind: 'list-event-feeds' })
    await expect(peer.service.finishTask(id, done, call)).rejects.toMatchObject({ code: 'not-found' })
    await peer.service.getTask(call)
    await peer.service.finishTask(id, done, call)
    await expect(peer.service.finishTask(id, done, call)).rejects.toMatchObject({ code: 'not-found' })
    await expect(peer.service.heartbeat(id, call)).rejects.toMatchObject({ code: 'not-found' })
    expect(peer.violations).toEqual([
      `finish of ${id}, which is waiting`,
      `finish of ${id}, which is finished`,
      `heartbeat of ${id}, which is finished`,
    ])
    expect(peer.results(id)).toEqual([done])
  })

  it('fails by RPC, task and attempt; a lost answer comes after the deed, and repeating it is no violation', async () => {
    const faults: Record<string, Fault> = { 'finish 1': { code: 'unavailable' }, 'finish 2': 'lost' }
    const { peer } = serviceOf(({ rpc, attempt }) => faults[`${rpc} ${attempt}`])
    const id = peer.add({ kind: 'list-event-feeds' })
    await peer.service.getTask(call)
    await expect(peer.service.finishTask(id, done, call)).rejects.toMatchObject({ code: 'unavailable' })
    expect(peer.results(id)).toEqual([])
    await expect(peer.service.finishTask(id, done, call)).rejects.toMatchObject({ detail: 'the answer was lost' })
    expect(peer.results(id)).toEqual([done])
    await expect(peer.service.finishTask(id, done, call)).rejects.toMatchObject({ code: 'not-found' })
    expect(peer.violations).toEqual([])
  })

  it('tells a canceled task with its heartbeat', async () => {
    const { peer } = serviceOf()
    const id = peer.add({ kind: 'list-event-feeds' })
    await peer.service.getTask(call)
    expect((await peer.service.heartbeat(id, call)).cancelled).toBe(false)
    peer.cancel(id)
    expect((await peer.service.heartbeat(id, call)).cancelled).toBe(true)
  })

  it('lets a hanging call go when the caller gives up', async () => {
    const { peer } = serviceOf(() => 'hang')
    const stop = new AbortController()
    const poll = peer.service.getTask({ signal: stop.signal })
    stop.abort()
    await expect(poll).rejects.toMatchObject({ code: 'canceled' })
  })
})
