import { ConnectorError } from '../ground/errors.ts'
import type { ResourceId } from '../model/model.ts'
import { retrying } from '../pacing/retry.ts'
import type { Connector } from '../contract/connector.ts'
import type { ResourceSyncer } from '../contract/syncer.ts'
import { listed } from './advance.ts'
import { askSource, type AskContext, type StepOf } from './ask.ts'
import { remainingRequests } from './remaining-requests.ts'
import { encodeCheckpoint, typeOf, type Action, type Checkpoint } from './checkpoint.ts'
import { createPageSizes, isRefusal } from './page-size.ts'
import { isFirstPage, nextBatch, type Batch } from './batch.ts'
import { runPool } from './pool.ts'
import type { SyncRequest } from './request.ts'
import { roadsOf } from './roads.ts'
import type { SyncWriter } from './store.ts'
import { createTogether, type ListAction, type Reading, type Together } from './together.ts'
import { verify } from './verify.ts'

/** Attempts before the first page has come: a wrong address is told soon, an outage later is ridden out. */
const FIRST_CONTACT_ATTEMPTS = 3

export interface Run {
  /** Reads until everything adds up. Gives the last checkpoint. */
  collect(from: Checkpoint): Promise<Checkpoint>
  /** Requests for pages that were answered and stored by this run. */
  readonly pages: number
  readonly retries: Readonly<Record<string, number>>
  readonly warnings: readonly string[]
}

const isCounted = ({ listings }: Checkpoint, action: Action): boolean =>
  action.kind === 'list' && listings[action.type]?.total !== undefined

/** Rows of the type that are still to be read, as far as that is known. */
const leftOf = ({ listings }: Checkpoint, action: Action): number => {
  const { total = 0, received = 0 } = listings[typeOf(action)] ?? {}
  return total - received
}

/** Ids that cannot be read are not told apart from slips of the hand, so nothing of such a run passes for what was asked for. */
const unreadableTargets = (errors: readonly ConnectorError[]): ConnectorError =>
  new ConnectorError(
    'not-found',
    'sync',
    `${errors.map(({ detail }) => detail).join('; ')}; nothing was added to the file`,
  )

/** What the reading part needs of a request. */
export type RunRequest = Pick<SyncRequest, 'scope' | 'targets' | 'workers' | 'retry' | 'log' | 'signal' | 'onEvent'> & {
  /** What can ask for pages of several listings at once. @default each page is asked for by itself */
  readonly connector?: Pick<Connector, 'listTogether'>
}

/** The reading part of one run: which page next, what to do with it, and whether it all adds up. */
export function createRun(request: RunRequest, syncers: ReadonlyMap<string, ResourceSyncer>, writer: SyncWriter): Run {
  const { log, signal, onEvent, workers } = request
  const sizes = createPageSizes()
  const together = createTogether(request.connector?.listTogether)
  const retries: Record<string, number> = {}
  const warnings: string[] = []
  /** What the source says of ids of targets that it cannot read, by id. */
  const unreadable = new Map<string, ConnectorError>()
  const resourceTypes = [...syncers.values()].map((syncer) => syncer.type)
  const roads = roadsOf(syncers)
  let pages = 0
  let countedPages = 0
  let estimated = false
  let failedTogether = 0

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
    const places = (action.kind === 'ids' && checkpoint.listings[type]?.places) || []
    const context: AskContext = { request, roads, writer, places, onMissing: warnIfTarget, onUnreadable }
    const askOf = (size: number): Promise<StepOf> => askSource(action, syncer, { size, signal: stop, log }, context)
    return persistently(
      () => askSized(sizeKind, operation, askOf),
      operation,
      stop,
      (error) => sizes.failed(sizeKind, error),
    )
  }

  /** Attempts that are left before the first page, whatever they ask for: what was tried together is not tried as often alone. */
  const firstContact = (): number => Math.max(1, FIRST_CONTACT_ATTEMPTS - failedTogether)

  /** Asks again while that may help. */
  const persistently = <T>(
    task: () => Promise<T>,
    operation: string,
    stop: AbortSignal,
    failed: (error: ConnectorError) => void,
  ): Promise<T> => {
    const { retry } = request
    return retrying(task, {
      policy: pages === 0 ? { ...retry, attempts: Math.min(retry.attempts, firstContact()) } : retry,
      operation,
      signal: stop,
      onRetry({ error, attempt, attemptsLeft, waitMs }) {
        failed(error)
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

  /** Asks for a page of each of several listings at once. What did not come that way has no step, and is asked for by itself next. */
  const readTogether = async (
    actions: readonly ListAction[],
    stop: AbortSignal,
  ): Promise<readonly (StepOf | undefined)[]> => {
    const operation = `list ${actions.map(({ type }) => type).join(', ')}`
    const reading: Reading = { actions }
    const refused = (error: ConnectorError): void => {
      retries[error.reason] = (retries[error.reason] ?? 0) + 1
      log.debug('a request for several lists is refused', { operation, detail: error.detail })
    }
    const ask: Parameters<Together['read']>[1] = (share, list) =>
      list(
        actions.map(({ type, token }) => {
          const size = Math.max(1, Math.floor(sizes.sizeOf(`list ${type}`) * share))
          return { syncer: syncerOf(type), call: { token, size, scope: request.scope, signal: stop, log } }
        }),
      )
    const got = await persistently(
      () => together.read(reading, ask, refused),
      operation,
      stop,
      () => failedTogether++,
    )
    if (got === 'apart') failedTogether++
    if (got === 'apart' && !together.isOn()) log.info('each request asks for one list from now on')
    return actions.map((action, i) => {
      const page = got === 'apart' ? undefined : got[i]
      if (page === undefined || ConnectorError.is(page)) {
        if (page) log.debug('a page is asked for alone', { operation: `list ${action.type}`, detail: page.detail })
        return undefined
      }
      sizes.succeeded(`list ${action.type}`)
      return (checkpoint) => listed(checkpoint, action, page, request.scope, roads.ids.has(action.type))
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

  const warnIfTarget = ({ type, id }: ResourceId): void => {
    if (request.targets && !unreadable.has(id)) warnings.push(`${type} ${id} does not exist and was left out`)
  }

  const onUnreadable = ({ id }: ResourceId, error: ConnectorError): void => {
    unreadable.set(id, error)
  }

  const tell = (checkpoint: Checkpoint, action: Action): void => {
    const type = typeOf(action)
    const listing = checkpoint.listings[type]
    const total = action.kind === 'list' ? listing?.total : undefined
    const done = action.kind === 'list' ? (listing?.received ?? 0) : 0
    onEvent({ kind: 'page', phase: checkpoint.phase, type, done, pages, ...(total !== undefined && { total }) })
  }

  /** Says once how many requests there will be. */
  const estimate = (checkpoint: Checkpoint): void => {
    if (estimated || checkpoint.actions.some(isFirstPage) || request.targets || checkpoint.phase !== 'collect') return
    estimated = true
    onEvent({ kind: 'estimate', requests: countedPages + remainingRequests(checkpoint, together.isOn()) })
  }

  /** Works the plan off. Every page is stored together with the plan that follows from it. */
  const drain = async (from: Checkpoint): Promise<Checkpoint> => {
    let checkpoint = from
    await runPool<Batch, readonly (StepOf | undefined)[]>({
      workers,
      signal,
      next: (running) => nextBatch(checkpoint.actions, running, (action) => together.mayJoin(action)),
      async work({ actions }, stop) {
        const lists = actions.flatMap((action) => (action.kind === 'list' ? [action] : []))
        if (lists.length > 1) return readTogether(lists, stop)
        return Promise.all(actions.map((action) => read(action, stop, checkpoint)))
      },
      settle({ actions }, steps) {
        const taken = actions.flatMap((action, i) => {
          const step = steps[i]?.(checkpoint)
          if (!step) return []
          checkpoint = step.checkpoint
          return [{ action, step }]
        })
        return () => {
          if (taken.length > 0) pages++
          if (taken.some(({ action, step }) => isCounted(step.checkpoint, action))) countedPages++
          for (const { step } of taken) {
            // The types go in with the first page, so that a run that gets nothing leaves nothing.
            const { write, checkpoint: after } = step
            writer.write(writer.checkpoint === '' ? { ...write, resourceTypes } : write, encodeCheckpoint(after))
          }
          const after = taken.at(-1)?.step.checkpoint
          if (!after) return
          const told = taken.map(({ action }) => action)
          // The longest listing last: its line is the one that stays.
          for (const action of told.toSorted((a, b) => leftOf(after, a) - leftOf(after, b))) tell(after, action)
          estimate(after)
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
        if (unreadable.size > 0) throw unreadableTargets([...unreadable.values()])
        const verdict = verify(checkpoint, writer, roads, log)
        if (verdict.kind === 'whole') return checkpoint
        writer.write({}, encodeCheckpoint(verdict.checkpoint))
        if (verdict.kind === 'moving') throw verdict.error
        checkpoint = verdict.checkpoint
      }
    },
  }
}
