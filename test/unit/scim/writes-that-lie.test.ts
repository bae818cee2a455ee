import { expect, test } from 'vitest'
import type { Kind, TargetValues } from '../../../src/scim/model.ts'
import { ConnectorError } from '../../../src/sdk/ground/errors.ts'
import { type Call, MemoryTarget } from '../../support/scim/memory-target.ts'
import { World } from '../../support/scim/world.ts'

const people = Array.from({ length: 12 }, (_, n) => ({ id: `p${n}`, email: `P${n}@Acme.example` }))
const directory = { people, groups: { eng: { members: ['p0', 'p1'] } } }

const ignoring = (method: Call['method']) => ({
  fault: (call: Call) => (call.method === method ? ('ignore' as const) : undefined),
})

test('a disable that the target answers and does not make is a failure, and is tried again', async () => {
  using world = new World()
  const target = new MemoryTarget()
  world.write(directory)
  await world.cycle(target)
  target.options = ignoring('update')
  world.write({ ...directory, people: people.map((one) => (one.id === 'p3' ? { ...one, active: false } : one)) })
  expect((await world.cycle(target)).counts).toMatchObject({ failed: 1, disabled: 0 })
  target.options = {}
  expect((await world.cycle(target)).counts).toMatchObject({ failed: 0, disabled: 1 })
})

test('nobody counts as disabled whom the target does not show so, also where it shows nothing', async () => {
  using world = new World()
  const target = new MemoryTarget()
  world.write(directory)
  await world.cycle(target)
  target.options = { store: (path, value) => (path === 'active' && value === false ? undefined : value) }
  world.write({ ...directory, people: people.map((one) => (one.id === 'p3' ? { ...one, active: false } : one)) })
  expect((await world.cycle(target)).counts).toMatchObject({ failed: 1, disabled: 0 })
})

test('a target that does not know active takes new users all the same', async () => {
  using world = new World()
  const target = new MemoryTarget({ store: (path, value) => (path === 'active' ? undefined : value) })
  world.write(directory)
  expect((await world.cycle(target)).counts).toMatchObject({ failed: 0, created: 13 })
})

test('members that the target says it added and does not show are a failure', async () => {
  using world = new World()
  const target = new MemoryTarget(ignoring('changeMembers'))
  world.write(directory)
  expect((await world.cycle(target)).counts).toMatchObject({ failed: 1, membersAdded: 0 })
})

test('a cycle that breaks off counts what the target shows, and nothing that was not sent or not seen', async () => {
  using world = new World()
  const target = new MemoryTarget({
    fault: ({ method, kind }) => (method === 'create' && kind === 'user' ? 'lost before' : undefined),
  })
  world.write(directory)
  const { state, counts, error } = await world.cycle(target)
  expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'unavailable' })
  expect(counts).toMatchObject({ created: 0, membersAdded: 0 })
  target.options = {}
  expect((await world.cycle(target)).counts).toMatchObject({ created: 13, membersAdded: 2 })
})

test('a delete that leaves the object as it was is a failure', async () => {
  using world = new World()
  const target = new MemoryTarget()
  world.write({ ...directory, groups: { ...directory.groups, ops: { members: ['p2'] } } })
  await world.cycle(target)
  target.options = ignoring('remove')
  world.write(directory)
  expect((await world.cycle(target)).counts).toMatchObject({ deleted: 0, failed: 1 })
})

test('a value that the target stores in its own way is told once and not sent again', async () => {
  using world = new World()
  const target = new MemoryTarget({
    store: (path, value) =>
      path === 'name.familyName' ? undefined : path === 'displayName' ? String(value).toUpperCase() : value,
  })
  world.write(directory)
  const first = await world.cycle(target)
  expect(first.counts).toMatchObject({ failed: 0, warnings: 13 })
  // Two of the twelve users are tried again, and the one group.
  expect(target.writes.filter(({ method }) => method === 'update')).toHaveLength(3)
  const before = target.writes.length
  const second = await world.cycle(target)
  expect(second.counts).toMatchObject({ warnings: 0, failed: 0 })
  expect(target.writes.length).toBe(before)
})

test('an object that fails again and again is tried less and less often, and at once when a person asks', async () => {
  using world = new World()
  const target = new MemoryTarget({
    fault: ({ method, subject }) => (method === 'create' && subject === 'p5@acme.example' ? 'refuse' : undefined),
  })
  world.write(directory)
  const tries = (): number =>
    target.calls.filter(({ method, subject }) => method === 'create' && subject.startsWith('p5')).length
  const cycle = async () => (await world.cycle(target, { kind: 'due', keepEscrow: true })).counts
  expect(await cycle()).toMatchObject({ failed: 1, created: 12 })
  expect(await cycle()).toMatchObject({ failed: 1 })
  expect(await cycle()).toMatchObject({ failed: 0, held: 1 })
  expect(tries()).toBe(2)
  await world.cycle(target)
  expect(tries()).toBe(3)
  world.now = new Date(world.now.getTime() + 25 * 60 * 60_000)
  target.options = {}
  expect(await cycle()).toMatchObject({ created: 1, failed: 0 })
})

/** Fails with 500 while another create is under way, as a server on SQLite does. */
class ContendedTarget extends MemoryTarget {
  #isBusy = false

  override async create(kind: Kind, values: TargetValues) {
    if (this.#isBusy) throw new ConnectorError('unavailable', 'create', 'failed (500)', undefined, 'http 500')
    this.#isBusy = true
    try {
      // The others have begun meanwhile.
      for (let turns = 0; turns < 50; turns++) await Promise.resolve()
      return await super.create(kind, values)
    } finally {
      this.#isBusy = false
    }
  }
}

test('a server that fails because of what is written at the same moment is asked for less at a time', async () => {
  using world = new World()
  world.write({ people: people.slice(0, 8), groups: { eng: { members: people.slice(0, 8).map(({ id }) => id) } } })
  const { counts } = await world.cycle(new ContendedTarget())
  expect(counts).toMatchObject({ created: 9, failed: 0, membersAdded: 8 })
})

test('who could not be created is not counted as added to a group', async () => {
  using world = new World()
  const target = new MemoryTarget({
    fault: ({ method, subject }) => (method === 'create' && subject === 'p1@acme.example' ? 'refuse' : undefined),
  })
  world.write({ people, groups: { eng: { members: ['p0', 'p1'] }, ops: { members: ['p1'] } } })
  const { counts } = await world.cycle(target)
  expect(counts).toMatchObject({ failed: 1, membersAdded: 1, unresolvedMembers: 2 })
  expect(target.membersOf('eng')).toEqual(['p0@acme.example'])
  target.options = {}
  expect((await world.cycle(target)).counts).toMatchObject({ failed: 0, created: 1, membersAdded: 2 })
})
