import { isDirect } from '../../sdk/wire/rows/decode-grant.ts'
import { formatResourceBid } from '../../sdk/model/ids.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import { Expansion, laterEnd } from '../access/expansion.ts'
import type { SyncView } from '../file/sync-view.ts'
import { endOf } from '../model/grant-row.ts'
import { keyOf, type Thing, typeWord } from '../model/thing.ts'
import { type Jewels, jewelsOf } from '../diff/jewels.ts'

/** Something that can be held, and what it leads to. */
export interface ReviewedEntitlement {
  readonly on: Thing
  readonly slug: string
  /** What a person holds by it besides, such as the resources that a group opens. */
  readonly opens: readonly Thing[]
  /** Whether it, or what it opens, has the tag of the crown jewels. */
  readonly isJewel: boolean
}

/** One question of a review: may the principal keep this? */
export interface ReviewRow {
  readonly principal: Thing
  readonly entitlement: ReviewedEntitlement
  readonly until: Date | undefined
}

/** What is reviewed: what everybody holds themselves. What follows from it is decided with it. */
export interface Review {
  readonly view: SyncView
  readonly expansion: Expansion
  readonly people: readonly Thing[]
  /** Crown jewels first, then people by name, then others. */
  readonly rows: readonly ReviewRow[]
}

/** Reads the review of one sync. `jewels` are tags, `tier=0`. Errors: `data-loss` for a damaged row. */
export function readReview(view: SyncView, jewels: readonly string[]): Review {
  const expansion = new Expansion(view)
  const things = new Map(Array.from(view.things(), (thing) => [keyOf(thing.id), thing]))
  const first = jewelsOf(view, jewels, () => expansion)
  const thingOf = (id: ResourceId): Thing => {
    const found = things.get(keyOf(id)) ?? view.thing(id)
    things.set(keyOf(id), found)
    return found
  }
  const entitlements = new Map<string, ReviewedEntitlement>()
  const entitlementOf = (id: string, resource: ResourceId): ReviewedEntitlement => {
    const found = entitlements.get(id) ?? readEntitlement({ view, expansion, thingOf, jewels: first }, id, resource)
    entitlements.set(id, found)
    return found
  }
  const rows = new Map<string, ReviewRow>()
  for (const grant of view.grants()) {
    const { entitlementId, principal, resource, sources, annotations } = grant
    if (!isDirect(sources, entitlementId)) continue
    const key = `${entitlementId}\0${keyOf(principal)}`
    const until = annotations.length === 0 ? undefined : endOf(grant)
    const before = rows.get(key)
    if (before) rows.set(key, { ...before, until: laterEnd(before.until, until) })
    else rows.set(key, { principal: thingOf(principal), entitlement: entitlementOf(entitlementId, resource), until })
  }
  return {
    view,
    expansion,
    people: [...things.values()].filter(({ kind }) => kind === 'user'),
    rows: [...rows.values()].sort(inOrder),
  }
}

interface Ground {
  readonly view: SyncView
  readonly expansion: Expansion
  readonly thingOf: (id: ResourceId) => Thing
  readonly jewels: Jewels
}

function readEntitlement(
  { view, expansion, thingOf, jewels }: Ground,
  id: string,
  resource: ResourceId,
): ReviewedEntitlement {
  const on = thingOf(resource)
  const opened = new Map<string, Thing>()
  for (const reached of expansion.leadsTo(id, 'user')) {
    const entitlement = view.entitlement(reached)
    if (entitlement) opened.set(keyOf(entitlement.resource), thingOf(entitlement.resource))
  }
  return {
    on,
    slug: view.entitlement(id)?.slug ?? id.slice(id.lastIndexOf(':') + 1),
    opens: [...opened.values()].sort((a, b) => compare(a.name, b.name)),
    isJewel: jewels.entitlements.has(id) || jewels.things.has(keyOf(resource)),
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const inOrder = (a: ReviewRow, b: ReviewRow): number =>
  Number(b.entitlement.isJewel) - Number(a.entitlement.isJewel) ||
  Number(a.principal.kind !== 'user') - Number(b.principal.kind !== 'user') ||
  compare(a.principal.name, b.principal.name) ||
  compare(a.principal.email, b.principal.email) ||
  compare(keyOf(a.principal.id), keyOf(b.principal.id)) ||
  compare(a.entitlement.on.name, b.entitlement.on.name) ||
  compare(keyOf(a.entitlement.on.id), keyOf(b.entitlement.on.id)) ||
  compare(a.entitlement.slug, b.entitlement.slug)

/** How `apply` is told whom and what is meant, whatever they are called. */
export const bidOf = ({ id }: Thing): string => formatResourceBid({ resource: id })

/** `group Engineering (owner)`; slugs that go without saying are left out. */
export const sayHeldThing = ({ on, slug }: Pick<ReviewedEntitlement, 'on' | 'slug'>): string =>
  `${typeWord(on.id.type)} ${on.name}${['member', 'access', 'assigned'].includes(slug) ? '' : ` (${slug})`}`
