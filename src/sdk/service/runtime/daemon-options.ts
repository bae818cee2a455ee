import type { Connector } from '../../contract/connector.ts'
import type { Clock, Logger, RandomBytes, Sleep } from '../../ground/ports.ts'
import type { RetryPolicy } from '../../pacing/retry.ts'
import type { SnapshotStore } from '../../sync/store.ts'
import type { BatonService, BuildFacts, HostFacts, TaskKind } from '../baton-service.ts'
import type { SourceWaits } from './source-waits.ts'
import type { DaemonEvent } from '../watch/state.ts'

export interface Retries {
  /** For each page of a sync. */
  readonly sync: RetryPolicy
  /** For changes of who holds what. */
  readonly change: RetryPolicy
}

export type Around = <T>(task: { readonly id: string; readonly kind: TaskKind }, work: () => Promise<T>) => Promise<T>

export const untraced: Around = (_, work) => work()

/** What a daemon of either mode is made of. */
export interface DaemonParts {
  readonly connector: Connector
  readonly clock: Clock
  readonly sleep: Sleep
  readonly random: RandomBytes
  readonly log: Logger
  /** Aborts when the process is told to stop: no new work, running work comes to its end within the grace. */
  readonly stop: AbortSignal
  readonly onEvent: (event: DaemonEvent) => void
  /** Pages in flight in a sync, 1 or more. */
  readonly workers: number
  /** See `SyncRequest`. In service mode a full sync is compared with the last one of the same daemon. */
  readonly mostShrinkPercent?: number
  /** Time that running work has after `stop`, in milliseconds. */
  readonly shutdownGraceMs: number
  /** Told by whoever made the connector when its rate limit holds requests back; without it no task shows that it waits. */
  readonly waits?: SourceWaits
  /** Runs the work of a task, or one run of the schedule, inside whatever follows it, for example a trace. @default nothing follows it */
  readonly around?: Around
  /** How long failures of the source are ridden out. @default the policies of the command line */
  readonly retries?: Retries
}

export interface ServiceModeOptions extends DaemonParts {
  readonly service: BatonService
  readonly build: BuildFacts
  /** Writes lines of every level, for tasks of which the service wants to know more. @default `log` */
  readonly verboseLog?: Logger
  readonly host: HostFacts
  /** A store for a new snapshot file of its own at this path; nothing in it is kept from earlier syncs. */
  readonly storeFor: (path: string) => SnapshotStore
  /** Existing folder for snapshots under way and results that are not delivered yet. One daemon owns it. */
  readonly stateDir: string
  readonly provisioning: boolean
  /** Whether tasks about tickets are answered. */
  readonly ticketing: boolean
  /** Most tasks at once, 1–100. @default 3 */
  readonly taskConcurrency: number
  /** A full-sync task only validates, and uploads an empty finished sync. */
  readonly skipFullSync: boolean
  /** Poll with `GetTasks` instead of `GetTask`. */
  readonly batch: boolean
  /** Types to sync where the task names none; empty for all. */
  readonly syncTypes: readonly string[]
}

export interface ScheduleOptions extends DaemonParts {
  readonly store: SnapshotStore
  /** From the start of one sync to the start of the next, in milliseconds; a sync that takes longer is followed at once. */
  readonly intervalMs: number
  readonly syncTypes: readonly string[]
  /** Whether each sync ends with the grants that follow from expandable ones. */
  readonly expand: boolean
  /** Begins the ids of runs where one program has several schedules. @default none */
  readonly name?: string
  /** Whether settings or a key that are wrong at the first run end the schedule. @default true */
  readonly endsOnRefusal?: boolean
}
