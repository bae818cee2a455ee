import type { Logger } from '../ground/ports.ts'
import type { TaskResult, TaskWork } from './baton-service.ts'
import type { TaskProgress } from './watch/state.ts'

/** What one run of a task may use. */
export interface TaskRun {
  readonly taskId: string
  /** Aborts when the task must stop: canceled, lost, or the daemon ends. */
  readonly signal: AbortSignal
  readonly log: Logger
  readonly progress: (progress: TaskProgress) => void
}

/**
 * Does what one kind of task asks for. Whatever it throws is told to the service as a failure.
 *
 * Why a result and no call: heartbeats, the one acknowledged finish and what is remembered are the runner's alone.
 */
export type TaskHandler<W extends TaskWork = TaskWork> = (work: W, run: TaskRun) => Promise<TaskResult>

/** `none` is no work, and a `hello` is answered with another call. */
export type HandledKind = Exclude<TaskWork['kind'], 'none' | 'hello'>

export type WorkOf<K extends TaskWork['kind']> = Extract<TaskWork, { kind: K }>

export type TaskHandlers = { readonly [K in HandledKind]: TaskHandler<WorkOf<K>> }
