import type { Connector } from '../contract/connector.ts'
import { ConnectorError } from '../ground/errors.ts'
import { sameResource } from '../model/ids.ts'
import type { ResourceId } from '../model/model.ts'
import type { Logger } from '../ground/ports.ts'
import type { RetryPolicy } from '../pacing/retry.ts'
import { hasHolders } from '../contract/syncer.ts'
import { encodeCheckpoint, noRepairs, type Action, type Checkpoint } from './checkpoint.ts'
import { wantedSyncers } from './engine.ts'
import { createRun } from './run.ts'
import type { SealedFile, SyncWriter } from './store.ts'

/** What is to be read again, and into which rows. */
export interface UpdateRequest {
  readonly connector: Connector
  /** Holds the rows of a finished full sync. It is finished, or released where the update fails. */
  readonly writer: SyncWriter
  /** Resource types the rows are of; resources of others are left out. */
  readonly types: ReadonlySet<string>
  /** Read anew by id, with everything they hold; what no longer exists is taken out. */
  readonly resources: readonly ResourceId[]
  /** Those of them whose holders are all read anew, too, from the resource's own side. */
  readonly withHolders: readonly ResourceId[]
  readonly retry: RetryPolicy
  readonly log: Logger
  readonly signal: AbortSignal
}

export interface UpdateResult {
  readonly syncId: string
  readonly file: SealedFile
  /** Resources that were read again and are there. */
  readonly read: number
  /** Resources that were asked for and are there no more. */
  readonly removed: number
}

/** No run goes on from it: the rows of an update are not those of a sync that was begun. */
const NOT_RESUMABLE = 'update'

/**
 * Brings rows of a full sync up to date by reading single resources again, and finishes it as a full sync.
 *
 * Shape: the engine's own checks run over the whole: a group that was read again must have as many members as Twingate counts, else its
 * members are read from its own side; no grant may point nowhere.
 * Errors: as `runSync`; the file is then as it was.
 */
export async function updateSync(request: UpdateRequest): Promise<UpdateResult> {
  const { connector, writer, types, retry, log, signal } = request
  const scope = { types, entitlements: true, grants: true }
  try {
    const syncers = wantedSyncers(connector, scope)
    const resources = request.resources.filter((resource) => types.has(resource.type))
    const run = createRun({ scope, workers: 1, retry, log, signal, onEvent: () => {} }, syncers, writer)
    const actions = resources.flatMap((resource): readonly Action[] => {
      const syncer = syncers.get(resource.type)
      const isHeld = request.withHolders.some((other) => sameResource(other, resource))
      const get: Action = { kind: 'get', resource }
      return isHeld && syncer && hasHolders(syncer) ? [get, { kind: 'holders', resource, token: '' }] : [get]
    })
    const start: Checkpoint = {
      request: NOT_RESUMABLE,
      phase: 'collect',
      actions,
      listings: {},
      rounds: 0,
      repairs: noRepairs,
    }
    // What a resource held before may be gone, and reading only tells what it holds now.
    const removals = resources.map((resource) => ({ kind: 'held-by', resource }) as const)
    writer.write({ removals }, encodeCheckpoint(start))
    await run.collect(start)
    const read = resources.filter((resource) => writer.hasResource(resource)).length
    const file = await writer.finish()
    return { syncId: writer.syncId, file, read, removed: resources.length - read }
  } catch (error) {
    writer.release()
    throw ConnectorError.from(error, 'update file')
  }
}
