import { expect, test } from 'vitest'
import { MemoryTarget } from '../../support/scim/memory-target.ts'
import { filePolicy, World } from '../../support/scim/world.ts'

test('objects that are there are taken over by externalId, then by name, and no double is made', async () => {
  using world = new World()
  const target = new MemoryTarget()
  const byId = target.seed('user', { userName: 'old@acme.example', externalId: 'ada', active: true })
  const byName = target.seed('user', { userName: 'BOB@acme.example', active: false })
  const group = target.seed('group', { displayName: 'Engineering' }, [byId])
  world.write({
    people: [{ id: 'ada' }, { id: 'bob' }],
    groups: { eng: { name: 'Engineering', members: ['ada', 'bob'] } },
  })
  const result = await world.cycle(target)
  expect(result.counts).toMatchObject({ created: 0, failed: 0, conflicts: 0 })
  expect(target.objects.size).toBe(3)
  expect(target.objects.get(byId)?.values).toMatchObject({ userName: 'ada@acme.example', externalId: 'ada' })
  expect(target.objects.get(byName)?.values).toMatchObject({ externalId: 'bob', active: true })
  expect([...(target.objects.get(group)?.members ?? [])].sort()).toEqual([byId, byName].sort())
})

test('two objects of the target for one person are a conflict, and neither is touched', async () => {
  using world = new World()
  const target = new MemoryTarget()
  const twins = ['one', 'two'].map((name) => target.seed('user', { userName: name, externalId: 'ada', active: true }))
  world.write({ people: [{ id: 'ada' }, { id: 'bob' }], groups: { eng: { members: ['bob'] } } })
  const result = await world.cycle(target)
  expect(result.counts).toMatchObject({ conflicts: 1, created: 2 })
  expect(twins.map((id) => target.objects.get(id)?.values['userName'])).toEqual(['one', 'two'])
})

test('two people of the source for one object of the target are a conflict, and neither is provisioned', async () => {
  using world = new World()
  const target = new MemoryTarget()
  target.seed('user', { userName: 'same@acme.example', active: true })
  world.write({
    people: [{ id: 'a', userName: 'same@acme.example' }, { id: 'b', userName: 'Same@acme.example' }, { id: 'bob' }],
    groups: { eng: { members: ['bob'] } },
  })
  const result = await world.cycle(target)
  expect(result.counts).toMatchObject({ conflicts: 2, created: 2 })
  expect(target.named('user', 'same@acme.example')?.values['externalId']).toBeUndefined()
})

test('a person who comes back under a new id of the source takes over the old account', async () => {
  using world = new World()
  const target = new MemoryTarget()
  world.write({
    people: [{ id: 'old', userName: 'ada@acme.example' }, { id: 'bob' }],
    groups: { eng: { members: ['old', 'bob'] } },
  })
  await world.cycle(target)
  const id = target.named('user', 'ada@acme.example')?.id
  world.write({
    people: [{ id: 'new', userName: 'ada@acme.example' }, { id: 'bob' }],
    groups: { eng: { members: ['bob'] } },
  })
  const result = await world.cycle(target)
  expect(result.counts).toMatchObject({ created: 0, disabled: 0, failed: 0, conflicts: 0 })
  expect(target.named('user', 'ada@acme.example')).toMatchObject({ id, values: { externalId: 'new', active: true } })
  // What the former holder was a member of is not inherited.
  expect(target.membersOf('eng')).toEqual(['bob@acme.example'])
})

test('names that are passed on from one to the next are all set in one cycle', async () => {
  using world = new World()
  const target = new MemoryTarget()
  const group = { eng: { members: ['a'] } }
  world.write({ people: ['a', 'b', 'c'].map((id) => ({ id, userName: id })), groups: group })
  await world.cycle(target)
  world.write({
    people: [
      { id: 'a', userName: 'b' },
      { id: 'b', userName: 'c' },
      { id: 'c', userName: 'd' },
    ],
    groups: group,
  })
  expect((await world.cycle(target)).counts).toMatchObject({ updated: 3, failed: 0 })
})

test('a linked object that vanished at the target is made again, with its memberships', async () => {
  using world = new World()
  const target = new MemoryTarget()
  world.write({ people: [{ id: 'a' }, { id: 'b' }], groups: { eng: { members: ['a', 'b'] } } })
  await world.cycle(target)
  const id = target.named('user', 'a@acme.example')?.id ?? ''
  target.objects.delete(id)
  target.named('group', 'eng')?.members.delete(id)
  expect((await world.cycle(target)).counts).toMatchObject({ created: 1, membersAdded: 1, failed: 0 })
  expect(target.membersOf('eng')).toEqual(['a@acme.example', 'b@acme.example'])
})

test('an incremental cycle asks nothing of the target where nothing has changed, and few questions where little has', async () => {
  using world = new World()
  const target = new MemoryTarget({ profile: { filters: ['user.externalId', 'user.userName'], pageSize: 2 } })
  const people = Array.from({ length: 12 }, (_, n) => ({ id: `p${n}` }))
  const groups = { eng: { members: ['p0'] } }
  world.write({ people, groups })
  await world.cycle(target)
  target.calls.length = 0
  expect((await world.cycle(target, { kind: 'due' })).state).toBe('succeeded')
  expect(target.calls).toEqual([])
  world.write({ people: [...people, { id: 'new' }], groups })
  expect((await world.cycle(target, { kind: 'due' })).counts).toMatchObject({ created: 1, failed: 0 })
  expect(target.calls.map(({ method }) => method)).toEqual(['find', 'find', 'create', 'get'])
})

test('with another configuration everything is judged anew', async () => {
  using world = new World()
  const target = new MemoryTarget()
  world.write({ people: [{ id: 'a' }, { id: 'b' }], groups: { eng: { members: ['a', 'b'] } } })
  await world.cycle(target)
  const policy = filePolicy({
    fingerprint: 'another',
    inScope: (kind, { id }) =>
      kind === 'user' && id === 'b' ? { inScope: false, reason: 'is out of scope' } : { inScope: true },
  })
  const result = await world.cycle(target, { kind: 'due', policy })
  expect(result.counts).toMatchObject({ disabled: 1, membersRemoved: 1 })
  expect(target.named('user', 'b@acme.example')?.values['active']).toBe(false)
})
