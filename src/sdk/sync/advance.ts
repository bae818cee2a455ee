import { sameResource } from '../model/ids.ts'
import { ConnectorError } from '../ground/errors.ts'
import type { ResourceId } from '../model/model.ts'
import type { HoldersPage, ListPage, Scope } from '../contract/syncer.ts'
import type { Action, Checkpoint, Listing, Repairs } from './checkpoint.ts'
import { looks } from './looks.ts'
import { scoped } from './scoped.ts'
import type { Write } from './store.ts'

/** What one page changes: the rows to store and the plan after it. */
export interface Step {
  readonly write: Write
  readonly checkpoint: Checkpoint
}

/** What a step asks the store. */
export interface StoredRows {
  hasResource(id: ResourceId): boolean
  resourceIds(type: string): readonly string[]
}

type ListAction = Extract<Action, { kind: 'list' }>
type HoldersAction = Extract<Action, { kind: 'holders' }>

export const firstReading: Listing = Object.freeze({
  ...{ pass: 1, received: 0, pages: 0, places: [], shrunk: false, stale: false },
})

/** Places remembered for one listing. They are part of every checkpoint, so that more of them would slow a long listing down. */
const MOST_PLACES = 1_000

export const without = (actions: readonly Action[], done: Action): readonly Action[] =>
  actions.filter((a) => a !== done)

/** A listing may bring so many rows beyond twice its count before it is taken for one that never ends: rows of a tenant that moves come twice as well. */
const MOST_REPEATED = 1_000

/**
 * A page of a type's listing. The rest of nested lists comes first, so that they never pile up; the next page goes to the end.
 *
 * Errors: `unavailable` where the source gives rows without end.
 */
export function listed(
  checkpoint: Checkpoint,
  action: ListAction,
  page: ListPage,
  scope: Scope,
  canRecheck: boolean,
): Step {
  const { type } = action
  const listing = checkpoint.listings[type] ?? firstReading
  // Rows that were missed are found later, by their ids.
  const goesOn = canRecheck && page.total !== undefined && placesWith(listing, page) !== undefined
  if (page.moved && !goesOn) return shaken(checkpoint, type, listing)
  const after = counted(listing, type, page)
  if (page.next !== undefined && page.total !== undefined && after.received > 2 * page.total + MOST_REPEATED)
    throw endless(type, after.received, page.total)
  const rows = scoped(page, scope)
  const more = (page.more ?? []).map((t): Action => ({ kind: 'list', type, token: t }))
  const next: readonly Action[] = page.next === undefined ? [] : [{ kind: 'list', type, token: page.next }]
  return {
    write: { ...rows, ...(listing.stale && { removals: [{ kind: 'listing', type }] }) },
    checkpoint: {
      ...checkpoint,
      actions: [...more, ...without(checkpoint.actions, action), ...next],
      listings: { ...checkpoint.listings, [type]: after },
    },
  }
}

const endless = (type: string, received: number, total: number): ConnectorError =>
  new ConnectorError(
    'unavailable',
    `list ${type}`,
    `the source gave ${received} rows of ${total} that it counts, and says that there are more; the sync is left unfinished, run again`,
    undefined,
    'no end',
  )

/** Drops the remaining pages of a listing in doubt, because it will start over. Its ids alone cannot settle a nested list. */
function shaken(checkpoint: Checkpoint, type: string, before: Listing): Step {
  const { places: _places, proved: _proved, ...listing } = before
  return {
    write: {},
    checkpoint: {
      ...checkpoint,
      actions: checkpoint.actions.filter((action) => action.kind !== 'list' || action.type !== type),
      listings: { ...checkpoint.listings, [type]: { ...listing, moved: true } },
    },
  }
}

/** The places up to this page; `undefined` if a page with rows has no place. */
function placesWith({ places }: Listing, page: ListPage): readonly string[] | undefined {
  if (page.resources.length === 0) return places
  return places && page.place !== undefined && places.length < MOST_PLACES ? [...places, page.place] : undefined
}

/** Pages without a count (the rest of a nested list) do not count towards the listing. */
function counted(listing: Listing, type: string, page: ListPage): Listing {
  if (page.total === undefined) return listing
  const { places: _, ...before } = listing
  const places = placesWith(listing, page)
  return {
    ...before,
    ...(places && { places }),
    ...(page.moved && { moved: true }),
    received: listing.received + page.resources.filter((resource) => resource.id.type === type).length,
    pages: listing.pages + 1,
    nested: (listing.nested ?? 0) + (page.more?.length ?? 0),
    total: page.total,
    shrunk: listing.shrunk || (listing.total !== undefined && page.total < listing.total),
    stale: false,
  }
}

/** One resource fetched by id, or found to be gone: then everything about it goes. */
export function fetched(
  checkpoint: Checkpoint,
  action: Extract<Action, { kind: 'get' }>,
  page: ListPage | undefined,
  scope: Scope,
  stored: StoredRows,
): Step {
  const { resource } = action
  const actions = without(checkpoint.actions, action)
  if (!page) return gone(checkpoint, actions, resource, stored)
  const more = (page.more ?? []).map((token): Action => ({ kind: 'list', type: resource.type, token }))
  return {
    write: scoped(page, scope),
    checkpoint: { ...repaired(checkpoint, 'fetchedResources'), actions: [...more, ...actions] },
  }
}

const gone = (checkpoint: Checkpoint, actions: readonly Action[], resource: ResourceId, stored: StoredRows): Step => ({
  write: { removals: [{ kind: 'resource', resource }] },
  checkpoint: {
    ...repaired(checkpoint, 'removedResources'),
    actions,
    listings: withoutOne(checkpoint.listings, resource, stored),
  },
})

/**
 * The listings without a resource that was listed and is gone.
 *
 * Why: the listing was whole when it was counted, and that the row went afterwards is known.
 */
export function withoutOne(
  listings: Checkpoint['listings'],
  resource: ResourceId,
  stored: StoredRows,
): Checkpoint['listings'] {
  const listing = listings[resource.type]
  if (listing?.total === undefined || !stored.hasResource(resource)) return listings
  return { ...listings, [resource.type]: { ...listing, total: listing.total - 1 } }
}

/** Only what is read again after the listings is a repair; what a run was asked for is not. */
export const repaired = (checkpoint: Checkpoint, kind: keyof Repairs, times = 1): Checkpoint =>
  checkpoint.phase === 'reconcile' && times > 0
    ? { ...checkpoint, repairs: { ...checkpoint.repairs, [kind]: checkpoint.repairs[kind] + times } }
    : checkpoint

/**
 * A page of a resource's holders, read from its own side. The first page replaces what was known of them.
 *
 * Why: a principal that is stored already keeps its record and what else it holds, because its own listing provides those.
 */
export function heldBy(
  checkpoint: Checkpoint,
  action: HoldersAction,
  page: HoldersPage | undefined,
  scope: Scope,
  stored: StoredRows,
): Step {
  const { resource, token } = action
  const actions = without(checkpoint.actions, action)
  if (!page) return gone(checkpoint, actions, resource, stored)
  const before = token === '' ? [] : action.places
  const places =
    page.grants.length === 0 ? before : before && page.place !== undefined ? [...before, page.place] : undefined
  if (page.moved && !places)
    return { write: {}, checkpoint: { ...checkpoint, actions, moved: [...(checkpoint.moved ?? []), resource] } }
  const moved = page.moved ?? action.moved
  const known = new Set(page.resources.filter((r) => stored.hasResource(r.id)).map((r) => `${r.id.type}:${r.id.id}`))
  const rows = scoped(page, scope)
  const isNew = (r: { readonly id: ResourceId }): boolean => !known.has(`${r.id.type}:${r.id.id}`)
  const news = (rows.resources ?? []).filter(isNew)
  const next: readonly Action[] =
    page.next !== undefined
      ? [{ kind: 'holders', resource, token: page.next, ...(places && { places }), ...(moved && { moved }) }]
      : moved && places
        ? [{ kind: 'all-holders', resource, places }]
        : []
  return {
    write: {
      removals: token === '' ? [{ kind: 'grants-on', resource }] : [],
      resources: news,
      entitlements: (rows.entitlements ?? []).filter((e) => !stored.hasResource(e.resource)),
      grants: (rows.grants ?? []).filter(
        (grant) =>
          sameResource(grant.resource, resource) || !known.has(`${grant.principal.type}:${grant.principal.id}`),
      ),
      holders: page.holders,
    },
    checkpoint: {
      ...(token === '' ? repaired(checkpoint, 'rereadResources') : checkpoint),
      // A page of holders shows only a part of them. What else they hold is read by id, as in their own listing.
      actions: [...actions, ...lookedUpAlone(news, checkpoint), ...next],
    },
  }
}

const lookedUpAlone = (
  resources: readonly { readonly id: ResourceId }[],
  { listings }: Checkpoint,
): readonly Action[] =>
  [...Map.groupBy(resources, ({ id }) => id.type)]
    .filter(([type]) => listings[type]?.places)
    .flatMap(([type, all]) =>
      looks(
        type,
        all.map(({ id }) => id.id),
      ),
    )

/** All holders of a resource at one moment, which replaces what was known of them; where they did not prove themselves the resource is read again. */
export function heldAtOnce(
  checkpoint: Checkpoint,
  action: Extract<Action, { kind: 'all-holders' }>,
  page: HoldersPage | undefined,
  scope: Scope,
): Step {
  const { resource } = action
  const actions = without(checkpoint.actions, action)
  if (!page)
    return { write: {}, checkpoint: { ...checkpoint, actions, moved: [...(checkpoint.moved ?? []), resource] } }
  return {
    write: { ...scoped(page, scope), holders: page.holders, removals: [{ kind: 'grants-on', resource }] },
    checkpoint: { ...checkpoint, actions },
  }
}
