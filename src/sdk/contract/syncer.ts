import type { Entitlement, Grant, Resource, ResourceId, ResourceType } from '../model/model.ts'
import type { Logger } from '../ground/ports.ts'

/** What the caller will keep. A syncer may leave out of its requests whatever is not wanted, and may return it all the same. */
export interface Scope {
  /** Ids of the resource types that will be stored. */
  readonly types: ReadonlySet<string>
  readonly entitlements: boolean
  readonly grants: boolean
}

export interface Call {
  readonly signal: AbortSignal
  readonly log: Logger
  readonly scope: Scope
}

export interface SizedCall extends Call {
  /** Items wanted of each list, 1–100. A syncer may return fewer, and asks its source for no more. */
  readonly size: number
}

export interface PageCall extends SizedCall {
  /** `''` asks for the first page; otherwise a token that this syncer returned. */
  readonly token: string
}

/** Rows found together. Order is the source system's. */
export interface Rows {
  readonly resources: readonly Resource[]
  readonly entitlements: readonly Entitlement[]
  readonly grants: readonly Grant[]
}

/** How many principals hold an entitlement, counted by the source system itself. */
export interface HolderCount {
  readonly entitlementId: string
  readonly resource: ResourceId
  readonly count: number
}

/**
 * One page of a type's listing.
 *
 * Shape: `resources` are of the syncer's type, plus resources of other types that are known only by being met (an unknown role);
 * `grants` are what the listed resources *hold*, as far as the source tells it in the same page; an empty page with `next` is legal.
 */
export interface ListPage extends Rows {
  /** Token of the following page; absent on the last. */
  readonly next?: string
  /** Tokens of further pages that do not depend on `next`, for example the rest of a nested list that overflowed. */
  readonly more?: readonly string[]
  /** Size of the whole listing as the source counted it when it answered this page; absent where it does not count. */
  readonly total?: number
  /** Counts that came with the page, each to be matched by grants that come from elsewhere. */
  readonly holders?: readonly HolderCount[]
  /** Where the page stands in the listing, as `IdLister` wants it; absent where the source cannot list ids, and for pages of nested lists. */
  readonly place?: string
  /**
   * Rows before this page moved since the page before was read, so that a row may have been passed over: the type's listing, nested lists
   * included, is in doubt, whatever its counts say. It is held against its ids where the syncer is an `IdLister`; otherwise it is read from its
   * start again, and nothing else of the page is used.
   *
   * Absent where rows stand still, and where a source cannot tell. Source: decision 0003.
   */
  readonly moved?: true
}

/**
 * One page of the principals that hold entitlements *on* one resource, read from that resource's own side.
 *
 * Shape: `resources` are the principals, `grants` those on the resource and whatever else the principals' records tell;
 * `holders` counts the whole list, as the source did when it answered this page.
 */
export interface HoldersPage extends Rows {
  readonly next?: string
  readonly holders: readonly HolderCount[]
  /** As in `ListPage`, for the list of this resource's holders and `holdersAtOnce`. */
  readonly place?: string
  /** As in `ListPage`, for the list of this resource's holders. */
  readonly moved?: true
}

/**
 * Reads one resource type, one page a call. Offering it gives the type the capability SYNC.
 *
 * Why: the engine loops, retries and stores; a syncer only answers what stands on one page, so that every page can be a checkpoint.
 */
export interface ResourceSyncer {
  readonly type: ResourceType
  /**
   * Why every source has at least one resource of this type, as a clause behind "although"; absent where a listing may be empty.
   *
   * Why: an empty listing would read as "all are deleted", while the key may simply not see them.
   */
  readonly neverEmpty?: string
  /** Errors: `invalid-argument` for a token this syncer did not issue; others as the client maps them. */
  list(call: PageCall): Promise<ListPage>
}

/** Reads one resource by id, with its entitlements and what it holds; `undefined` where the source has none. Gives TARGETED_SYNC. */
export interface TargetedGetter {
  get(id: string, call: SizedCall): Promise<ListPage | undefined>
}

/**
 * Reads who holds the entitlements of one resource from that resource's side: the second road to the same facts.
 * Gives `undefined` where the source has no such resource.
 */
export interface HolderLister {
  holders(id: string, call: PageCall): Promise<HoldersPage | undefined>
}

/** The ids of a whole listing, and counts of holders, as one moment showed them. */
export interface IdList {
  readonly ids: readonly string[]
  /** Of the resources that were to be counted; one that is gone is left out. */
  readonly holders: readonly HolderCount[]
  /**
   * Whole listings of that moment, by type: the one that was asked for, and others beside it. They replace what was read before; where the resources of
   * one hold grants on those of another type, all such grants. Absent where the ids came alone.
   */
  readonly whole?: Readonly<Record<string, ListPage>>
}

export interface IdCall extends Call {
  /** The `place` of every page of the listing, in order. */
  readonly places: readonly string[]
  /** Ids of resources of the type `counts` whose holders are to be counted at the same moment. */
  readonly counted: readonly string[]
}

/**
 * Lists the ids of a type many pages at once, and reads many resources by id at once: the way back to a whole listing where rows moved.
 *
 * Why: under offset cursors every row that comes or goes moves all rows behind it. A listing that is read from its start again moves again; ids fit
 * into so few requests that a moment without movement is found.
 */
export interface IdLister {
  /** Type of the resources whose holders the source can count together with the ids; absent where it cannot. */
  readonly counts?: string
  /** A listing of at most so many pages comes whole in place of its ids, and that of `counts` with it where it is as short; absent where ids come alone. */
  readonly wholeUpTo?: number
  /** `undefined` where the ids do not prove themselves: rows moved meanwhile, an id came twice, or the source's own count is another. */
  ids(call: IdCall): Promise<IdList | undefined>
  /** As `TargetedGetter`, for ids that the source gave itself; in the order of `ids`. */
  getMany(ids: readonly string[], call: SizedCall): Promise<readonly (ListPage | undefined)[]>
}

/** Reads the holders of many resources at once, or of one at one moment. */
export interface ManyHoldersLister {
  /** The first page of each, in the order of `ids`; `undefined` where the source has no such resource. */
  holdersOfMany(ids: readonly string[], call: SizedCall): Promise<readonly (HoldersPage | undefined)[]>
  /** All holders at one moment; `places` are those of the pages read before. `undefined` where they do not prove themselves, as in `IdLister`. */
  holdersAtOnce(id: string, places: readonly string[], call: Call): Promise<HoldersPage | undefined>
}

export const hasIds = (syncer: ResourceSyncer): syncer is ResourceSyncer & IdLister => 'ids' in syncer

export const hasManyHolders = (syncer: ResourceSyncer): syncer is ResourceSyncer & ManyHoldersLister =>
  'holdersOfMany' in syncer

export const hasGet = (syncer: ResourceSyncer): syncer is ResourceSyncer & TargetedGetter => 'get' in syncer

export const hasHolders = (syncer: ResourceSyncer): syncer is ResourceSyncer & HolderLister => 'holders' in syncer
