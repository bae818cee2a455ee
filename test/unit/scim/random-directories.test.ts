import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Call, type Fault, MemoryTarget } from '../../support/scim/memory-target.ts'
import type { Directory, Person } from '../../support/scim/directory.ts'
import { filePolicy, World } from '../../support/scim/world.ts'

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const GROUPS = ['x', 'y', 'z']

const person = (id: string): fc.Arbitrary<Person> =>
  fc.record({
    id: fc.constant(id),
    userName: fc.constantFrom(`${id}@acme.example`, `${id}.new@acme.example`),
    familyName: fc.constantFrom('Ada', 'Ünlü "quoted"', "O'Neil"),
    active: fc.boolean(),
  })

const directory: fc.Arbitrary<Directory> = fc
  .record({
    people: fc.tuple(...IDS.map((id) => fc.option(person(id), { nil: undefined }))),
    groups: fc.tuple(
      ...GROUPS.map((id) =>
        fc.option(
          fc.record({ id: fc.constant(id), name: fc.constantFrom(id, `${id} renamed`), members: fc.subarray(IDS) }),
          {
            nil: undefined,
          },
        ),
      ),
    ),
  })
  // Files without rows are refused; that is another test.
  .map(({ people, groups }) => ({
    people: [{ id: 'always', active: true }, ...people.filter((one) => one !== undefined)],
    groups: Object.fromEntries([
      ['all', { name: 'all', members: ['always'] }],
      ...groups.flatMap((group) => (group ? [[group.id, { name: group.name, members: group.members }] as const] : [])),
    ]),
  }))

/** What the target should hold after directories came one after the other; told by a model that knows nothing of images and plans. */
class Expectation {
  readonly #users = new Map<string, { userName: string; familyName: string; active: boolean }>()
  #groups = new Map<string, { name: string; members: Set<string> }>()

  apply({ people, groups = {} }: Directory): void {
    const here = new Map(people.map((one) => [one.id, one]))
    for (const [id, user] of this.#users) if (!here.has(id)) user.active = false
    for (const { id, userName = `${id}@acme.example`, familyName = 'F', active = true } of people)
      if (active || this.#users.has(id)) this.#users.set(id, { userName, familyName, active })
    this.#groups = new Map(
      Object.entries(groups).map(([id, { name = id, members }]) => [
        id,
        { name, members: new Set(members.filter((member) => here.has(member) && this.#users.has(member))) },
      ]),
    )
  }

  get state() {
    return {
      users: [...this.#users].map(([id, user]) => ({ id, ...user })).sort(by('id')),
      groups: [...this.#groups]
        .map(([id, { name, members }]) => ({ id, name, members: [...members].sort() }))
        .sort(by('id')),
    }
  }
}

const by =
  <K extends string>(key: K) =>
  (a: Record<K, unknown>, b: Record<K, unknown>): number =>
    String(a[key]) < String(b[key]) ? -1 : 1

function stateOf(target: MemoryTarget) {
  const all = [...target.objects.values()]
  const externalId = (id: string): string => String(target.objects.get(id)?.values['externalId'] ?? `gone ${id}`)
  return {
    users: all
      .filter(({ kind }) => kind === 'user')
      .map(({ values }) => ({
        id: String(values['externalId']),
        userName: values['userName'],
        familyName: values['name.familyName'],
        active: values['active'],
      }))
      .sort(by('id')),
    groups: all
      .filter(({ kind }) => kind === 'group')
      .map(({ values, members }) => ({
        id: String(values['externalId']),
        name: values['displayName'],
        members: [...members].map(externalId).sort(),
      }))
      .sort(by('id')),
  }
}

const noGuard = filePolicy({ guard: { count: 1000, share: 1 } })

test('after each cycle the target is what an independent model says, and a second cycle writes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(directory, { minLength: 1, maxLength: 4 }), async (directories) => {
      using world = new World()
      const target = new MemoryTarget()
      const expected = new Expectation()
      for (const one of directories) {
        world.write(one)
        expected.apply(one)
        const result = await world.cycle(target, { policy: noGuard })
        expect(result.error).toBeUndefined()
        expect(result.counts?.failed).toBe(0)
        expect(stateOf(target)).toEqual(expected.state)
      }
      const before = target.writes.length
      await world.cycle(target, { policy: noGuard })
      expect(target.writes.slice(before)).toEqual([])
    }),
    { numRuns: 25 },
  )
})

const FAULTS: readonly (Fault | undefined)[] = ['lost before', 'lost after', undefined, undefined]

test('lost answers, before and after the target has made the change, change nothing of that', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(directory, { minLength: 1, maxLength: 3 }),
      fc.infiniteStream(fc.nat(3)),
      async (directories, faults) => {
        using world = new World()
        const target = new MemoryTarget({
          fault: ({ method }: Call, nth) =>
            nth <= 2 && ['create', 'update', 'changeMembers', 'remove'].includes(method)
              ? FAULTS[faults.next().value ?? 3]
              : undefined,
        })
        const expected = new Expectation()
        for (const one of directories) {
          world.write(one)
          expected.apply(one)
          // The way to the target may be given up for a cycle, never for good.
          for (let n = 0; n < 5; n++) if ((await world.cycle(target, { policy: noGuard })).state === 'succeeded') break
          expect(stateOf(target)).toEqual(expected.state)
        }
      },
    ),
    { numRuns: 25 },
  )
})
