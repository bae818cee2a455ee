import type { HoldersPage, IdList, ListPage, Scope } from '../contract/syncer.ts'
import type { ResourceId } from '../model/model.ts'
import { repaired, without, withoutOne, type Step, type StoredRows } from './advance.ts'
import type { Action, Checkpoint, Listing } from './checkpoint.ts'
import { FULL_PAGE } from './page-size.ts'
import { resourceKey } from '../model/ids.ts'
import { looks } from './looks.ts'
import { canRecheck, type Roads } from './roads.ts'
import { scoped } from './scoped.ts'
import type { Removal, Write } from './store.ts'

type IdsAction = Extract<Action, { kind: 'ids' }>
type LookAction = Extract<Action, { kind: 'look' }>
type CountAction = Extract<Action, { kind: 'count' }>

/** Resources counted together with the ids of a listing: each is a question more in the same request. */
const MOST_COUNTED = 250

/**
 * Which resources to count together with the ids of those who hold them: all of the type where they are few, else those that differ, in their order.
 *
 * Why: who comes or goes changes the counts of all their groups, and only counts of the same moment as the ids agree with them.
 */
export const toCount = (all: readonly string[], differing: readonly string[]): readonly string[] =>
  countsAll(all) ? all : differing.slice(0, MOST_COUNTED)

/** Whether all of a type are counted together with the ids of those who hold them. */
export const countsAll = (all: readonly string[]): boolean => all.length <= MOST_COUNTED

/**
 * A listing held against the ids of one moment: what either of them lacks is read by id. Once that is done the listing is whole. A short one comes whole
 * itself.
 *
 * Why: the ids prove themselves, so what they hold was there at that moment and nothing else was.
 */
export function rechecked(
  checkpoint: Checkpoint,
  action: IdsAction,
  list: IdList | undefined,
  scope: Scope,
  rows: StoredRows,
): Step {
  if (list?.whole) return replaced(checkpoint, action, list.whole, list.holders, scope, rows)
  const { type } = action
  const actions = without(checkpoint.actions, action)
  const { moved, ...listing } = checkpoint.listings[type] ?? unread
  const rechecks = (listing.rechecks ?? 0) + 1
  if (!list) {
    const doubtful: Listing = { ...listing, rechecks, ...(moved && { moved }) }
    return { write: {}, checkpoint: { ...checkpoint, actions, listings: { ...checkpoint.listings, [type]: doubtful } } }
  }
  const stored = rows.resourceIds(type)
  const [told, known] = [new Set(list.ids), new Set(stored)]
  const missing = list.ids.filter((id) => !known.has(id))
  const extra = stored.filter((id) => !told.has(id))
  const proved: Listing = { ...listing, rechecks, total: list.ids.length, proved: true }
  return {
    write: { holders: list.holders },
    checkpoint: {
      ...checkpoint,
      actions: [...looks(type, [...missing, ...extra], new Set(extra)), ...actions],
      listings: { ...checkpoint.listings, [type]: proved },
    },
  }
}

/** Whole listings of one moment in place of what was read of them. */
function replaced(
  checkpoint: Checkpoint,
  action: IdsAction,
  whole: NonNullable<IdList['whole']>,
  holders: IdList['holders'],
  scope: Scope,
  stored: StoredRows,
): Step {
  const pages = Object.entries(whole)
  const told = new Set(pages.flatMap(([, page]) => page.resources.map(({ id }) => resourceKey(id))))
  const storedOf = (types: Iterable<string>): readonly ResourceId[] =>
    [...types].flatMap((type) => stored.resourceIds(type).map((id) => ({ type, id })))
  const gone = storedOf(Object.keys(whole)).filter((resource) => !told.has(resourceKey(resource)))
  const heldOn = new Set(pages.flatMap(([, page]) => page.grants.map(({ resource }) => resource.type)))
  const more = pages.flatMap(([type, page]) =>
    (page.more ?? []).map((token): Action => ({ kind: 'list', type, token })),
  )
  const proved = pages.map(([type, page]): [string, Listing] => {
    const { moved: _, ...listing } = checkpoint.listings[type] ?? unread
    const rechecks = (listing.rechecks ?? 0) + (type === action.type ? 1 : 0)
    return [type, { ...listing, rechecks, total: page.resources.length, proved: true, stale: false }]
  })
  const { repairs } = checkpoint
  return {
    write: {
      ...joined([...pages.map(([, page]) => scoped(page, scope)), { holders }]),
      removals: [
        ...storedOf(heldOn).map((resource): Removal => ({ kind: 'grants-on', resource })),
        ...gone.map((resource): Removal => ({ kind: 'resource', resource })),
      ],
    },
    checkpoint: {
      ...checkpoint,
      actions: [...more, ...without(checkpoint.actions, action)],
      listings: { ...checkpoint.listings, ...Object.fromEntries(proved) },
      repairs: { ...repairs, relisted: repairs.relisted + pages.length },
    },
  }
}

const unread: Listing = Object.freeze({ pass: 1, received: 0, pages: 0, shrunk: false, stale: false })

/** Resources read by id, in the order of the action's ids; those that are gone leave nothing behind. */
export function looked(
  checkpoint: Checkpoint,
  action: LookAction,
  pages: readonly (ListPage | undefined)[],
  scope: Scope,
  stored: StoredRows,
): Step {
  const { type, ids, unlisted = [] } = action
  const found = pages.flatMap((page) => page ?? [])
  const gone = ids.flatMap((id, i) => (pages[i] ? [] : [{ type, id }]))
  const more = found.flatMap((page) => page.more ?? []).map((token): Action => ({ kind: 'list', type, token }))
  // A resource that exists but is missing from the ids shows that the ids were incomplete.
  const isDoubtful = ids.some((id, i) => pages[i] && unlisted.includes(id))
  const listing = checkpoint.listings[type]
  const known = { ...checkpoint.listings, ...(isDoubtful && listing && { [type]: doubted(listing) }) }
  return {
    write: {
      ...joined(found.map((page) => scoped(page, scope))),
      removals: gone.map((resource): Removal => ({ kind: 'resource', resource })),
    },
    checkpoint: {
      ...repaired(repaired(checkpoint, 'fetchedResources', found.length), 'removedResources', gone.length),
      actions: [...more, ...without(checkpoint.actions, action)],
      listings: gone.reduce((listings, resource) => withoutOne(listings, resource, stored), known),
    },
  }
}

/** A listing whose proof did not hold. */
function doubted(proved: Listing): Listing {
  const { proved: _, ...listing } = proved
  return { ...listing, moved: true }
}

/**
 * First pages of the holders of resources whose grants do not add up. Where the page holds all of them it replaces what was known; where it does not,
 * its count may still be met by now. What is left is counted once more together with the ids of those who can hold it, and then read page by page.
 */
export function countedAgain(
  checkpoint: Checkpoint,
  action: CountAction,
  pages: readonly (HoldersPage | undefined)[],
  scope: Scope,
  roads: Roads,
  stored: StoredRows,
): Step {
  const { type, gaps } = action
  const gone: ResourceId[] = []
  const removals: Removal[] = []
  const writes: Write[] = []
  const large: string[] = []
  for (const [i, { id, found }] of gaps.entries()) {
    const [page, resource] = [pages[i], { type, id }]
    if (!page) gone.push(resource)
    else if (page.next === undefined) {
      removals.push({ kind: 'grants-on', resource })
      writes.push({ ...scoped(page, scope), holders: page.holders })
    } else if (page.holders.every(({ count }) => count === found)) writes.push({ holders: page.holders })
    else large.push(id)
  }
  const principals = roads.countedWith.get(type)
  const mayCount = principals !== undefined && canRecheck(principals, checkpoint.listings[principals], roads)
  const counted = mayCount && large.length > 0 ? toCount(stored.resourceIds(type), large) : []
  const ids: readonly Action[] = counted.length > 0 && principals ? [{ kind: 'ids', type: principals, counted }] : []
  const rest = large
    .filter((id) => !counted.includes(id))
    .map((id): Action => ({ kind: 'holders', resource: { type, id }, token: '' }))
  return {
    write: {
      ...joined(writes),
      removals: [...removals, ...gone.map((resource): Removal => ({ kind: 'resource', resource }))],
    },
    checkpoint: {
      ...repaired(repaired(checkpoint, 'rereadResources', removals.length), 'removedResources', gone.length),
      actions: [...ids, ...rest, ...without(checkpoint.actions, action)],
      ...(large.length > 0 && { counted: [...(checkpoint.counted ?? []), ...large.map((id) => ({ type, id }))] }),
      listings: gone.reduce((listings, resource) => withoutOne(listings, resource, stored), checkpoint.listings),
    },
  }
}

const joined = (all: readonly Write[]): Write => ({
  resources: all.flatMap(({ resources = [] }) => resources),
  entitlements: all.flatMap(({ entitlements = [] }) => entitlements),
  grants: all.flatMap(({ grants = [] }) => grants),
  holders: all.flatMap(({ holders = [] }) => holders),
})

/** Whether holders of such a number need more than one page. */
export const isLarge = (count: number): boolean => count > FULL_PAGE
