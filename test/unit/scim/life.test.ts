import { expect, test } from 'vitest'
import { MemoryTarget } from '../../support/scim/memory-target.ts'
import { filePolicy, World } from '../../support/scim/world.ts'

test('a first cycle creates users, groups and memberships, and a second one writes nothing', async () => {
  using world = new World()
  const target = new MemoryTarget()
  world.write({
    people: [{ id: 'ada' }, { id: 'bob' }],
    groups: { eng: { name: 'Engineering', members: ['ada', 'bob'] } },
  })
  const first = await world.cycle(target)
  expect(first.error).toBeUndefined()
  expect(first.counts).toMatchObject({ created: 3, membersAdded: 2, failed: 0 })
  expect(target.membersOf('Engineering')).toEqual(['ada@acme.example', 'bob@acme.example'])
  const writes = target.writes.length
  const second = await world.cycle(target)
  expect(second.state).toBe('succeeded')
  expect(target.writes.length).toBe(writes)
})

test('the whole life of a person: renamed, moved, disabled, enabled, left, back, and deleted where that is asked for', async () => {
  using world = new World()
  const target = new MemoryTarget()
  const eng = { name: 'Engineering', members: ['ada'] }
  world.write({ people: [{ id: 'ada' }, { id: 'bob' }], groups: { eng, ops: { members: ['bob'] } } })
  await world.cycle(target)
  const id = target.named('user', 'ada@acme.example')?.id

  world.write({
    people: [{ id: 'ada', userName: 'lovelace@acme.example', familyName: 'King' }, { id: 'bob' }],
    groups: { eng: { ...eng, name: 'Builders' }, ops: { members: ['bob'] } },
  })
  expect((await world.cycle(target)).counts).toMatchObject({ updated: 2, failed: 0 })
  expect(target.named('user', 'lovelace@acme.example')).toMatchObject({ id, values: { 'name.familyName': 'King' } })
  expect(target.membersOf('Builders')).toEqual(['lovelace@acme.example'])

  const ada = { id: 'ada', userName: 'lovelace@acme.example', familyName: 'King' }
  world.write({
    people: [ada, { id: 'bob' }],
    groups: { eng: { ...eng, members: ['bob'] }, ops: { members: ['ada'] } },
  })
  expect((await world.cycle(target)).counts).toMatchObject({ membersAdded: 2, membersRemoved: 2 })
  expect([target.membersOf('Engineering'), target.membersOf('ops')]).toEqual([
    ['bob@acme.example'],
    ['lovelace@acme.example'],
  ])

  world.write({ people: [{ ...ada, active: false }, { id: 'bob' }], groups: { ops: { members: ['ada'] } } })
  expect((await world.cycle(target)).counts).toMatchObject({ disabled: 1, deleted: 1 })
  expect(target.named('user', ada.userName)?.values['active']).toBe(false)
  expect(target.named('group', 'Engineering')).toBeUndefined()

  world.write({ people: [ada, { id: 'bob' }], groups: { ops: { members: ['ada'] } } })
  expect((await world.cycle(target)).counts).toMatchObject({ enabled: 1 })

  world.write({ people: [{ id: 'bob' }], groups: { ops: { members: ['bob'] } } })
  expect((await world.cycle(target)).counts).toMatchObject({ disabled: 1, membersRemoved: 1, membersAdded: 1 })
  expect(target.named('user', ada.userName)?.values['active']).toBe(false)

  world.write({ people: [ada, { id: 'bob' }], groups: { ops: { members: ['ada', 'bob'] } } })
  expect((await world.cycle(target)).counts).toMatchObject({ enabled: 1, membersAdded: 1 })
  expect(target.named('user', ada.userName)).toMatchObject({ id, values: { active: true } })

  world.write({ people: [{ id: 'bob' }], groups: { ops: { members: ['bob'] } } })
  expect((await world.cycle(target, { policy: filePolicy({ onLeave: 'delete' }) })).counts).toMatchObject({
    deleted: 1,
    membersRemoved: 1,
  })
  expect(target.named('user', ada.userName)).toBeUndefined()
  const methods = target.writes.slice(-2).map(({ method }) => method)
  expect(methods).toEqual(['changeMembers', 'remove'])
})
