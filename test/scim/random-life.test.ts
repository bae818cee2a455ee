import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeScim, type ScimPlace } from '../scim-targets/describe-scim.ts'
import { readWhole, SCIM_TARGETS } from '../scim-targets/index.ts'
import { killingProxy, type Moment } from '../support/scim/killing-proxy.ts'
import { scimPlace } from '../support/scim/place.ts'
import { by, Expectation, randomDirectory } from '../support/scim/random-directory.ts'

/** Each program takes a second to start, and three or four run for each directory. More: `RANDOM_RUNS=20`. */
const RUNS = Number(process.env['RANDOM_RUNS'] ?? 1)

const moment: fc.Arbitrary<Moment> = fc.record({
  after: fc.nat(10),
  when: fc.constantFrom('before' as const, 'made' as const),
})

interface Shown {
  readonly externalId?: string
  readonly userName?: string
  readonly displayName?: string
  readonly name?: { readonly familyName?: string }
  readonly active?: boolean
  readonly members?: readonly { readonly value: string }[] | null
}

/** What the server holds of one run, by external ids. */
async function stateOf(server: ScimPlace['server'], prefix: string) {
  const { users, groups } = await readWhole(server)
  const ours = (all: Iterable<unknown>): readonly Shown[] =>
    ([...all] as readonly Shown[]).filter(({ externalId = '' }) => externalId.startsWith(prefix))
  const externalId = (id: string): string => (users.get(id) as Shown | undefined)?.externalId ?? `gone ${id}`
  return {
    users: ours(users.values())
      .map(({ externalId: id = '', userName, name, active }) => ({
        ...{ id, userName, familyName: name?.familyName, active },
      }))
      .sort(by('id')),
    groups: ours(groups.values())
      .map(({ externalId: id = '', displayName: name, members }) => ({
        ...{ id, name, members: (members ?? []).map(({ value }) => externalId(value)).sort() },
      }))
      .sort(by('id')),
  }
}

describeScim(SCIM_TARGETS, (place) => {
  it('holds what an independent model says after any edits, killed or not, and is then left alone', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(randomDirectory('%'), fc.option(moment, { nil: undefined })), { minLength: 2, maxLength: 3 }),
        async (steps) => {
          const { server } = place()
          const prefix = `r${++run}-`
          const cleanUps: (() => void | Promise<void>)[] = []
          const atEnd = (cleanUp: () => void | Promise<void>): void => void cleanUps.push(cleanUp)
          try {
            const proxy = await killingProxy(server.url)
            atEnd(() => proxy.close())
            const local = scimPlace(atEnd, { url: proxy.url, token: server.token })
            const expected = new Expectation()
            for (const [directory, killed] of steps) {
              // Each run has people of its own, since the server keeps those of the run before.
              const own = JSON.parse(JSON.stringify(directory).replaceAll('%', prefix)) as typeof directory
              local.write(own)
              expected.apply(own)
              if (killed) {
                const program = local.start(['apply', '--yes'])
                proxy.arm(killed, () => program.kill('SIGKILL'))
                await program.ended
                proxy.arm({ after: -1, when: 'before' }, () => {})
              }
              const ended = await local.run(['apply', '--yes'])
              expect(ended.code === 0 ? '' : `${ended.stdout}${ended.stderr}`).toBe('')
              expect(await stateOf(server, prefix)).toEqual(expected.state)
            }
            const before = proxy.writes()
            expect(await local.run(['apply', '--yes'])).toMatchObject({ code: 0 })
            expect(proxy.writes() - before).toBe(0)
          } finally {
            for (const cleanUp of cleanUps.toReversed()) await cleanUp()
          }
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    )
  }, 300_000)
})
