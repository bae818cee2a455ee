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
  const { service, files, clock, sleep, random, log, onGone, onUndelivered } = options
  const entries = new Map<string, Entry>()
  /** Files being removed: a task may come again as soon as its result is acknowledged. */
  const removals = new Map<string, Promise<void>>()
  let draining = false
  let told = 0

  const tellUndelivered = (): void => {
    const count = [...entries.values()].filter((entry) => entry.late).length
    if (count === told) return
    told = count
    onUndelivered(count)
  }

  const attempt = async ({ kept, delivery, giveUpAt }: Entry): Promise<'gone' | ConnectorError> => {
    const { taskId, task, result } = kept
    const fields = { task_id: taskId, task_type: task }
    try {
      await service.finishTask(taskId, result, { signal: delivery.signal })
      return 'gone'
    } catch (caught) {
      const error = ConnectorError.from(caught, 'finish task')
      if (FINAL.has(error.code) && !isOfTheWay(error)) {
        log.warn('the service does not take the result of a task', { ...fields, detail: error.detail })
        return 'gone'
      }
      if (clock.monotonicMs() > giveUpAt) {
        log.error('the result of a task could not be delivered for a day and is dropped', {
          ...fields,
          detail: error.detail,
        })
        return 'gone'
      }
      return error
    }
  }

  const deliver = async (entry: Entry): Promise<void> => {
    const { taskId } = entry.kept
    for (let failures = 0; ;) {
      const last = draining
      const outcome = await attempt(entry)
      if (outcome === 'gone') break
      failures++
      entry.late = true
      tellUndelivered()
      if (last || entry.delivery.signal.aborted) return
      const waitMs = jittered(doubled(BACKOFF, failures), random)
      log.warn('the result of a task is not delivered yet', {
        task_id: taskId,
        detail: outcome.detail,
        wait: waitMs / 1000,
      })
      if (!draining) await pause(sleep, waitMs, entry.wait.signal)
      entry.wait = new AbortController()
    }
    entries.delete(taskId)
    const removal = removeFile(taskId)
    removals.set(taskId, removal)
    tellUndelivered()
    onGone(entry.kept)
    await removal
    removals.delete(taskId)
  }

  const removeFile = async (taskId: string): Promise<void> => {
    try {
      await files.remove(taskId)
    } catch (error) {
      // The next process delivers it once more, and the service says that it knows.
      log.warn('a delivered result could not be removed', { task_id: taskId, error: String(error) })
    }
  }

  const enter = (kept: KeptResult, late: boolean): void => {
    const ageMs = Math.max(0, clock.now().getTime() - Date.parse(kept.endedAt))
    const entry: Entry = {
      kept,
      giveUpAt: clock.monotonicMs() + DAY_MS - ageMs,
      delivery: new AbortController(),
      wait: new AbortController(),
      late,
      done: Promise.resolve(),
    }
    entries.set(kept.taskId, entry)
    entry.done = deliver(entry)
  }

  return {
    async put(taskId, task, result) {
      const kept: KeptResult = { taskId, task, endedAt: clock.now().toISOString(), result: toJson(result) }
      await removals.get(taskId)
      try {
        await files.write(kept)
      } catch (error) {
        log.error('the result of a task cannot be kept on disk and would be lost with the process', {
          task_id: taskId,
          error: ConnectorError.from(error, 'keep result').detail,
        })
      }
      enter(kept, false)
    },

    async restore() {
      for (const kept of await files.read()) if (!entries.has(kept.taskId)) enter(kept, true)
      tellUndelivered()
    },

    has: (taskId) => entries.has(taskId),
    get ids() {
      return [...entries.keys()]
    },
    get size() {
      return entries.size
    },

    hurry(taskId) {
      entries.get(taskId)?.wait.abort()
    },

    async drain() {
      draining = true
      for (const entry of entries.values()) entry.wait.abort()
      await Promise.all([...entries.values()].map((entry) => entry.done))
      await Promise.all(removals.values())
    },

    abandon() {
      draining = true
      for (const entry of entries.values()) {
        entry.delivery.abort()
        entry.wait.abort()
      }
    },
  }
}

/** What is kept is what is sent, whether or not a restart lies between. */
const toJson = (result: TaskResult): KeptResult['result'] => JSON.parse(JSON.stringify(result)) as KeptResult['result']
