import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Expansion, type Holdings } from '../../../src/readers/access/expansion.ts'
import { expansionState } from '../../../src/readers/access/expansion-state.ts'
import { SyncView } from '../../../src/readers/file/sync-view.ts'
import { openSnapshot } from '../../../src/sdk/snapshot/read/open-snapshot.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures/expansion')

/** Grants of a file that official code expanded. */
const Grants = z.array(
  z.object({
    entitlement: z.string(),
    principalId: z.tuple([z.string(), z.string()]),
    sources: z.record(z.string(), z.boolean()).nullable(),
  }),
)

/** A line for each that holds something: what it follows from apart from itself, and whether those are held directly. */
const lineOf = (entitlement: string, principal: string, sources: readonly (readonly [string, boolean])[]): string =>
  JSON.stringify([
    entitlement,
    principal,
    sources.filter(([id]) => id !== entitlement).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ])

const official = (name: string): readonly string[] => {
  const grants = Grants.parse(JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')))
  const lines = grants.map(({ entitlement, principalId, sources }) =>
    lineOf(entitlement, principalId.join(':'), Object.entries(sources ?? {})),
  )
  return [...new Set(lines)].toSorted()
}

const ours = (holdings: Holdings): readonly string[] =>
  [...holdings]
    .flatMap(([id, of]) => [...of].map(([principal, { ways }]) => lineOf(id, principal, [...ways])))
    .toSorted()

async function expanded(name: string) {
  using snapshot = await openSnapshot(join(FIXTURES, name))
  const sync = snapshot.shown
  if (!sync) throw new Error('no sync')
  const view = new SyncView(name, snapshot, sync)
  const expansion = new Expansion(view)
  return { state: expansionState(view, expansion), lines: ours(expansion.all()), cycles: expansion.cycles }
}

describe('expansion in memory', () => {
  it('gives what official code gives: filters, shallow and nested groups, cycles, missing sources', async () => {
    const { state, lines } = await expanded('edges-before.sqlite.c1z')
    expect([state, lines]).toEqual(['not expanded', official('edges-after.json')])
  })

  it('changes nothing in a file that is expanded', async () => {
    const { state, lines } = await expanded('edges-after.sqlite.c1z')
    expect([state, lines]).toEqual(['expanded', official('edges-after.json')])
  })

  it('gives what follows from a cycle that the official SQLite engine loses', async () => {
    const { lines, cycles } = await expanded('cycle-before.sqlite.c1z')
    expect(lines).toEqual(official('cycle-after.json'))
    expect(cycles).not.toEqual([])
  })

  it('gives for one entitlement and for one principal what it gives for all', async () => {
    using snapshot = await openSnapshot(join(FIXTURES, 'edges-before.sqlite.c1z'))
    const sync = snapshot.shown
    if (!sync) throw new Error('no sync')
    const expansion = new Expansion(new SyncView('edges', snapshot, sync))
    const all = expansion.all()
    const principals = new Map([...all.values()].flatMap((of) => [...of].map(([key, held]) => [key, held.principal])))
    for (const [key, principal] of principals) {
      const found = [...expansion.ofPrincipal(principal)].map(([id, { direct, ways }]) => [id, direct, [...ways]])
      const wanted = [...all].flatMap(([id, of]) => {
        const held = of.get(key)
        return held ? [[id, held.direct, [...held.ways]]] : []
      })
      expect(new Map(found.map((each) => [each[0], each]))).toEqual(new Map(wanted.map((each) => [each[0], each])))
    }
    for (const [id, of] of all)
      expect(ours(new Map([[id, expansion.onEntitlements([id]).get(id) ?? new Map()]]))).toEqual(
        ours(new Map([[id, of]])),
      )
  })
})
