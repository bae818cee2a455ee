import type { DatabaseSync } from 'node:sqlite'

import type { Clock } from '../sdk/ports.ts'
import type { FinishedFile, SyncCounts } from '../sync/store.ts'
import { type BaseSnapshot, fingerprintOf, readBaseSnapshot } from './base-snapshot.ts'
import { removeDatabase } from './database-file.ts'
import type { FileLock } from './file-lock.ts'
import type { OrderedGrants } from './held-grants.ts'
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
  readonly lock: FileLock
  readonly retention: RetentionPolicy
  readonly maxDecodedBytes: number
  readonly clock: Clock
}

/** Turns a working database and the old snapshot into the new snapshot. What fails leaves the target and the working database as they were. */
export function fileHandover(parts: HandoverParts): Handover {
  const { database, paths, lock, clock } = parts
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
      if (sync.checkpoint === '') removeDatabase(paths.work)
      lock.release()
    },
  })

  async function seal(sync: WorkingSync, grants: OrderedGrants, ended: ImageParts['ended']): Promise<FinishedFile> {
    sealed = true
    try {
      closeWork()
      const base = await currentBase()
      const keep = keptSyncs(base, sync, ended?.at)
      const { work } = paths
      buildImage(paths.image, {
        work,
        ...(base.path !== undefined && { base: base.path }),
        keep,
        sync,
        grants,
        ...(ended && { ended }),
      })
      const file = await packSnapshot(paths.image, paths.replacement, paths.target)
      removeDatabase(paths.work)
      return file
    } finally {
      removeDatabase(paths.base)
      removeDatabase(paths.image)
      lock.release()
    }
  }

  /** The target is read again where another program changed it meanwhile, so that its new syncs are not lost. */
  async function currentBase(): Promise<BaseSnapshot> {
    const { base } = parts
    return fingerprintOf(paths.target) === base.fingerprint ? base : readBaseSnapshot(paths, parts.maxDecodedBytes)
  }

  function keptSyncs(base: BaseSnapshot, sync: WorkingSync, endedAt: Date | undefined): readonly string[] {
    const others = base.syncs.filter(({ syncId }) => syncId !== sync.id)
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

  function closeWork(): void {
    if (database.isOpen) storageCall(`close ${paths.work}`, () => database.close())
  }
}
