import { GRACE_MS } from '../../pacing/with-grace.ts'
import { ConnectorError } from '../../ground/errors.ts'
import type { Logger } from '../../ground/ports.ts'
import { failureOf, isWorthRepeating, mayPass, shuttingDown } from './task-failure.ts'
import { pause } from '../../pacing/backoff.ts'
import type { Task, TaskResult, TaskWork } from '../baton-service.ts'
import { type ServiceModeOptions, untraced } from './daemon-options.ts'
import { createHeartbeats } from './heartbeats.ts'
import { createResultBox, type ResultBox } from './result-box.ts'
import { createResultFiles } from './result-files.ts'
import { answerHello } from './say-hello.ts'
import type { TaskOutcome } from '../watch/state.ts'
import { reportProgress } from './task-progress.ts'
import { taskLog } from './task-log.ts'
import { createTaskSlots, type TaskSlots } from './task-slots.ts'
import type { TaskHandler, TaskRun } from '../task-handler.ts'
import { createTaskHandlers } from '../tasks/task-handlers.ts'

/** Tasks other than a sync end sooner than that, as a rule, and then need no heartbeat. */
const FIRST_BEAT_MS = 20_000
/** With so many results that the service does not take, more work would only add to them. */
const MOST_UNDELIVERED = 1_000
/** The end of the time to shut down: for writes in flight, and then for results. */
const LAST_MS = GRACE_MS + 2_000
/** The id becomes part of a file's name. Source of the form: baton-service.md §2.1. */
const ID = /^[a-zA-Z0-9]{1,64}$/

export interface TaskRunner extends Pick<TaskSlots, 'room' | 'whenRoom'> {
  /** Goes on delivering what an earlier process left. */
  restore(): Promise<void>
  /** Ids of tasks that are worked on or whose results are not acknowledged. */
  known(): readonly string[]
  /** To be called before a poll is sent. Gives the function that takes its tasks and says how many are new. */
  polling(): (tasks: readonly Task[]) => number
  /** Brings running tasks, and those of the last poll, to their end within the grace. Results that are not delivered stay on disk. */
  stop(lastPoll: Promise<void>): Promise<void>
}

/** What is worked on, from the moment it was received until its result is kept. */
interface Held {
  readonly task: Task
  readonly abort: AbortController
  readonly done: Promise<void>
}

/**
 * Runs tasks, each once at a time, with heartbeats, and ends each in exactly one acknowledged finish.
 *
 * Why a poll is announced: a task that the service handed out again while its result was on its way is over when the poll's answer comes.
 */
export function createTaskRunner(options: ServiceModeOptions): TaskRunner {
  return new Runner(options)
}

class Runner implements TaskRunner {
  readonly #options: ServiceModeOptions
  readonly #held = new Map<string, Held>()
  readonly #overSincePoll = new Set<string>()
  readonly #handlers
  readonly #box: ResultBox
  readonly #slots: TaskSlots

  constructor(options: ServiceModeOptions) {
    const { clock, sleep, random, log, onEvent, service } = options
    this.#options = options
    this.#handlers = createTaskHandlers(options)
    this.#box = createResultBox({
      service,
      files: createResultFiles(options.stateDir, log),
      ...{ clock, sleep, random, log },
      onGone: ({ taskId, result }) => {
        if (result.kind === 'success' || !result.retryable) this.#overSincePoll.add(taskId)
        this.#slots.changed()
      },
      onUndelivered: (count) => onEvent({ at: clock.now(), kind: 'undelivered', count }),
    })
    this.#slots = createTaskSlots({
      slots: options.taskConcurrency,
      batch: options.batch,
      sleep,
      mayAsk: () => this.#box.size < MOST_UNDELIVERED,
    })
  }

  room(): ReturnType<TaskSlots['room']> {
    return this.#slots.room()
  }

  whenRoom(signal: AbortSignal): ReturnType<TaskSlots['whenRoom']> {
    return this.#slots.whenRoom(signal)
  }

  restore(): Promise<void> {
    return this.#box.restore()
  }

  known(): readonly string[] {
    return [...new Set([...this.#held.keys(), ...this.#box.ids])]
  }

  polling(): (tasks: readonly Task[]) => number {
    this.#overSincePoll.clear()
    return (tasks) => {
      let taken = 0
      for (const task of tasks) {
        this.#box.hurry(task.id)
        if (!this.#isNew(task)) continue
        this.#start(task)
        taken++
      }
      return taken
    }
  }

  async stop(lastPoll: Promise<void>): Promise<void> {
    const { sleep, log, shutdownGraceMs } = this.#options
    const over = new AbortController()
    for (const { task, abort } of this.#held.values()) if (task.work.kind === 'sync-full') abort.abort(shuttingDown())
    const workMs = Math.max(0, shutdownGraceMs - Math.min(LAST_MS, shutdownGraceMs / 2))
    const hurryUp = async (): Promise<void> => {
      await pause(sleep, workMs, over.signal)
      if (over.signal.aborted) return
      for (const { abort } of this.#held.values()) abort.abort(shuttingDown())
      await pause(sleep, shutdownGraceMs - workMs, over.signal)
    }
    await Promise.race([this.#allDone(lastPoll), hurryUp()])
    over.abort()
    for (const { task } of this.#held.values())
      log.warn('a task did not end in time and is left to the service', { task_id: task.id })
    this.#box.abandon()
  }

  async #allDone(lastPoll: Promise<void>): Promise<void> {
    await lastPoll
    await Promise.all([...this.#held.values()].map(({ done }) => done))
    await this.#box.drain()
  }

  #isNew({ id, work }: Task): boolean {
    if (work.kind === 'none') return false
    if (!ID.test(id)) {
      this.#options.log.warn('a task without a usable id is passed over', { task_type: work.kind })
      return false
    }
    return !this.#held.has(id) && !this.#box.has(id) && !this.#overSincePoll.has(id)
  }

  #start(task: Task): void {
    const { stop, around = untraced } = this.#options
    const abort = new AbortController()
    if (stop.aborted) abort.abort(shuttingDown())
    const { id, work } = task
    this.#held.set(id, { task, abort, done: around({ id, kind: work.kind }, () => this.#run(task, abort)) })
  }

  async #run(task: Task, abort: AbortController): Promise<void> {
    const { clock, onEvent } = this.#options
    const { id, work } = task
    const started = clock.monotonicMs()
    onEvent({ at: clock.now(), kind: 'task-started', id, task: work.kind })
    const own = taskLog(task, this.#options)
    own.debug('task started', { task_type: work.kind })
    const result = await this.#resultOf(task, abort, own)
    const durationMs = Math.round(clock.monotonicMs() - started)
    const failure = result?.kind === 'failure' ? result : undefined
    const outcome: TaskOutcome = failure ? (failure.retryable ? 'retryable' : 'failure') : 'success'
    onEvent({
      at: clock.now(),
      kind: 'task-ended',
      ...{ id, task: work.kind, outcome, durationMs },
      ...(failure && { message: failure.message }),
    })
    const fields = { task_type: work.kind, outcome, duration: durationMs / 1000 }
    if (failure) own.warn('task failed', { ...fields, code: failure.code, detail: failure.message })
    else own.info('task done', fields)
    if (result) await this.#box.put(id, work.kind, result)
    this.#held.delete(id)
  }

  async #resultOf({ id, work }: Task, abort: AbortController, own: Logger): Promise<TaskResult | undefined> {
    const { service, clock, sleep, random } = this.#options
    const { signal } = abort
    const report = reportProgress(id, this.#options)
    const beats = createHeartbeats({
      ...{ service, clock, sleep, random, log: own },
      taskId: id,
      onLost: (cause) => abort.abort(cause),
    })
    const isSync = work.kind === 'sync-full'
    // A task that must stop sends no more heartbeats, and nobody waits for a first heartbeat that fails.
    signal.addEventListener('abort', () => void beats.end(), { once: true })
    try {
      // Given back before it began: it came with the last poll.
      signal.throwIfAborted()
      if (isSync) await beats.first()
      beats.follow(isSync ? undefined : FIRST_BEAT_MS)
      return await this.#slots.run(isSync ? 'sync' : 'short', signal, () =>
        this.#handle(work, { taskId: id, signal, log: own, progress: report.progress }),
      )
    } catch (caught) {
      const error = ConnectorError.from(caught, work.kind)
      const cause: unknown = signal.reason
      // A guard's refusal stays true, even if the task was told to stop.
      const broken = ConnectorError.is(cause) && (mayPass(error) || isSync)
      own.debug('task failed', { error: error.stack })
      return broken ? failureOf(cause, true) : failureOf(error, isWorthRepeating(work.kind, error))
    } finally {
      report.end()
      await beats.end()
    }
  }

  /** A task without a result is finished by other means than `finishTask`. */
  async #handle(work: TaskWork, run: TaskRun): Promise<TaskResult | undefined> {
    if (work.kind === 'none') return undefined
    if (work.kind === 'hello') {
      await answerHello(this.#options, run.taskId, run.signal)
      return undefined
    }
    // The table holds a handler for each kind, of that kind's work; the compiler cannot pair the two by itself.
    const handler = this.#handlers[work.kind] as TaskHandler
    return handler(work, run)
  }
}
