import { expect, test } from 'vitest'
import type { Source } from '../../../src/scim/source.ts'
import { MemoryTarget } from '../../support/scim/memory-target.ts'
import { filePolicy, World } from '../../support/scim/world.ts'

const people = Array.from({ length: 20 }, (_, n) => ({ id: `p${n}` }))
const groups = { eng: { members: people.map(({ id }) => id) } }

async function provisioned() {
  const world = new World()
  const target = new MemoryTarget()
  world.write({ people, groups })
  await world.cycle(target)
  return { world, target }
}

const active = (target: MemoryTarget): number =>
  [...target.objects.values()].filter(({ kind, values }) => kind === 'user' && values['active'] === true).length

/** A source that reads the same users and says that it did not read all. */
const source = (users: readonly string[], complete: boolean, reread = users): Source => {
  const readUsers =
    (ids: readonly string[]): Source['read'] =>
    async (sink) => {
      sink.users(ids.map((id) => ({ id, attributes: { externalId: id, userName: `${id}@acme.example` } })))
      sink.groups([{ id: 'eng', attributes: { externalId: 'eng', displayName: 'eng' } }])
      sink.members(ids.map((member) => ({ group: 'eng', member, kind: 'user' })))
      return { complete, gaps: complete ? [] : ['the second page never came'], notes: [] }
    }
  return {
    type: 'csv',
    name: 'a source',
    hasAssignments: false,
    defaultMappings: { user: [], group: [] },
    read: readUsers(users),
    reread: readUsers(reread),
    find: async () => [],
    test: async () => ({ summary: '' }),
  }
}

const ids = people.map(({ id }) => id)

test('an incomplete read of the source creates and updates, and disables and removes nobody', async () => {
  const { world, target } = await provisioned()
  using _ = world
  const result = await world.cycle(target, { source: source([...ids.slice(0, 15), 'new'], false) })
  expect(result.counts).toMatchObject({ created: 1, disabled: 0, deleted: 0, membersRemoved: 0 })
  expect(active(target)).toBe(21)
  expect(target.membersOf('eng')).toHaveLength(21)
})

test('an incomplete listing of the target disables, deletes and removes nobody, and creates nobody who may be there', async () => {
  const { world, target } = await provisioned()
  using _ = world
  target.options = { fault: ({ method }) => (method === 'list' ? 'incomplete' : undefined) }
  const result = await world.cycle(target, { source: source([...ids.slice(0, 18), 'new'], true) })
  expect(result.counts).toMatchObject({ created: 0, disabled: 0, deleted: 0, membersRemoved: 0 })
  expect(active(target)).toBe(20)
  target.options = {}
  expect((await world.cycle(target, { source: source([...ids.slice(0, 18), 'new'], true) })).counts).toMatchObject({
    created: 1,
    disabled: 2,
  })
})

test('nobody loses a membership while the target does not show all there is', async () => {
  const { world, target } = await provisioned()
  using _ = world
  target.options = { fault: ({ method, kind }) => (method === 'list' && kind === 'user' ? 'incomplete' : undefined) }
  world.write({ people, groups: { eng: { members: ids.slice(1) } } })
  expect((await world.cycle(target)).counts).toMatchObject({ membersRemoved: 0, held: 1 })
  expect(target.membersOf('eng')).toHaveLength(20)
  target.options = {}
  expect((await world.cycle(target)).counts).toMatchObject({ membersRemoved: 1 })
})

test('a listing that hides somebody once is made again, and nobody is created twice', async () => {
  const { world, target } = await provisioned()
  using _ = world
  const before = target.objects.size
  target.calls.length = 0
  target.options = {
    fault: ({ method, kind }, nth) => (method === 'list' && kind === 'user' && nth === 1 ? 'hide one' : undefined),
  }
  const result = await world.cycle(target)
  expect(result.counts).toMatchObject({ created: 0, failed: 0 })
  expect(target.objects.size).toBe(before)
})

test('many leavers wait with their memberships until they are allowed, and the target and the source are asked twice before', async () => {
  const { world, target } = await provisioned()
  using _ = world
  target.calls.length = 0
  const result = await world.cycle(target, { source: source(ids.slice(0, 8), true) })
  expect(result.counts).toMatchObject({ staged: 12, disabled: 0, membersRemoved: 0 })
  expect(result.quarantined?.reason).toBe('TooManyDeletes')
  expect(target.calls.filter(({ method, kind }) => method === 'list' && kind === 'user')).toHaveLength(2)
  expect(target.membersOf('eng')).toHaveLength(20)
})

test('whoever a second read of the source shows has not left', async () => {
  const { world, target } = await provisioned()
  using _ = world
  const result = await world.cycle(target, { source: source(ids.slice(0, 8), true, ids) })
  expect(result.counts).toMatchObject({ staged: 0, disabled: 0, membersRemoved: 0 })
  expect(active(target)).toBe(20)
})

test('a source that suddenly gives nothing is an error, and changes nothing', async () => {
  const { world, target } = await provisioned()
  using _ = world
  const before = target.writes.length
  const result = await world.cycle(target, { source: source([], true) })
  expect(result.error?.code).toBe('failed-precondition')
  expect(result.error?.detail).toContain('gives no users at all')
  expect(target.writes.length).toBe(before)
})

test('what nobody linked is never touched, whatever the source says', async () => {
  using world = new World()
  const target = new MemoryTarget()
  const local = target.seed('user', { userName: 'root@acme.example', active: true })
  const group = target.seed('group', { displayName: 'Admins' }, [local])
  world.write({ people: people.slice(0, 3), groups: { eng: { members: ['p0'] } } })
  await world.cycle(target, { policy: filePolicy({ onLeave: 'delete' }) })
  world.write({ people: people.slice(0, 2), groups: { eng: { members: ['p0'] } } })
  await world.cycle(target, { policy: filePolicy({ onLeave: 'delete' }) })
  expect(target.objects.get(local)?.values).toEqual({ userName: 'root@acme.example', active: true })
  expect([...(target.objects.get(group)?.members ?? [])]).toEqual([local])
})

test('a refused token stops the cycle at once, and the next cycle goes on', async () => {
  using world = new World()
  const target = new MemoryTarget({ fault: ({ method }) => (method === 'create' ? 'token refused' : undefined) })
  world.write({ people, groups })
  const first = await world.cycle(target)
  expect(first).toMatchObject({ state: 'failed', quarantined: { reason: 'EncounteredQuarantineException' } })
  expect(target.writes.length).toBeLessThanOrEqual(8)
  // Notified once a reason.
  expect((await world.cycle(target)).quarantined).toBeUndefined()
  target.options = {}
  expect((await world.cycle(target, { kind: 'due' })).state).toBe('succeeded')
  expect(active(target)).toBe(20)
})

test('who is told to stop while it plans shows no plan', async () => {
  const { world, target } = await provisioned()
  using _ = world
  const stop = new AbortController()
  target.options = {
    fault({ method, kind }) {
      // The last answer before the plan is made, which takes seconds at a large directory.
      if (method === 'list' && kind === 'group') setImmediate(() => stop.abort())
      return undefined
    },
  }
  let shown = false
  const confirm = async (): Promise<boolean> => (shown = true)
  const result = await world.cycle(target, { source: source(ids.slice(0, 19), true), stop: stop.signal, confirm })
  expect([result.state, shown]).toEqual(['canceled', false])
})
