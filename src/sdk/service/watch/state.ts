import type { ConnectorError } from '../../ground/errors.ts'
import type { FinishedFile, SyncCounts } from '../../sync/store.ts'
import type { TaskKind } from '../baton-service.ts'

/** Where a running task stands. */
export interface TaskProgress {
  /** `reading users`, `checking groups`, `writing the file`, `uploading`. */
  readonly phase: string
  readonly done: number
  readonly total?: number
  /** Set while the rate limit of the source holds requests back. */
  readonly waitingUntil?: Date
}

export interface RunningTask {
  readonly id: string
  readonly kind: TaskKind
  readonly since: Date
  readonly progress?: TaskProgress
}

export interface LastSync {
  readonly finishedAt: Date
  readonly durationMs: number
  readonly counts: SyncCounts
  readonly file: FinishedFile
}

export interface ToldError {
  readonly at: Date
  /** `hello`, `poll`, `sync` for a run of the schedule, or the task's kind and id. */
  readonly where: string
  readonly message: string
}

export type Connection =
  /** Before the first hello was acknowledged. */
  | 'connecting'
  | 'connected'
  /** The last poll failed. */
  | 'failing'
  /** Told to stop; running tasks come to their end. */
  | 'stopping'

/** All that is known of a running daemon; metrics, health, `status` and the status file are views of it. */
export interface DaemonState {
  readonly mode: 'service' | 'schedule'
  readonly startedAt: Date
  readonly connection: Connection
  /** Since when the connection is what it is. */
  readonly connectionSince: Date
  /** The same for `failing` on the monotonic clock, in milliseconds: setting the clock right must not look like an outage. 0 before the first. */
  readonly failingSinceMs: number
  readonly lastPollAt?: Date
  readonly nextPollAt?: Date
  readonly running: readonly RunningTask[]
  readonly lastSync?: LastSync
  /** The last ten, newest first. */
  readonly errors: readonly ToldError[]
  /** Results that the service has not acknowledged. */
  readonly undelivered: number
}

export const TASK_OUTCOMES = ['success', 'failure', 'retryable'] as const

export type TaskOutcome = (typeof TASK_OUTCOMES)[number]

/** What happens in a daemon, in the order in which it happens. In schedule mode a run of the schedule is a task, its next run the next poll. */
export type DaemonEvent = { readonly at: Date } & (
  | { readonly kind: 'connected' }
  | { readonly kind: 'hello-failed'; readonly error: ConnectorError; readonly nextAt: Date }
  | { readonly kind: 'polled'; readonly nextAt: Date }
  | { readonly kind: 'poll-failed'; readonly error: ConnectorError; readonly nextAt: Date }
  | { readonly kind: 'task-started'; readonly id: string; readonly task: TaskKind }
  | { readonly kind: 'task-progress'; readonly id: string; readonly progress: TaskProgress }
  | {
      readonly kind: 'task-ended'
      readonly id: string
      readonly task: TaskKind
      readonly outcome: TaskOutcome
      readonly durationMs: number
      /** The sentence that the service is told; absent on success. */
      readonly message?: string
    }
  | { readonly kind: 'synced'; readonly sync: LastSync }
  | { readonly kind: 'uploaded'; readonly bytes: number }
  /** The platform refused what we are known by, in whatever call. */
  | { readonly kind: 'credential-refused' }
  | { readonly kind: 'undelivered'; readonly count: number }
  | { readonly kind: 'stopping' }
)

export const MOST_ERRORS = 10

export const startState = (mode: DaemonState['mode'], at: Date): DaemonState => ({
  mode,
  startedAt: at,
  connection: 'connecting',
  connectionSince: at,
  failingSinceMs: 0,
  running: [],
  errors: [],
  undelivered: 0,
})

/** The state after an event that came at this time of the monotonic clock, in milliseconds. Pure. */
export function afterEvent(state: DaemonState, event: DaemonEvent, monotonicMs: number): DaemonState {
  switch (event.kind) {
    case 'connected':
      return connection(state, 'connected', event.at)
    case 'hello-failed':
      return { ...failed(state, 'hello', event.error.detail, event.at), nextPollAt: event.nextAt }
    case 'polled':
      return { ...connection(state, 'connected', event.at), lastPollAt: event.at, nextPollAt: event.nextAt }
    case 'poll-failed':
      return {
        ...failed(
          connection(state, 'failing', event.at),
          state.mode === 'service' ? 'poll' : 'sync',
          event.error.detail,
          event.at,
        ),
        failingSinceMs: state.connection === 'failing' ? state.failingSinceMs : monotonicMs,
        nextPollAt: event.nextAt,
      }
    case 'task-started':
      return { ...state, running: [...state.running, { id: event.id, kind: event.task, since: event.at }] }
    case 'task-progress': {
      const { id, progress } = event
      return { ...state, running: state.running.map((task) => (task.id === id ? { ...task, progress } : task)) }
    }
    case 'task-ended': {
      const ended = { ...state, running: state.running.filter((task) => task.id !== event.id) }
      return event.message === undefined ? ended : failed(ended, `${event.task} ${event.id}`, event.message, event.at)
    }
    case 'synced':
      return { ...state, lastSync: event.sync }
    case 'uploaded':
    case 'credential-refused':
      return state
    case 'undelivered':
      return { ...state, undelivered: event.count }
    case 'stopping':
      return connection(state, 'stopping', event.at)
  }
}

/** A daemon that was told to stop stays so, whatever its last polls say. */
const connection = (state: DaemonState, next: Connection, at: Date): DaemonState =>
  state.connection === next || state.connection === 'stopping'
    ? state
    : { ...state, connection: next, connectionSince: at }

const failed = (state: DaemonState, where: string, message: string, at: Date): DaemonState => ({
  ...state,
  errors: [{ at, where, message }, ...state.errors].slice(0, MOST_ERRORS),
})
