import type { ResourceId, ResourceType } from '../model/model.ts'
import type { HolderCount, Rows } from '../contract/syncer.ts'

/** Kinds of sync a file can hold. Source: baton-sdk `pkg/connectorstore/connectorstore.go`. */
export type SyncKind = 'full' | 'partial' | 'resources_only'

/** Rows to take out again, before the rows of the same write go in. */
export type Removal =
  /** Everything a listing of this type brought: its resources, their entitlements and counts, and the grants they hold. */
  | { readonly kind: 'listing'; readonly type: string }
  /** All grants on one resource's entitlements. */
  | { readonly kind: 'grants-on'; readonly resource: ResourceId }
  /** All grants one resource holds. */
  | { readonly kind: 'held-by'; readonly resource: ResourceId }
  /** One resource with its entitlements and counts, the grants on them and the grants it holds. */
  | { readonly kind: 'resource'; readonly resource: ResourceId }

export interface Write extends Partial<Rows> {
  readonly removals?: readonly Removal[]
  readonly resourceTypes?: readonly ResourceType[]
  /** Replaces an earlier count of the same entitlement. */
  readonly holders?: readonly HolderCount[]
}

/** An entitlement whose grants do not add up to the count the source gave. */
export interface HolderGap extends HolderCount {
  readonly found: number
}

/** Grants that point at something the sync does not hold. */
export interface Dangling {
  /** Resources whose entitlement is granted although no such entitlement is stored, at most `limit`. */
  readonly resources: readonly ResourceId[]
  /** Principals that hold a grant although no such resource is stored, at most `limit`. */
  readonly principals: readonly ResourceId[]
}

/** Rows per table and type, as they stand in one sync. */
export interface SyncCounts {
  readonly resourceTypes: number
  readonly resources: Readonly<Record<string, number>>
  readonly entitlements: Readonly<Record<string, number>>
  /** By the type of the granted entitlement's resource. */
  readonly grants: Readonly<Record<string, number>>
}

/**
 * One sync being written. The engine is its only user; nothing it holds is visible to readers as a finished sync before `finish`.
 *
 * Errors: every method raises `resource-exhausted` when the disk is full and `internal` when the store itself fails.
 */
export interface SyncWriter {
  /** KSUID, 27 characters. */
  readonly syncId: string
  readonly startedAt: Date
  /** The checkpoint last written; `''` for a new sync. */
  readonly checkpoint: string
  /** Rows of the finished full sync that readers show in the same file so far. */
  readonly earlier: SyncCounts | undefined
  /** Stores the rows and the checkpoint in one transaction. Writing a row again replaces it. */
  write(rows: Write, checkpoint: string): void
  /** Number of distinct resources of a type stored by now. */
  resourceCount(type: string): number
  hasResource(id: ResourceId): boolean
  /** Ids of the resources of a type stored by now. */
  resourceIds(type: string): readonly string[]
  /** At most `limit` entitlements whose grants differ from their count. */
  holderGaps(limit: number): readonly HolderGap[]
  dangling(limit: number): Dangling
  counts(): SyncCounts
  /** Seals the sync, applies retention and replaces the file in one step. Nothing may be called afterwards. */
  finish(options?: FinishOptions): Promise<SealedFile>
  /** Puts the unfinished sync beside the finished ones into the file, so that any reader sees it as unfinished, and keeps it for resuming. */
  suspend(): Promise<FinishedFile>
  /** Lets go of the file without touching it. What was collected stays for resuming; where nothing was, nothing stays. */
  release(): void
}

export interface FinishOptions {
  /** Adds the grants that follow from expandable ones. `counts` and `earlier` never count them. @default what the sync was made from, else false */
  readonly expand?: boolean
}

/** What expansion added to a sync. */
export interface Expanded {
  /** Grants added. */
  readonly added: number
  /** Ids of entitlements that lead to themselves, each cycle in itself. */
  readonly cycles: readonly (readonly string[])[]
}

export interface FinishedFile {
  readonly path: string
  readonly bytes: number
}

/** A file whose newest sync is finished, and what its user should know of how it was written, in whole sentences. */
export interface SealedFile extends FinishedFile {
  /** Absent where the sync was not expanded. */
  readonly expanded?: Expanded
  readonly warnings: readonly string[]
}

/** Opens a sync in a snapshot file: resumes an unfinished one of the same kind younger than a week, else starts a new one. */
export interface SnapshotStore {
  /**
   * `canResume` says whether the caller can go on from a checkpoint found in an unfinished sync. A `partial` sync always starts anew. `source` names
   * what is read, such as a network: a file whose newest full sync is of another one is refused.
   */
  begin(kind: SyncKind, canResume: (checkpoint: string) => boolean, source?: string): Promise<SyncWriter>
}
