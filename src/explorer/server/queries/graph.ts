import type { Holding } from '../../../readers/access/expansion.ts'
import { Paths } from '../../../readers/access/paths.ts'
import { keyOf } from '../../../readers/model/thing.ts'
import type { Graph } from '../answers.ts'
import { idOf, type OpenSync } from '../open-sync.ts'
import { clustered } from './cluster.ts'
import { entitlementsOf } from './thing.ts'

/** Ways that are drawn; what is beyond is told in the table. */
const MOST_WAYS = 20_000

/** Connections before they are put together: of two resources, how many ways lead over it. */
export interface Drawn {
  readonly edges: Map<string, { from: string; to: string; count: number; ends: boolean }>
}

/** The ways to a resource (`side: 'holders'`), or from a principal (`side: 'access'`), as a graph from left to right. Errors: `not-found`. */
export function graphOf(open: OpenSync, key: string, side: 'holders' | 'access', opened: ReadonlySet<string>): Graph {
  const drawn: Drawn = { edges: new Map() }
  let ways = 0
  for (const { principalKey, holding, of } of holdingsOf(open, key, side)) {
    if (ways >= MOST_WAYS) break
    for (const { steps, until } of new Paths(open.expansion, of).to(holding)) {
      ways++
      addWay(drawn, [principalKey, ...steps.map((id) => onKey(open, id))], until !== undefined)
    }
  }
  const edges = [...drawn.edges.values()]
  return { sync: open.info, total: edges.length, ...clustered(open, key, edges, opened) }
}

interface Drawable {
  readonly principalKey: string
  readonly holding: Holding
  readonly of: (entitlementId: string) => Holding | undefined
}

function* holdingsOf(open: OpenSync, key: string, side: 'holders' | 'access'): Generator<Drawable> {
  if (side === 'access') {
    const all = open.access(open.thing(key).id)
    for (const holding of all.values()) yield { principalKey: key, holding, of: (id) => all.get(id) }
    return
  }
  open.thing(key)
  const ids = entitlementsOf(open, key).map(({ id }) => id)
  const holdings = open.holders(ids)
  for (const id of ids)
    for (const [principalKey, holding] of holdings.get(id) ?? [])
      yield { principalKey, holding, of: (step) => holdings.get(step)?.get(principalKey) }
}

const onKey = (open: OpenSync, entitlementId: string): string => {
  const entitlement = open.view.entitlement(entitlementId)
  return entitlement ? keyOf(entitlement.resource) : keyOf(idOf(entitlementId))
}

function addWay({ edges }: Drawn, keys: readonly string[], ends: boolean): void {
  for (const [i, from] of keys.entries()) {
    const to = keys[i + 1]
    if (to === undefined || to === from) continue
    const name = `${from}\0${to}`
    const edge = edges.get(name)
    if (edge) {
      edge.count++
      edge.ends &&= ends
    } else edges.set(name, { from, to, count: 1, ends })
  }
}
