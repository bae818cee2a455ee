import { hasIds, hasManyHolders, type ResourceSyncer } from '../contract/syncer.ts'
import type { Listing } from './checkpoint.ts'

/** What the syncers of a run can do beyond reading page by page, by type. */
export interface Roads {
  /** Why the listing cannot be empty; see `ResourceSyncer`. */
  readonly neverEmpty: ReadonlyMap<string, string>
  /** Types whose listings can be held against their ids. */
  readonly ids: ReadonlySet<string>
  /** Types whose resources' holders can be counted with the ids of another type, which is the value. */
  readonly countedWith: ReadonlyMap<string, string>
  /** Pages of a listing that come whole at one moment, by type; see `IdLister`. */
  readonly wholeUpTo: ReadonlyMap<string, number>
  /** Types whose holders can be read for many resources at once. */
  readonly manyHolders: ReadonlySet<string>
}

export function roadsOf(syncers: ReadonlyMap<string, ResourceSyncer>): Roads {
  const all = [...syncers]
  return {
    neverEmpty: new Map(all.flatMap(([type, { neverEmpty }]) => (neverEmpty ? [[type, neverEmpty]] : []))),
    ids: new Set(all.flatMap(([type, syncer]) => (hasIds(syncer) ? [type] : []))),
    countedWith: new Map(
      all.flatMap(([type, syncer]) => (hasIds(syncer) && syncer.counts !== undefined ? [[syncer.counts, type]] : [])),
    ),
    wholeUpTo: new Map(
      all.flatMap(([type, syncer]) => (hasIds(syncer) && syncer.wholeUpTo ? [[type, syncer.wholeUpTo]] : [])),
    ),
    manyHolders: new Set(all.flatMap(([type, syncer]) => (hasManyHolders(syncer) ? [type] : []))),
  }
}

/** How often the ids of a listing are asked for before it is read from its start again. */
const MOST_RECHECKS = 4

/** Whether a listing can be held against its ids. One page is read again as quickly. */
export const canRecheck = (type: string, listing: Listing | undefined, { ids }: Roads): boolean =>
  ids.has(type) && (listing?.places?.length ?? 0) > 1 && (listing?.rechecks ?? 0) < MOST_RECHECKS
