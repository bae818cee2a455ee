import { ConnectorError } from '../ground/errors.ts'
import type { ResourceId } from '../model/model.ts'
import { retrying } from '../pacing/retry.ts'
import type { ResourceSyncer } from '../contract/syncer.ts'
import { listed } from './advance.ts'
import { askSource, type AskContext, type StepOf } from './ask.ts'
import { typeOf, type Action, type Checkpoint } from './checkpoint.ts'
import { createPageSizes, isRefusal } from './page-size.ts'
import type { SyncRequest } from './request.ts'
import type { Roads } from './roads.ts'
import type { SyncWriter } from './store.ts'
import type { ListAction, Reading, Together } from './together.ts'

/** Attempts before the first page has come: a wrong address is told soon, an outage later is ridden out. */
const FIRST_CONTACT_ATTEMPTS = 3

export interface PageReaderParts {
  readonly request: Pick<SyncRequest, 'scope' | 'targets' | 'retry' | 'log' | 'onEvent'>
  readonly syncers: ReadonlyMap<string, ResourceSyncer>
  readonly writer: SyncWriter
  readonly roads: Roads
  readonly together: Together
  /** Whether a page of this run was stored. */
  readonly hasPage: () => boolean
  /** Told of a resource that was asked for and is not there. */
  readonly onMissing: (resource: ResourceId) => void
  /** Told of one whose id the source cannot read. */
  readonly onUnreadable: (resource: ResourceId, error: ConnectorError) => void
}

/** Asks for pages: again, and smaller, and alone, where that may help. */
export class PageReader {
  readonly #parts
  readonly #sizes = createPageSizes()
  #failedTogether = 0
  /** How often it asked again, by cause. */
  readonly retries: Record<string, number> = {}

  constructor(parts: PageReaderParts) {
    this.#parts = parts
  }

  /** One page, and what it changes once its turn has come. Errors: those of the last attempt. */
  async one(action: Action, stop: AbortSignal, checkpoint: Checkpoint): Promise<StepOf> {
    const { request, roads, writer, onMissing, onUnreadable } = this.#parts
    const { log } = request
    const type = typeOf(action)
    const syncer = this.#syncerOf(type)
    const sizeKind = `${action.kind} ${type}`
    const operation = `${action.kind} ${type}`
    const places = (action.kind === 'ids' && checkpoint.listings[type]?.places) || []
    const context: AskContext = { request, roads, writer, places, onMissing, onUnreadable }
    const askOf = (size: number): Promise<StepOf> => askSource(action, syncer, { size, signal: stop, log }, context)
    return this.#persistently(
      () => this.#askSized(sizeKind, operation, askOf),
      operation,
      stop,
      (error) => this.#sizes.failed(sizeKind, error),
    )
  }

  /** Asks for a page of each of several listings at once. What did not come that way has no step, and is asked for by itself next. */
  async several(actions: readonly ListAction[], stop: AbortSignal): Promise<readonly (StepOf | undefined)[]> {
    const { request, roads, together } = this.#parts
    const { log } = request
    const operation = `list ${actions.map(({ type }) => type).join(', ')}`
    const reading: Reading = { actions }
    const refused = (error: ConnectorError): void => {
      this.#count(error)
      log.debug('a request for several lists is refused', { operation, detail: error.detail })
    }
    const ask: Parameters<Together['read']>[1] = (share, list) =>
      list(
        actions.map(({ type, token }) => {
          const size = Math.max(1, Math.floor(this.#sizes.sizeOf(`list ${type}`) * share))
          return { syncer: this.#syncerOf(type), call: { token, size, scope: request.scope, signal: stop, log } }
        }),
      )
    const got = await this.#persistently(
      () => together.read(reading, ask, refused),
      operation,
      stop,
      () => this.#failedTogether++,
    )
    if (got === 'apart') this.#failedTogether++
    if (got === 'apart' && !together.isOn()) log.info('each request asks for one list from now on')
    return actions.map((action, i) => {
      const page = got === 'apart' ? undefined : got[i]
      if (page === undefined || ConnectorError.is(page)) {
        if (page) log.debug('a page is asked for alone', { operation: `list ${action.type}`, detail: page.detail })
        return undefined
      }
      this.#sizes.succeeded(`list ${action.type}`)
      return (checkpoint) => listed(checkpoint, action, page, request.scope, roads.ids.has(action.type))
    })
  }

  /** Asks again while that may help. */
  #persistently<T>(
    task: () => Promise<T>,
    operation: string,
    stop: AbortSignal,
    failed: (error: ConnectorError) => void,
  ): Promise<T> {
    const { retry, log, onEvent } = this.#parts.request
    // What was tried together is not tried as often alone.
    const atFirst = Math.max(1, FIRST_CONTACT_ATTEMPTS - this.#failedTogether)
    return retrying(task, {
      policy: this.#parts.hasPage() ? retry : { ...retry, attempts: Math.min(retry.attempts, atFirst) },
      operation,
      signal: stop,
      onRetry: ({ error, attempt, attemptsLeft, waitMs }) => {
        failed(error)
        this.#count(error)
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
  async #askSized(kind: string, operation: string, ask: (size: number) => Promise<StepOf>): Promise<StepOf> {
    const size = this.#sizes.sizeOf(kind)
    try {
      const step = await ask(size)
      this.#sizes.succeeded(kind)
      return step
    } catch (caught) {
      const error = ConnectorError.from(caught, operation)
      if (size === 1 || !isRefusal(error)) throw error
      const step = await ask(1).catch((smallest: unknown) => {
        throw isRefusal(ConnectorError.from(smallest, operation)) ? error : smallest
      })
      this.#sizes.refused(kind, size)
      this.#count(error)
      this.#parts.request.log.debug('a page of this size is refused', { operation, size, detail: error.detail })
      return step
    }
  }

  #syncerOf(type: string): ResourceSyncer {
    const syncer = this.#parts.syncers.get(type)
    if (!syncer) throw new ConnectorError('internal', 'sync', `no syncer for resource type ${type}`)
    return syncer
  }

  #count({ reason }: ConnectorError): void {
    this.retries[reason] = (this.retries[reason] ?? 0) + 1
  }
}
