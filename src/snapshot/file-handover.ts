import type { DatabaseSync } from 'node:sqlite'

import { ConnectorError } from '../sdk/errors.ts'
import type { Clock } from '../sdk/ports.ts'
import type { FinishedFile, SyncCounts } from '../sync/store.ts'
import { type BaseSnapshot, fingerprintOf, readBaseSnapshot } from './base-snapshot.ts'
import { removeDatabase } from './database-file.ts'
import type { FileLock } from './file-lock.ts'
import type { OrderedGrants } from './held-grants.ts'
import { updatedFromOf } from './finished-token.ts'
import { buildImage, type ImageParts } from './image.ts'
import { packSnapshot } from './pack.ts'
import { type RetentionPolicy, syncsToDrop } from './retention.ts'
import type { SnapshotPaths } from './snapshot-paths.ts'
import { formatStats } from './stats.ts'
import { storageCall } from './storage-error.ts'
import type { Handover } from './sync-writer.ts'
import { formatTimeText } from './time-text.ts'
import type { WorkingSync } from './working-file.ts'

interface HandoverParts {
  readonly database: DatabaseSync
  readonly base: BaseSnapshot
  readonly paths: SnapshotPaths
  /** The working database, open as `database`. */
  readonly work: string
  readonly lock: FileLock
  readonly retention: RetentionPolicy
  readonly maxDecodedBytes: number
  readonly clock: Clock
}

/** Turns a working database and the old snapshot into the new snapshot. What fails leaves the target and the working database as they were. */
export function fileHandover(parts: HandoverParts): Handover {
  const { database, paths, work, lock, clock } = parts
  /** The lock is given up then: what stands beside the target may already be another run's. */
  let sealed = false
  return Object.freeze({
    async finish(sync: WorkingSync, grants: OrderedGrants, counts: SyncCounts) {
      return seal(sync, grants, { at: clock.now(), stats: formatStats(sync.kind, counts) })
    },
    async suspend(sync: WorkingSync, grants: OrderedGrants) {
      return seal(sync, grants, undefined)
    },
    release(sync: WorkingSync) {
      if (sealed) return
      closeWork()
      removeDatabase(paths.base)
      if (sync.checkpoint === '' || sync.updatedFrom !== undefined) removeDatabase(work)
      lock.release()
    },
  })

  async function seal(sync: WorkingSync, grants: OrderedGrants, ended: ImageParts['ended']): Promise<FinishedFile> {
    sealed = true
    try {
      closeWork()
      const base = await currentBase(sync)
      const keep = keptSyncs(base, sync, ended?.at)
      buildImage(paths.image, {
        work,
        ...(base.path !== undefined && { base: base.path }),
        keep,
        sync,
        grants,
        ...(ended && { ended }),
      })
      const file = await packSnapshot(paths.image, paths.replacement, paths.target)
      removeDatabase(work)
      return file
    } finally {
      removeDatabase(paths.base)
      removeDatabase(paths.image)
      if (sync.updatedFrom !== undefined) removeDatabase(work)
      lock.release()
    }
  }

  /** The target is read again where another program changed it meanwhile, so that its new syncs are not lost. */
  async function currentBase({ updatedFrom }: WorkingSync): Promise<BaseSnapshot> {
    const { base } = parts
    if (fingerprintOf(paths.target) === base.fingerprint) return base
    // What is there now may be newer than what was copied, and the update would hide it.
    if (updatedFrom !== undefined)
      throw new ConnectorError(
        'aborted',
        'update file',
        `another program changed ${paths.target} meanwhile; run a sync`,
      )
    return readBaseSnapshot(paths, parts.maxDecodedBytes)
  }

  function keptSyncs(base: BaseSnapshot, sync: WorkingSync, endedAt: Date | undefined): readonly string[] {
    const others = base.syncs.filter(
      ({ syncId, checkpoint }) => syncId !== sync.id && !isSuperseded(checkpoint, sync.updatedFrom),
    )
    if (!endedAt) return others.map(({ syncId }) => syncId)
    const current = {
      syncId: sync.id,
      kind: sync.kind,
      startedAt: formatTimeText(sync.startedAt),
      endedAt: formatTimeText(endedAt),
      linkedSyncId: '',
    }
    const dropped = syncsToDrop([...others, current], parts.retention)
    return others.map(({ syncId }) => syncId).filter((syncId) => !dropped.has(syncId))
  }

  /** An earlier update of the same sync is taken in by the new one: both together would push the sync itself out of the file. */
  function isSuperseded(checkpoint: string, updatedFrom: string | undefined): boolean {
    return updatedFrom !== undefined && !parts.retention.skip && updatedFromOf(checkpoint) === updatedFrom
  }

  function closeWork(): void {
    if (database.isOpen) storageCall(`close ${work}`, () => database.close())
  }
}
