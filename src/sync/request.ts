import type { Connector } from '../sdk/connector.ts'
import type { ResourceId } from '../sdk/model.ts'
import type { Clock, Logger } from '../sdk/ports.ts'
import type { RetryPolicy } from '../sdk/retry.ts'
import type { Scope } from '../sdk/syncer.ts'
import type { SyncEvent } from './events.ts'
import type { SnapshotStore } from './store.ts'

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
  /** Whether a run that fails leaves what it read in the file, for the next one and for readers. @default true */
  readonly keepUnfinished?: boolean
}
