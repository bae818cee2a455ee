import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Directory } from '../support/scim/directory.ts'
import { killingProxy, type Moment } from '../support/scim/killing-proxy.ts'
import { scimPlace, serveTenant } from '../support/scim/place.ts'
import type { RunningTenant } from '../tenant/start-tenant.ts'

const moment: fc.Arbitrary<Moment> = fc.record({
  after: fc.nat(16),
  when: fc.constantFrom('before' as const, 'made' as const),
})

const people = Array.from({ length: 12 }, (_, n) => ({
  id: `k${n}`,
  userName: `kill${n}@acme.example`,
  email: `kill${n}@acme.example`,
}))

const compare = (a: string | null, b: string | null): number => (String(a) < String(b) ? -1 : 1)

const before: Directory = {
  people,
  groups: { a: { name: 'Kill A', members: ['k0', 'k1', 'k2'] }, b: { name: 'Kill B', members: ['k3'] } },
}
/** Renamed, moved, disabled and left, all at once. */
const after: Directory = {
  people: people.slice(0, 11).map((one, n) => ({ ...one, familyName: `New ${n}`, active: n !== 5 })),
  groups: { a: { name: 'Kill C', members: ['k1', 'k4'] }, c: { name: 'Kill D', members: ['k2', 'k3'] } },
}

/** Names, states and memberships of what was provisioned; doubles show as doubles. */
function stateOf({ tenant }: RunningTenant) {
  const ours = tenant.users.filter(({ email }) => email?.startsWith('kill'))
  return {
    users: ours.map(({ email, lastName, state }) => `${email} ${lastName} ${state === 'DISABLED'}`).sort(compare),
    groups: [...tenant.groups]
      .filter(({ name }) => name.startsWith('Kill'))
      .map(
        ({ name, id }) =>
          `${name}: ${ours
            .filter(({ groups }) => [...groups].some((group) => group.id === id))
            .map(({ email }) => email)
            .sort(compare)
            .join()}`,
      )
      .sort(compare),
  }
}

const expected = (first: boolean) => ({
  users: people
    .map(({ email }, n) => `${email} ${first || n === 11 ? 'F' : `New ${n}`} ${!first && (n === 5 || n === 11)}`)
    .sort(compare),
  groups: (first
    ? ['Kill A: kill0@acme.example,kill1@acme.example,kill2@acme.example', 'Kill B: kill3@acme.example']
    : ['Kill C: kill1@acme.example,kill4@acme.example', 'Kill D: kill2@acme.example,kill3@acme.example']
  ).sort(compare),
})

test('a run that is killed at any moment loses nothing and doubles nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(moment, { minLength: 1, maxLength: 2 }),
      fc.array(moment, { minLength: 1, maxLength: 1 }),
      async (first, second) => {
        const cleanUps: (() => void | Promise<void>)[] = []
        const atEnd = (cleanUp: () => void | Promise<void>): void => void cleanUps.push(cleanUp)
        try {
          const tenant = await serveTenant(atEnd)
          const proxy = await killingProxy(tenant.scimUrl)
          atEnd(() => proxy.close())
          const place = scimPlace(atEnd, { url: proxy.url })
          for (const [directory, moments, isFirst] of [
            [before, first, true],
            [after, second, false],
          ] as const) {
            place.write(directory)
            for (const one of moments) {
              const program = place.start(['apply', '--yes'])
              proxy.arm(one, () => program.kill('SIGKILL'))
              await program.ended
            }
            proxy.arm({ after: -1, when: 'before' }, () => {})
            expect(await place.run(['apply', '--yes'])).toMatchObject({ code: 0 })
            expect(stateOf(tenant)).toEqual(expected(isFirst))
          }
        } finally {
          for (const cleanUp of cleanUps.toReversed()) await cleanUp()
        }
      },
    ),
    { numRuns: 6 },
  )
}, 300_000)
