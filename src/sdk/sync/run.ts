import { ConnectorError } from '../ground/errors.ts'
import type { ResourceId } from '../model/model.ts'
import { retrying } from '../pacing/retry.ts'
import type { ResourceSyncer } from '../contract/syncer.ts'
import { askSource, type AskContext, type StepOf } from './ask.ts'
import { remainingRequests } from './remaining-requests.ts'
import { encodeCheckpoint, typeOf, type Action, type Checkpoint } from './checkpoint.ts'
import { createPageSizes, isRefusal } from './page-size.ts'
import { runPool } from './pool.ts'
import type { SyncRequest } from './request.ts'
import { roadsOf } from './roads.ts'
import type { SyncWriter } from './store.ts'
import { verify } from './verify.ts'

/** Attempts before the first page has come: a wrong address is told soon, an outage later is ridden out. */
const FIRST_CONTACT_ATTEMPTS = 3

/** First pages go first, because they tell how much there is to read. */
const isFirstPage = (action: Action): boolean => action.kind === 'list' && action.token === ''

export interface Run {
  /** Reads until everything adds up. Gives the last checkpoint. */
  collect(from: Checkpoint): Promise<Checkpoint>
  /** Pages stored by this run. */
  readonly pages: number
  readonly retries: Readonly<Record<string, number>>
  readonly warnings: readonly string[]
}

/** What the reading part needs of a request. */
export type RunRequest = Pick<SyncRequest, 'scope' | 'targets' | 'workers' | 'retry' | 'log' | 'signal' | 'onEvent'>

/** The reading part of one run: which page next, what to do with it, and whether it all adds up. */
export function createRun(request: RunRequest, syncers: ReadonlyMap<string, ResourceSyncer>, writer: SyncWriter): Run {
  const { log, signal, onEvent, workers } = request
  const sizes = createPageSizes()
  const retries: Record<string, number> = {}
  const warnings: string[] = []
  const resourceTypes = [...syncers.values()].map((syncer) => syncer.type)
  const roads = roadsOf(syncers)
  let pages = 0
  let countedPages = 0
  let estimated = false

  const syncerOf = (type: string): ResourceSyncer => {
    const syncer = syncers.get(type)
    if (!syncer) throw new ConnectorError('internal', 'sync', `no syncer for resource type ${type}`)
    return syncer
  }

  /** Asks for one page, again and smaller where that may help, and says what it changes once it is there. */
  const read = async (action: Action, stop: AbortSignal, checkpoint: Checkpoint): Promise<StepOf> => {
    const type = typeOf(action)
    const syncer = syncerOf(type)
    const sizeKind = `${action.kind} ${type}`
    const operation = `${action.kind} ${type}`
    const { retry } = request
    const places = (action.kind === 'ids' && checkpoint.listings[type]?.places) || []
    const context: AskContext = { request, roads, writer, places, onMissing: warnIfTarget }
    const askOf = (size: number): Promise<StepOf> => askSource(action, syncer, { size, signal: stop, log }, context)
    return retrying(() => askSized(sizeKind, operation, askOf), {
      policy: pages === 0 ? { ...retry, attempts: Math.min(retry.attempts, FIRST_CONTACT_ATTEMPTS) } : retry,
      operation,
      signal: stop,
      onRetry({ error, attempt, attemptsLeft, waitMs }) {
        sizes.failed(sizeKind, error)
        retries[error.reason] = (retries[error.reason] ?? 0) + 1
        log.warn('trying again', {
          operation,
          reason: error.reason,
          detail: error.detail,
          attempt,
          attempts_left: attemptsLeft,
          wait: waitMs / 1000,
        })
        onEvent({ kind: 'retry', operation, detail: error.detail, waitMs })
      },
    })
  }

  /**
   * Asks with the size of the moment, and for one item where that is refused.
   *
   * Why: words do not tell a limit from a fault; a page of one item does.
   */
  const askSized = async (kind: string, operation: string, ask: (size: number) => Promise<StepOf>): Promise<StepOf> => {
    const size = sizes.sizeOf(kind)
    try {
      const step = await ask(size)
      sizes.succeeded(kind)
      return step
    } catch (caught) {
      const error = ConnectorError.from(caught, operation)
      if (size === 1 || !isRefusal(error)) throw error
      const step = await ask(1).catch((smallest: unknown) => {
        throw isRefusal(ConnectorError.from(smallest, operation)) ? error : smallest
      })
      sizes.refused(kind, size)
      retries[error.reason] = (retries[error.reason] ?? 0) + 1
      log.debug('a page of this size is refused', { operation, size, detail: error.detail })
      return step
    }
  }

  const warnIfTarget = (resource: ResourceId): void => {
    if (request.targets) warnings.push(`${resource.type} ${resource.id} does not exist and was left out`)
  }

  const tell = (checkpoint: Checkpoint, action: Action): void => {
    const type = typeOf(action)
    const listing = checkpoint.listings[type]
    const total = action.kind === 'list' ? listing?.total : undefined
    const done = action.kind === 'list' ? (listing?.received ?? 0) : 0
    onEvent({ kind: 'page', phase: checkpoint.phase, type, done, pages, ...(total !== undefined && { total }) })
    if (action.kind === 'list' && listing?.total !== undefined) countedPages++
    if (estimated || checkpoint.actions.some(isFirstPage) || request.targets || checkpoint.phase !== 'collect') return
    estimated = true
    onEvent({ kind: 'estimate', requests: countedPages + remainingRequests(checkpoint) })
  }

  /** Works the plan off. Every page is stored together with the plan that follows from it. */
  const drain = async (from: Checkpoint): Promise<Checkpoint> => {
    let checkpoint = from
    await runPool<Action, StepOf>({
      workers,
      signal,
      next(running) {
        const idle = checkpoint.actions.filter((action) => !running.has(action))
        return idle.find(isFirstPage) ?? idle[0]
      },
      work: (action, stop) => read(action, stop, checkpoint),
      settle(action, step) {
        const { write, checkpoint: after } = step(checkpoint)
        checkpoint = after
        return () => {
          // The types go in with the first page, so that a run that gets nothing leaves nothing.
          writer.write(writer.checkpoint === '' ? { ...write, resourceTypes } : write, encodeCheckpoint(after))
          pages++
          tell(after, action)
        }
      },
    })
    return checkpoint
  }

  return {
    get pages() {
      return pages
    },
    retries,
    warnings,

    async collect(from) {
      let checkpoint = from
      for (;;) {
        checkpoint = await drain(checkpoint)
        const verdict = verify(checkpoint, writer, roads, log)
        if (verdict.kind === 'whole') return checkpoint
        writer.write({}, encodeCheckpoint(verdict.checkpoint))
        if (verdict.kind === 'moving') throw verdict.error
        checkpoint = verdict.checkpoint
      }
    },
  }
}
