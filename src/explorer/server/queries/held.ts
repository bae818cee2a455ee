import type { Holding } from '../../../readers/access/expansion.ts'
import { endOfPaths, Paths, type Path } from '../../../readers/access/paths.ts'
import { otherMetadataOf } from '../../../readers/model/grant-row.ts'
import { keyOf } from '../../../readers/model/thing.ts'
import type { ResourceId } from '../../../sdk/model/model.ts'
import type { Held, HeldPage, Step, Way } from '../answers.ts'
import { idOf, type OpenSync } from '../open-sync.ts'
import { refOf } from '../ref-of.ts'
import { SinceWhen } from './since.ts'

export interface PageOf {
  readonly q: string | undefined
  readonly offset: number
  readonly limit: number
}

/** Slugs that go without saying. */
const USUAL = new Set(['member', 'access', 'assigned'])
/** Ways that one row shows. */
const MOST_WAYS = 20

/** What one principal holds, by type and name. Errors: `not-found`. */
export function accessPage(open: OpenSync, key: string, { q, offset, limit }: PageOf): HeldPage {
  const { id } = open.thing(key)
  const all = open.access(id)
  const { catalog } = open
  const onOf = ({ entitlementId, grants }: Holding): string => {
    const on = open.view.entitlement(entitlementId)?.resource ?? grants[0]?.resource
    return on ? keyOf(on) : entitlementId
  }
  const fits = catalog.fitting(q)
  const fitting = [...all.values()]
    .map((holding) => ({ holding, on: onOf(holding), rank: catalog.rank(onOf(holding)) }))
    .filter(({ on, rank }) => fits(on, rank))
    .sort((a, b) => a.rank - b.rank || (a.holding.entitlementId < b.holding.entitlementId ? -1 : 1))
  const rows = new HeldRows(open, (each, entitlementId) => (each === key ? all.get(entitlementId) : undefined))
  return {
    ...{ sync: open.info, total: fitting.length, offset, people: 0 },
    rows: fitting.slice(offset, offset + limit).map(({ holding }) => rows.row(holding)),
  }
}

/** Who holds the entitlements, people first, then groups and others by type and name. */
export function holdersPage(open: OpenSync, entitlementIds: readonly string[], { q, offset, limit }: PageOf): HeldPage {
  const holdings = open.holders(entitlementIds)
  const { catalog } = open
  const fits = catalog.fitting(q)
  const fitting = entitlementIds
    .flatMap((id) => [...(holdings.get(id)?.entries() ?? [])])
    .map(([key, holding]) => ({ key, holding, rank: catalog.rank(key) }))
    .filter(({ key, rank }) => fits(key, rank))
    .sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const rows = new HeldRows(open, (key, entitlementId) => holdings.get(entitlementId)?.get(key))
  return {
    ...{ sync: open.info, total: fitting.length, offset },
    people: new Set(fitting.filter(({ rank }) => catalog.names.kind(rank) === 'user').map(({ rank }) => rank)).size,
    rows: fitting.slice(offset, offset + limit).map(({ holding }) => rows.row(holding)),
  }
}

/** The best way of a principal to the first of these resources that it reaches; `null` where it reaches none. */
export function wayTo(open: OpenSync, principal: ResourceId, keys: readonly string[]): Way | null {
  if (keys.length === 0) return null
  const all = open.access(principal)
  const rows = new HeldRows(open, (_, entitlementId) => all.get(entitlementId))
  for (const wanted of keys)
    for (const holding of all.values()) {
      const on = open.view.entitlement(holding.entitlementId)?.resource
      const [way] = on && keyOf(on) === wanted ? rows.row(holding).ways : []
      if (way) return way
    }
  return null
}

/** Rows in full, for the part of an answer that a page shows. */
class HeldRows {
  readonly #open: OpenSync
  readonly #of: (principalKey: string, entitlementId: string) => Holding | undefined
  readonly #since: SinceWhen

  constructor(open: OpenSync, of: (principalKey: string, entitlementId: string) => Holding | undefined) {
    this.#open = open
    this.#of = of
    this.#since = new SinceWhen(open)
  }

  row(holding: Holding): Held {
    const { view, expansion } = this.#open
    const { entitlementId, principal, grants } = holding
    const key = keyOf(principal)
    const paths = new Paths(expansion, (id) => this.#of(key, id)).to(holding)
    const entitlement = view.entitlement(entitlementId)
    const on = entitlement?.resource ?? grants[0]?.resource ?? idOf(entitlementId)
    return {
      principal: this.#open.ref(principal),
      on: this.#open.ref(on),
      entitlement: entitlement?.slug ?? entitlementId.slice(entitlementId.lastIndexOf(':') + 1),
      entitlementId,
      how: holding.direct ? (holding.ways.size > 0 ? 'direct and inherited' : 'direct') : 'inherited',
      until: endOfPaths(paths)?.toISOString() ?? null,
      ways: paths.slice(0, MOST_WAYS).map(({ steps, until }) => ({
        steps: steps.map((id) => this.#step(id)),
        until: until?.toISOString() ?? null,
        since: this.#since.of(principal, steps),
      })),
      inFile: grants.length > 0,
      conditions: this.#conditions(holding, paths[0]),
    }
  }

  #step(entitlementId: string): Step {
    const entitlement = this.#open.view.entitlement(entitlementId)
    const slug = entitlement?.slug ?? entitlementId
    return {
      on: this.#open.ref(entitlement?.resource ?? idOf(entitlementId)),
      entitlementId,
      slug,
      isUsual: USUAL.has(slug),
    }
  }

  /** What the last grant on the way says besides its end, and what the resource says of the route to it. */
  #conditions({ entitlementId, grants, principal }: Holding, path: Path | undefined): readonly string[] {
    const { view } = this.#open
    const before = path?.steps.at(-2)
    const giver = before === undefined ? principal : view.entitlement(before)?.resource
    const last = before === undefined ? grants : giver ? [...view.grantsFor(entitlementId, giver)] : []
    const resource = view.entitlement(entitlementId)?.resource
    const note = resource && view.find(resource)?.profile['routing_note']
    return [
      ...(typeof note === 'string' && note !== '' ? [note] : []),
      ...last.flatMap((grant) => {
        const said = otherMetadataOf(grant)
        return said === '' ? [] : inWords(JSON.parse(said) as Readonly<Record<string, unknown>>)
      }),
    ]
  }
}

const inWords = (metadata: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.entries(metadata).map(
    ([key, value]) => `${key.replaceAll('_', ' ')}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )

/** Entitlements of a resource, or the one that is asked for. */
export function wantedEntitlements(open: OpenSync, key: string, wanted: string | undefined): readonly string[] {
  const all = Array.from(open.view.entitlements(refOf(open.thing(key)) && idOf(key)), ({ id }) => id)
  return wanted === undefined ? all : all.filter((id) => id === wanted)
}
