import { readFile } from 'node:fs/promises'
import {
  ANSWER_LOST,
  type BatonService,
  type Hello,
  type Poll,
  type Task,
  type TaskResult,
  type TaskWork,
} from '../../src/sdk/service/baton-service.ts'
import { ConnectorError, type ErrorCode, type Reason } from '../../src/sdk/ground/errors.ts'
import type { Clock, Sleep } from '../../src/sdk/ground/ports.ts'

export type Rpc = 'hello' | 'poll' | 'heartbeat' | 'finish' | 'upload'

/** One call by what it is about, not by its place in a row. `task` is `''` for polls and the first hello. */
export interface Call {
  readonly rpc: Rpc
  readonly task: string
  /** 1 for the first call of this RPC about this task. */
  readonly attempt: number
}

export type Fault =
  /** Refused before anything happens. @default the code as the reason, as for an answer of the service */
  | { readonly code: ErrorCode; readonly reason?: Reason }
  /** Carried out, and the answer does not come. */
  | 'lost'
  /** Neither refused nor answered, until the caller gives up. */
  | 'hang'

export interface ScriptedServiceOptions {
  readonly clock: Clock
  /** @default 60 s without a heartbeat until a task is handed out again */
  readonly leaseMs?: number
  /** @default 0 */
  readonly nextPollMs?: number
  /** How long the answer to a poll takes, in the time of `sleep`; tasks that come up meanwhile go into one that has none yet. @default 0 */
  readonly pollMs?: number
  /** Needed for `pollMs`. */
  readonly sleep?: Sleep
  /** @default 30 s */
  readonly heartbeatMs?: number
  readonly fault?: (call: Call) => Fault | undefined
  /** Tasks that ended retryable are handed out again. @default false */
  readonly repeats?: boolean
}

interface Entry {
  readonly task: Task
  state: 'waiting' | 'leased' | 'finished'
  leasedUntil: number
  deliveries: number
  canceled: boolean
  readonly results: TaskResult[]
}

export interface ScriptedService {
  readonly service: BatonService
  /** Gives the id. */
  add(work: TaskWork, id?: string, debug?: boolean): string
  cancel(taskId: string): void
  /** The lease of a task ends now. */
  expire(taskId: string): void
  /** Every call in the order in which it came in. */
  readonly calls: readonly Call[]
  readonly hellos: readonly Hello[]
  /** Pages asked for by batch polls, with the ids that were known. */
  readonly pages: readonly { readonly size: number; readonly known: readonly string[] }[]
  /** What a client must never do, in words. */
  readonly violations: readonly string[]
  /** What was taken of a task, oldest first. */
  results(taskId: string): readonly TaskResult[]
  deliveries(taskId: string): number
  uploads(taskId: string): readonly Uint8Array[]
  /** Resolves when every task is finished for good. */
  allFinished(): Promise<void>
  /** Resolves when the condition holds after some call. */
  when(condition: () => boolean): Promise<void>
}

const MISSING = (id: string): ConnectorError =>
  new ConnectorError('not-found', 'scripted service', `there is no open task ${id}`)

/** A task's id in the form of the protocol, made of a number. */
export const taskId = (n: number): string => `task${String(n).padStart(23, '0')}`

/** A service in this process that hands out tasks, keeps leases, fails as scripted and notes what a client must not do. */
export function createScriptedService(options: ScriptedServiceOptions): ScriptedService {
  const {
    clock,
    leaseMs = 60_000,
    nextPollMs = 0,
    heartbeatMs = 30_000,
    fault = () => undefined,
    repeats = false,
  } = options
  const entries = new Map<string, Entry>()
  const attempts = new Map<string, number>()
  const calls: Call[] = []
  const hellos: Hello[] = []
  const pages: { size: number; known: readonly string[] }[] = []
  const violations: string[] = []
  const uploads = new Map<string, Uint8Array[]>()
  let watchers: { readonly condition: () => boolean; readonly resolve: () => void }[] = []

  const settle = (): void => {
    const met = watchers.filter(({ condition }) => condition())
    watchers = watchers.filter((watcher) => !met.includes(watcher))
    for (const { resolve } of met) resolve()
  }

  const rpc = async <T>(name: Rpc, task: string, signal: AbortSignal, serve: () => T | Promise<T>): Promise<T> => {
    const key = `${name} ${task}`
    const attempt = (attempts.get(key) ?? 0) + 1
    attempts.set(key, attempt)
    const call = { rpc: name, task, attempt }
    calls.push(call)
    settle()
    const wanted = fault(call)
    // An answer takes no time of a clock that jumps whenever nothing runs.
    await Promise.resolve()
    try {
      if (signal.aborted) throw new ConnectorError('canceled', name, 'stopped on request')
      if (wanted === 'hang') await hang(name, signal)
      if (typeof wanted === 'object')
        throw new ConnectorError(wanted.code, name, `scripted ${wanted.code}`, undefined, wanted.reason)
      const answer = await serve()
      if (wanted === 'lost')
        throw new ConnectorError('unavailable', name, 'the answer was lost', undefined, ANSWER_LOST)
      return answer
    } finally {
      settle()
    }
  }

  const open = (id: string, what: string): Entry => {
    const entry = entries.get(id)
    if (entry?.state === 'leased') return entry
    violations.push(`${what} of ${id}, which ${entry ? `is ${entry.state}` : 'was never handed out'}`)
    throw MISSING(id)
  }

  const handOut = (most: number, known: readonly string[]): readonly Task[] => {
    const now = clock.monotonicMs()
    const free = [...entries.values()].filter(
      (entry) =>
        (entry.state === 'waiting' || (entry.state === 'leased' && entry.leasedUntil <= now)) &&
        !known.includes(entry.task.id),
    )
    return free.slice(0, most).map((entry) => {
      entry.state = 'leased'
      entry.leasedUntil = now + leaseMs
      entry.deliveries++
      return entry.task
    })
  }

  const answerPoll = async (most: number, known: readonly string[], signal: AbortSignal): Promise<Poll> => {
    const tasks = handOut(most, known)
    settle()
    if (options.pollMs !== undefined) await options.sleep?.(options.pollMs, signal)
    return { tasks: tasks.length > 0 ? tasks : handOut(most, known), nextPollMs }
  }

  const service: BatonService = {
    hello: (hello, { signal }) =>
      rpc('hello', hello.taskId, signal, () => {
        hellos.push(hello)
        const entry = entries.get(hello.taskId)
        if (entry) entry.state = 'finished'
      }),
    getTask: ({ signal }) => rpc('poll', '', signal, () => answerPoll(1, [], signal)),
    getTasks: ({ pageSize, known }, { signal }) =>
      rpc('poll', '', signal, () => {
        pages.push({ size: pageSize, known })
        return answerPoll(pageSize, known, signal)
      }),
    heartbeat: (id, { signal }) =>
      rpc('heartbeat', id, signal, () => {
        const entry = open(id, 'heartbeat')
        entry.leasedUntil = clock.monotonicMs() + leaseMs
        return { nextMs: heartbeatMs, cancelled: entry.canceled }
      }),
    finishTask: (id, result, { signal }) =>
      rpc('finish', id, signal, () => {
        const entry = entries.get(id)
        // The answer to an earlier finish was lost: the same again is no violation, and no second result.
        if (entry?.state === 'finished' && wasLost(id)) throw MISSING(id)
        const task = open(id, 'finish')
        task.results.push(result)
        const again = repeats && result.kind === 'failure' && result.retryable
        task.state = again ? 'waiting' : 'finished'
      }),
    upload: (id, path, { signal, onSent }) =>
      rpc('upload', id, signal, async () => {
        open(id, 'upload')
        const bytes = await readFile(path)
        onSent?.(bytes.length)
        uploads.set(id, [...(uploads.get(id) ?? []), bytes])
      }),
    close() {},
  }

  /** Whether an earlier attempt to finish was carried out without an answer. */
  const wasLost = (id: string): boolean =>
    calls.some(
      (call) => call.rpc === 'finish' && call.task === id && (fault(call) === 'lost' || fault(call) === 'hang'),
    )

  const must = (id: string): Entry => {
    const entry = entries.get(id)
    if (!entry) throw new Error(`there is no task ${id}`)
    return entry
  }

  const when = (condition: () => boolean): Promise<void> =>
    condition() ? Promise.resolve() : new Promise((resolve) => watchers.push({ condition, resolve }))

  return {
    service,
    ...{ calls, hellos, pages, violations, when },
    add(work, id = taskId(entries.size + 1), debug = false) {
      const task = { id, debug, work }
      entries.set(id, { task, state: 'waiting', leasedUntil: 0, deliveries: 0, canceled: false, results: [] })
      return id
    },
    cancel: (id) => {
      must(id).canceled = true
    },
    expire: (id) => {
      must(id).leasedUntil = clock.monotonicMs()
    },
    results: (id) => must(id).results,
    deliveries: (id) => must(id).deliveries,
    uploads: (id) => uploads.get(id) ?? [],
    allFinished: () => when(() => [...entries.values()].every(({ state }) => state === 'finished')),
  }
}

async function hang(name: Rpc, signal: AbortSignal): Promise<never> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  throw new ConnectorError('canceled', name, 'stopped on request')
}
