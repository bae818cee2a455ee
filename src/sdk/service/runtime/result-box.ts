import { ConnectorError, type ErrorCode } from '../../ground/errors.ts'
import { isOfTheWay } from '../../http/network-error.ts'
import { doubled, jittered, pause } from '../../pacing/backoff.ts'
import type { BatonService, TaskKind, TaskResult } from '../baton-service.ts'
import type { DaemonParts } from './daemon-options.ts'
import type { KeptResult, ResultFiles } from './result-files.ts'

const BACKOFF = { firstMs: 1_000, mostMs: 60_000 }
/** The service gives up on a task sooner than that. */
const DAY_MS = 24 * 60 * 60_000

/** Answers that no repetition changes: the service has the result already or no longer knows the task. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['not-found', 'failed-precondition', 'invalid-argument'])

/** Results on their way to the service. */
export interface ResultBox {
  /** Keeps a result on disk, then goes on delivering it in the background; resolves when it is kept. */
  put(taskId: string, task: TaskKind, result: TaskResult): Promise<void>
  /** Goes on with what an earlier process left. */
  restore(): Promise<void>
  has(taskId: string): boolean
  readonly ids: readonly string[]
  readonly size: number
  /** Delivers a result now instead of at its next turn. */
  hurry(taskId: string): void
  /** Tries everything once more; what cannot be delivered stays on disk. */
  drain(): Promise<void>
  /** Breaks off what is on its way. */
  abandon(): void
}

export interface ResultBoxOptions extends Pick<DaemonParts, 'clock' | 'sleep' | 'random' | 'log'> {
  readonly service: Pick<BatonService, 'finishTask'>
  readonly files: ResultFiles
  /** Told when a result is out of the box. */
  readonly onGone: (kept: KeptResult) => void
  /** Told when the number of results that are there longer than one attempt has changed. */
  readonly onUndelivered: (count: number) => void
}

interface Entry {
  readonly kept: KeptResult
  /** On the monotonic clock, in milliseconds; a clock that is set right must not cost the result. */
  readonly giveUpAt: number
  readonly delivery: AbortController
  wait: AbortController
  /** The first attempt has failed, or an earlier process left it. */
  late: boolean
  done: Promise<void>
}

/**
 * Delivers each result until the service has acknowledged it, for a day at most, across restarts.
 *
 * Why on disk before the first attempt: a process that ends between the two would leave the task to be done again.
 */
export function createResultBox(options: ResultBoxOptions): ResultBox {
  return new PatientBox(options)
}

class PatientBox implements ResultBox {
  readonly #options: ResultBoxOptions
  readonly #entries = new Map<string, Entry>()
  /** Files being removed: a task may come again as soon as its result is acknowledged. */
  readonly #removals = new Map<string, Promise<void>>()
  #draining = false
  /** The number that was told last. */
  #undelivered = 0

  constructor(options: ResultBoxOptions) {
    this.#options = options
  }

  async put(taskId: string, task: TaskKind, result: TaskResult): Promise<void> {
    const { clock, files, log } = this.#options
    const kept: KeptResult = { taskId, task, endedAt: clock.now().toISOString(), result: toJson(result) }
    await this.#removals.get(taskId)
    try {
      await files.write(kept)
    } catch (error) {
      log.error('the result of a task cannot be kept on disk and would be lost with the process', {
        task_id: taskId,
        error: ConnectorError.from(error, 'keep result').detail,
      })
    }
    this.#enter(kept, false)
  }

  async restore(): Promise<void> {
    for (const kept of await this.#options.files.read()) if (!this.#entries.has(kept.taskId)) this.#enter(kept, true)
    this.#tellUndelivered()
  }

  has(taskId: string): boolean {
    return this.#entries.has(taskId)
  }

  get ids(): readonly string[] {
    return [...this.#entries.keys()]
  }

  get size(): number {
    return this.#entries.size
  }

  hurry(taskId: string): void {
    this.#entries.get(taskId)?.wait.abort()
  }

  async drain(): Promise<void> {
    this.#draining = true
    for (const entry of this.#entries.values()) entry.wait.abort()
    await Promise.all([...this.#entries.values()].map((entry) => entry.done))
    await Promise.all(this.#removals.values())
  }

  abandon(): void {
    this.#draining = true
    for (const entry of this.#entries.values()) {
      entry.delivery.abort()
      entry.wait.abort()
    }
  }

  #enter(kept: KeptResult, late: boolean): void {
    const { clock } = this.#options
    const ageMs = Math.max(0, clock.now().getTime() - Date.parse(kept.endedAt))
    const entry: Entry = {
      kept,
      giveUpAt: clock.monotonicMs() + DAY_MS - ageMs,
      delivery: new AbortController(),
      wait: new AbortController(),
      late,
      done: Promise.resolve(),
    }
    this.#entries.set(kept.taskId, entry)
    entry.done = this.#deliver(entry)
  }

  async #deliver(entry: Entry): Promise<void> {
    const { sleep, random, log, onGone } = this.#options
    const { taskId } = entry.kept
    for (let failures = 0; ;) {
      const last = this.#draining
      const outcome = await this.#attempt(entry)
      if (outcome === 'gone') break
      failures++
      entry.late = true
      this.#tellUndelivered()
      if (last || entry.delivery.signal.aborted) return
      const waitMs = jittered(doubled(BACKOFF, failures), random)
      const fields = { task_id: taskId, detail: outcome.detail, wait: waitMs / 1000 }
      log.warn('the result of a task is not delivered yet', fields)
      if (!this.#draining) await pause(sleep, waitMs, entry.wait.signal)
      entry.wait = new AbortController()
    }
    this.#entries.delete(taskId)
    const removal = this.#removeFile(taskId)
    this.#removals.set(taskId, removal)
    this.#tellUndelivered()
    onGone(entry.kept)
    await removal
    this.#removals.delete(taskId)
  }

  async #attempt({ kept, delivery, giveUpAt }: Entry): Promise<'gone' | ConnectorError> {
    const { clock, log, service } = this.#options
    const { taskId, task, result } = kept
    try {
      await service.finishTask(taskId, result, { signal: delivery.signal })
      return 'gone'
    } catch (caught) {
      const error = ConnectorError.from(caught, 'finish task')
      const fields = { task_id: taskId, task_type: task, detail: error.detail }
      if (FINAL.has(error.code) && !isOfTheWay(error)) {
        log.warn('the service does not take the result of a task', fields)
        return 'gone'
      }
      if (clock.monotonicMs() > giveUpAt) {
        log.error('the result of a task could not be delivered for a day and is dropped', fields)
        return 'gone'
      }
      return error
    }
  }

  async #removeFile(taskId: string): Promise<void> {
    const { files, log } = this.#options
    try {
      await files.remove(taskId)
    } catch (error) {
      // The next process delivers it once more, and the service says that it knows.
      log.warn('a delivered result could not be removed', { task_id: taskId, error: String(error) })
    }
  }

  #tellUndelivered(): void {
    const count = [...this.#entries.values()].filter((entry) => entry.late).length
    if (count === this.#undelivered) return
    this.#undelivered = count
    this.#options.onUndelivered(count)
  }
}

/** What is kept is what is sent, whether or not a restart lies between. */
const toJson = (result: TaskResult): KeptResult['result'] => JSON.parse(JSON.stringify(result)) as KeptResult['result']
