import { keyOf } from '../../../readers/model/thing.ts'
import type { Shared } from '../answers.ts'
import type { OpenSync } from '../open-sync.ts'
import { refOf } from '../ref-of.ts'
import type { PageOf } from './held.ts'
import { wantedEntitlements } from './held.ts'

/**
 * What several share: of people, the resources that they reach; of resources, the people who reach them. What most have comes first.
 *
 * Errors: `not-found`.
 */
export function sharedPage(open: OpenSync, keys: readonly string[], { q, offset, limit }: PageOf): Shared {
  const of = keys.map((key) => open.thing(key))
  const sides = of.map((thing) =>
    thing.kind === 'user' ? reachedBy(open, keyOf(thing.id)) : holdersOf(open, keyOf(thing.id)),
  )
  const { catalog } = open
  const has = new Map<string, boolean[]>()
  for (const [at, side] of sides.entries())
    for (const key of side) {
      const found = has.get(key) ?? of.map(() => false)
      found[at] = true
      has.set(key, found)
    }
  const fits = catalog.fitting(q)
  const rows = [...has]
    .map(([key, held]) => ({ key, held, count: held.filter(Boolean).length, rank: catalog.rank(key) }))
    .filter(({ key, rank }) => fits(key, rank))
    .sort((a, b) => b.count - a.count || a.rank - b.rank)
  return {
    ...{ sync: open.info, of: of.map(refOf), total: rows.length, offset },
    rows: rows.slice(offset, offset + limit).flatMap(({ key, held }) => {
      const ref = catalog.ref(key)
      return ref ? [{ ref, has: held }] : []
    }),
  }
}

function reachedBy(open: OpenSync, key: string): ReadonlySet<string> {
  const held = open.access(open.thing(key).id)
  return new Set(
    [...held.keys()].flatMap((id) => {
      const on = open.view.entitlement(id)?.resource
      return on ? [keyOf(on)] : []
    }),
  )
}

function holdersOf(open: OpenSync, key: string): ReadonlySet<string> {
  const ids = wantedEntitlements(open, key, undefined)
  const holdings = open.holders(ids)
  return new Set(ids.flatMap((id) => [...(holdings.get(id)?.keys() ?? [])]))
}
