import { sameResource } from '../model/ids.ts'
import { ConnectorError } from '../ground/errors.ts'
import type { ResourceId } from '../model/model.ts'
import type { HoldersPage, ListPage, Scope } from '../contract/syncer.ts'
import type { Action, Checkpoint, Listing, Repairs } from './checkpoint.ts'
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
}

type ListAction = Extract<Action, { kind: 'list' }>
type HoldersAction = Extract<Action, { kind: 'holders' }>

export const firstReading: Listing = Object.freeze({ pass: 1, received: 0, pages: 0, shrunk: false, stale: false })

const without = (actions: readonly Action[], done: Action): readonly Action[] => actions.filter((a) => a !== done)

/** A listing may bring so many rows beyond twice its count before it is taken for one that never ends: rows of a tenant that moves come twice as well. */
const MOST_REPEATED = 1_000

/**
 * A page of a type's listing. The rest of nested lists comes first, so that they never pile up; the next page goes to the end.
 *
 * Errors: `unavailable` where the source gives rows without end.
 */
export function listed(checkpoint: Checkpoint, action: ListAction, page: ListPage, scope: Scope): Step {
  const { type } = action
  const listing = checkpoint.listings[type] ?? firstReading
  if (page.moved) return shaken(checkpoint, type, listing)
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
    'malformed answer',
  )

/** What is left of a listing in doubt is not worth reading: it will start over. */
const shaken = (checkpoint: Checkpoint, type: string, listing: Listing): Step => ({
  write: {},
  checkpoint: {
    ...checkpoint,
    actions: checkpoint.actions.filter((action) => action.kind !== 'list' || action.type !== type),
    listings: { ...checkpoint.listings, [type]: { ...listing, moved: true } },
  },
})

/** Pages without a count (the rest of a nested list) do not count towards the listing. */
function counted(listing: Listing, type: string, page: ListPage): Listing {
  if (page.total === undefined) return listing
  return {
    ...listing,
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
): Step {
  const { resource } = action
  const actions = without(checkpoint.actions, action)
  if (!page) return gone(checkpoint, actions, resource)
  const more = (page.more ?? []).map((token): Action => ({ kind: 'list', type: resource.type, token }))
  return {
    write: scoped(page, scope),
    checkpoint: { ...checkpoint, actions: [...more, ...actions], repairs: repaired(checkpoint, 'fetchedResources') },
  }
}

const gone = (checkpoint: Checkpoint, actions: readonly Action[], resource: ResourceId): Step => ({
  write: { removals: [{ kind: 'resource', resource }] },
  checkpoint: { ...checkpoint, actions, repairs: repaired(checkpoint, 'removedResources') },
})

/** Only what is read again after the listings is a repair; what a run was asked for is not. */
const repaired = ({ phase, repairs }: Checkpoint, kind: keyof Repairs): Repairs =>
  phase === 'reconcile' ? { ...repairs, [kind]: repairs[kind] + 1 } : repairs

/**
 * A page of a resource's holders, read from its own side. The first page replaces what was known of them.
 *
 * Why: a principal that is stored already keeps its record and what else it holds, for its own listing is the road for those.
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
  if (!page) return gone(checkpoint, actions, resource)
  if (page.moved)
    return { write: {}, checkpoint: { ...checkpoint, actions, moved: [...(checkpoint.moved ?? []), resource] } }
  const known = new Set(page.resources.filter((r) => stored.hasResource(r.id)).map((r) => `${r.id.type}:${r.id.id}`))
  const rows = scoped(page, scope)
  const next: readonly Action[] = page.next === undefined ? [] : [{ kind: 'holders', resource, token: page.next }]
  return {
    write: {
      removals: token === '' ? [{ kind: 'grants-on', resource }] : [],
      resources: (rows.resources ?? []).filter((r) => !known.has(`${r.id.type}:${r.id.id}`)),
      entitlements: (rows.entitlements ?? []).filter((e) => !stored.hasResource(e.resource)),
      grants: (rows.grants ?? []).filter(
        (grant) =>
          sameResource(grant.resource, resource) || !known.has(`${grant.principal.type}:${grant.principal.id}`),
      ),
      holders: page.holders,
    },
    checkpoint: {
      ...checkpoint,
      actions: [...actions, ...next],
      repairs: token === '' ? repaired(checkpoint, 'rereadResources') : checkpoint.repairs,
    },
  }
}
