import type { Connector } from '../contract/connector.ts'
import type { ResourceId } from '../model/model.ts'
import type { Clock, Logger } from '../ground/ports.ts'
import type { RetryPolicy } from '../pacing/retry.ts'
import type { Scope } from '../contract/syncer.ts'
import type { SnapshotStore, SyncCounts } from './store.ts'

/** What one run is to read, from where, into what. */
export interface SyncRequest {
  readonly connector: Connector
  readonly store: SnapshotStore
  readonly scope: Scope
  /** Resources to read alone, which makes the sync a `partial` one; absent for a whole sync. */
  readonly targets?: readonly ResourceId[]
  /** Pages in flight where they do not depend on each other, at least 1. */
  readonly workers: number
  readonly retry: RetryPolicy
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  readonly onEvent: (event: SyncEvent) => void
  /** Rows of the last finished sync of the same source. @default those of the sync that readers show in the same file */
  readonly earlier?: SyncCounts
  /** Percentage of the rows of any kind that a sync may have lost since the last finished one, 0 to 100. @default no limit, only warnings */
  readonly mostShrinkPercent?: number
  /** Whether a whole sync ends with the grants that follow from expandable ones; a partial one never does. @default false */
  readonly expand?: boolean
  /** Whether a run that fails leaves what it read in the file, for the next one and for readers. @default true */
  readonly keepUnfinished?: boolean
}

/** What a run tells while it goes on. Nothing in it is needed to judge the result. */
export type SyncEvent =
  | { readonly kind: 'started'; readonly syncId: string; readonly resumed: boolean }
  /** Once, as soon as every listing has told its size: requests for pages, those to come and those answered, repairs apart. */
  | { readonly kind: 'estimate'; readonly requests: number }
  | {
      readonly kind: 'page'
      readonly phase: 'collect' | 'reconcile'
      readonly type: string
      /** Rows of the type read by now, and how many there are where that is known. */
      readonly done: number
      readonly total?: number
      /** Requests for pages that this run had answered; one may bring pages of several types. */
      readonly pages: number
    }
  | { readonly kind: 'retry'; readonly operation: string; readonly detail: string; readonly waitMs: number }
  | { readonly kind: 'sealing' }
