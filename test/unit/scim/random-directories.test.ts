import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Call, type Fault, MemoryTarget } from '../../support/scim/memory-target.ts'
import { by, Expectation, randomDirectory } from '../../support/scim/random-directory.ts'
import { filePolicy, World } from '../../support/scim/world.ts'

const directory = randomDirectory()

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
