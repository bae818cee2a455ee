import type { Connector } from '../contract/connector.ts'
import { ConnectorError } from '../ground/errors.ts'
import type { ResourceId } from '../model/model.ts'
import type { Logger } from '../ground/ports.ts'
import { persist } from '../pacing/send-or-look.ts'
import { hasHolders, type ResourceSyncer, type Scope } from '../contract/syncer.ts'
import { decodeCheckpoint, encodeCheckpoint, noRepairs, requestOf, type Action, type Checkpoint } from './checkpoint.ts'
import type { SyncRequest } from './request.ts'
import { createRun } from './run.ts'
import { shrinkRefusal, shrinks, shrinkWarnings } from './shrink.ts'
import type { Expanded, FinishedFile, SyncCounts, SyncKind, SyncWriter } from './store.ts'
import { readAgain } from './verify.ts'

export interface SyncResult {
  readonly syncId: string
  readonly kind: SyncKind
  readonly resumed: boolean
  readonly file: FinishedFile
  /** Rows that were read; grants that follow from others are not among them. */
  readonly counts: SyncCounts
  /** Absent where the sync was not expanded. */
  readonly expanded?: Expanded
  readonly durationMs: number
  /** Pages asked for again, by cause. */
  readonly retries: Readonly<Record<string, number>>
  readonly repairs: Checkpoint['repairs']
  readonly warnings: readonly string[]
}

/**
 * Reads a source system into one sync: every type's listing, then whatever does not add up, then the checks; only then the sync is finished.
 *
 * Errors: `invalid-argument` for an unknown type; `aborted` when the source kept changing through every repeated reading, or lists nothing of
 * a type that is never empty; `failed-precondition` when more is gone than `mostShrinkPercent`; `canceled` on the signal; else the syncer's own. In
 * every such case the sync stays unfinished, its checkpoint is kept, and the next run goes on from it, unless `keepUnfinished` is off or it is one of single
 * resources. `not-found` for ids of such that the source cannot read.
 * Source: the order is baton-sdk's (`pkg/sync/syncer.go`); proof by two roads is decision 0003.
 */
export async function runSync(request: SyncRequest): Promise<SyncResult> {
  const { connector, store, scope, clock, log, onEvent } = request
  const syncers = wantedSyncers(connector, scope)
  const kind: SyncKind = request.targets ? 'partial' : scope.entitlements ? 'full' : 'resources_only'
  const started = clock.monotonicMs()
  const name = requestOf(connector.source, scope)
  const writer = await store.begin(kind, (text) => decodeCheckpoint(text, name) !== undefined, connector.sourceName)
  const left = decodeCheckpoint(writer.checkpoint, name)
  const run = createRun(request, syncers, writer)
  let sealing = false
  try {
    onEvent({ kind: 'started', syncId: writer.syncId, resumed: left !== undefined })
    if (left) {
      log.info('resumed previous sync', { sync_id: writer.syncId })
      // The rest of the run may need no request. Without this check, a key without permission could finish a sync that another key has read.
      const call = { signal: request.signal, log }
      await persist(() => connector.validate(call), { operation: 'resume', retry: request.retry, call })
    }
    const done = await run.collect(left ?? startOf(request, syncers, name))
    const counts = writer.counts()
    const lost = request.targets ? [] : shrinks(request.earlier ?? writer.earlier, counts, scope)
    const refusal = shrinkRefusal(lost, request.mostShrinkPercent)
    if (refusal) {
      // What was read is not trusted: the next run reads it all again.
      writer.write({}, encodeCheckpoint(readAgain(done)))
      throw refusal
    }
    onEvent({ kind: 'sealing' })
    sealing = true
    // Everything was proved to be there by now: what is not whole must not be expanded.
    const file = await writer.finish({ expand: request.expand === true && kind === 'full' && scope.grants })
    log.info('Sync complete.', { sync_id: writer.syncId, sync_type: kind })
    const durationMs = Math.round(clock.monotonicMs() - started)
    const { retries } = run
    return {
      syncId: writer.syncId,
      kind,
      resumed: left !== undefined,
      file,
      counts,
      ...(file.expanded && { expanded: file.expanded }),
      durationMs,
      retries,
      // A part refers to things outside it; fetching those is no repair.
      repairs: request.targets ? noRepairs : done.repairs,
      warnings: [
        ...run.warnings,
        ...shrinkWarnings(lost),
        ...(file.expanded?.cycles ?? []).map(cycleWarning),
        ...file.warnings,
      ],
    }
  } catch (error) {
    // A failed seal has released the file already; the collected rows stay beside it.
    // A sync of single resources begins anew each time, so that nothing goes on from what it leaves.
    const isKept = request.keepUnfinished !== false && !request.targets
    if (!sealing) await keepProgress(writer, isKept ? run.pages : 0, log)
    throw ConnectorError.from(error, 'sync')
  }
}

const cycleWarning = (ids: readonly string[]): string =>
  `${ids.join(' <-> ')} form a cycle; they pass no members on to each other`

/** The syncers of a scope, by type. Errors: `invalid-argument` for a type that none of them has. */
export function wantedSyncers(connector: Connector, scope: Scope): ReadonlyMap<string, ResourceSyncer> {
  const known = new Map(connector.syncers.map((syncer) => [syncer.type.id, syncer]))
  const unknown = [...scope.types].filter((type) => !known.has(type))
  if (unknown.length > 0)
    throw new ConnectorError(
      'invalid-argument',
      'sync',
      `there is no resource type ${unknown.join(', ')}; the types are ${[...known.keys()].join(', ')}`,
    )
  return new Map([...known].filter(([type]) => scope.types.has(type)))
}

function startOf(request: SyncRequest, syncers: ReadonlyMap<string, ResourceSyncer>, name: string): Checkpoint {
  const { targets, scope } = request
  const actions: readonly Action[] = targets
    ? targets.flatMap((resource) => targetActions(resource, syncers, scope))
    : [...syncers.keys()].map((type) => ({ kind: 'list', type, token: '' }))
  return { request: name, phase: 'collect', actions, listings: {}, rounds: 0, repairs: noRepairs }
}

function targetActions(
  resource: ResourceId,
  syncers: ReadonlyMap<string, ResourceSyncer>,
  scope: Scope,
): readonly Action[] {
  const syncer = syncers.get(resource.type)
  if (!syncer)
    throw new ConnectorError(
      'invalid-argument',
      'sync',
      `cannot sync ${resource.type} ${resource.id}: the types of this run are ${[...syncers.keys()].join(', ')}`,
    )
  const holders: readonly Action[] =
    scope.grants && hasHolders(syncer) ? [{ kind: 'holders', resource, token: '' }] : []
  return [{ kind: 'get', resource }, ...holders]
}

/** An unfinished sync is put into the file only if this run added to it: a run that got nothing leaves the file as it was. */
async function keepProgress(writer: SyncWriter, pages: number, log: Logger): Promise<void> {
  try {
    if (pages > 0) await writer.suspend()
    else writer.release()
  } catch (error) {
    // The first error is the one to report; what was collected is still in the working database.
    log.warn('progress could not be put into the file', { error: ConnectorError.from(error, 'keep progress').message })
    writer.release()
  }
}
