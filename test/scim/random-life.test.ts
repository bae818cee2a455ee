import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeScim, type ScimPlace } from '../scim-targets/describe-scim.ts'
import { readWhole, SCIM_TARGETS } from '../scim-targets/index.ts'
import type { Directory } from '../support/scim/directory.ts'
import { type KillingProxy, killingProxy, type Moment } from '../support/scim/killing-proxy.ts'
import { scimPlace, type ScimPlace as LocalPlace } from '../support/scim/place.ts'
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

/** A cycle that does not come to its end. */
type Interruption = (local: LocalPlace, proxy: KillingProxy) => Promise<void>

const NEVER: Moment = { after: -1, when: 'before' }

const atWrite =
  (when: Moment): Interruption =>
  async (local, proxy) => {
    const program = local.start(['apply', '--yes'])
    proxy.arm(when, () => program.kill('SIGKILL'))
    await program.ended
    proxy.arm(NEVER, () => {})
  }

/** Ends the process after a share of the time that a whole run has taken here, wherever that finds it. */
const atTime =
  (share: number): Interruption =>
  async (local) => {
    const began = performance.now()
    await local.run(['plan'])
    const usualMs = performance.now() - began
    const program = local.start(['apply', '--yes'])
    const timer = setTimeout(() => program.kill('SIGKILL'), share * usualMs)
    await program.ended
    clearTimeout(timer)
  }

/** Lives through directories, one after the other, and compares the server with the model after each. */
async function live(
  server: ScimPlace['server'],
  prefix: string,
  steps: readonly (readonly [Directory, readonly Interruption[]])[],
): Promise<void> {
  const cleanUps: (() => void | Promise<void>)[] = []
  const atEnd = (cleanUp: () => void | Promise<void>): void => void cleanUps.push(cleanUp)
  try {
    const proxy = await killingProxy(server.url)
    atEnd(() => proxy.close())
    const local = scimPlace(atEnd, { url: proxy.url, token: server.token })
    const expected = new Expectation()
    for (const [directory, interruptions] of steps) {
      // Each run has people of its own, since the server keeps those of the run before.
      const own = JSON.parse(JSON.stringify(directory).replaceAll('%', prefix)) as typeof directory
      local.write(own)
      expected.apply(own)
      for (const interrupt of interruptions) await interrupt(local, proxy)
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
}

describeScim(SCIM_TARGETS, (place) => {
  it('holds what an independent model says after any edits, killed at any write or not, and is then left alone', async () => {
    let run = 0
    const killed = fc.option(moment, { nil: undefined })
    const lives = fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(randomDirectory('%'), killed), { minLength: 2, maxLength: 3 }), (steps) =>
        live(
          place().server,
          `r${++run}-`,
          steps.map(([directory, when]) => [directory, when ? [atWrite(when)] : []]),
        ),
      ),
      { numRuns: RUNS, endOnFailure: true },
    )
    await expect(lives).resolves.toBeUndefined()
  }, 300_000)

  it('holds it after kills at random times, too', async () => {
    let run = 0
    const shares = fc.array(fc.double({ min: 0.3, max: 1.3, noNaN: true }), { minLength: 2, maxLength: 2 })
    const lives = fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(randomDirectory('%'), shares), { minLength: 1, maxLength: 2 }), (steps) =>
        live(
          place().server,
          `t${++run}-`,
          steps.map(([directory, times]) => [directory, times.map(atTime)]),
        ),
      ),
      { numRuns: RUNS, endOnFailure: true },
    )
    await expect(lives).resolves.toBeUndefined()
  }, 300_000)
})
