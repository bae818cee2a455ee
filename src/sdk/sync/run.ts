import { ConnectorError } from '../ground/errors.ts'
import type { ResourceId } from '../model/model.ts'
import type { Connector } from '../contract/connector.ts'
import type { ResourceSyncer } from '../contract/syncer.ts'
import type { StepOf } from './ask.ts'
import { remainingRequests } from './remaining-requests.ts'
import { encodeCheckpoint, typeOf, type Action, type Checkpoint } from './checkpoint.ts'
import { isFirstPage, nextBatch, type Batch } from './batch.ts'
import { PageReader } from './page-reader.ts'
import { runPool } from './pool.ts'
import type { SyncEvent, SyncRequest } from './request.ts'
import { roadsOf } from './roads.ts'
import type { SyncWriter } from './store.ts'
import { createTogether } from './together.ts'
import { verify } from './verify.ts'

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

/** What is told of a page that was stored. */
const pageEvent = (checkpoint: Checkpoint, action: Action, pages: number): SyncEvent => {
  const type = typeOf(action)
  const listing = checkpoint.listings[type]
  const total = action.kind === 'list' ? listing?.total : undefined
  const done = action.kind === 'list' ? (listing?.received ?? 0) : 0
  return { kind: 'page', phase: checkpoint.phase, type, done, pages, ...(total !== undefined && { total }) }
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
  const together = createTogether(request.connector?.listTogether)
  const warnings: string[] = []
  /** What the source says of ids of targets that it cannot read, by id. */
  const unreadable = new Map<string, ConnectorError>()
  const resourceTypes = [...syncers.values()].map((syncer) => syncer.type)
  const roads = roadsOf(syncers)
  let pages = 0
  let countedPages = 0
  let estimated = false

  const warnIfTarget = ({ type, id }: ResourceId): void => {
    if (request.targets && !unreadable.has(id)) warnings.push(`${type} ${id} does not exist and was left out`)
  }

  const onUnreadable = ({ id }: ResourceId, error: ConnectorError): void => {
    unreadable.set(id, error)
  }

  const reader = new PageReader({
    ...{ request, syncers, writer, roads, together },
    hasPage: () => pages > 0,
    onMissing: warnIfTarget,
    onUnreadable,
  })

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
        if (lists.length > 1) return reader.several(lists, stop)
        return Promise.all(actions.map((action) => reader.one(action, stop, checkpoint)))
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
          for (const action of told.toSorted((a, b) => leftOf(after, a) - leftOf(after, b)))
            onEvent(pageEvent(after, action, pages))
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
    retries: reader.retries,
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
