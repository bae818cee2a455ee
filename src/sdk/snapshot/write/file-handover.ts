import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

import { ConnectorError } from '../../ground/errors.ts'
import type { Clock } from '../../ground/ports.ts'
import type { FinishOptions, SealedFile, SyncCounts } from '../../sync/store.ts'
import { type BaseSnapshot, fingerprintOf, readBaseSnapshot } from './base-snapshot.ts'
import { removeDatabase } from '../file/database-file.ts'
import type { FileLock } from '../file/file-lock.ts'
import type { OrderedGrants } from './working-grants.ts'
import { buildImage } from './image.ts'
import { keptSyncs } from '../tables/kept-syncs.ts'
import { packSnapshot } from '../file/pack.ts'
import type { RetentionPolicy } from '../tables/retention.ts'
import type { SnapshotPaths } from '../file/snapshot-paths.ts'
import { formatStats } from '../tables/stats.ts'
import { storageCall } from '../file/storage-error.ts'
import { requireShown, shownEnd } from '../tables/sync-end.ts'
import type { Handover } from './sync-writer.ts'
import type { WorkingSync } from './working-file.ts'

/** When a sync was finished, and its counts as JSON. */
interface Ended {
  readonly at: Date
  readonly stats: string
  readonly expand: boolean
}

interface HandoverParts {
  readonly database: DatabaseSync
  readonly base: BaseSnapshot
  readonly paths: SnapshotPaths
  /** The working database, open as `database`. */
  readonly work: string
  readonly lock: FileLock
  /** Name of what is read, see `SnapshotStore`. */
  readonly source?: string
  /** Whether a sync is expanded where `finish` does not say. @default false */
  readonly expand?: boolean
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
    async finish(
      sync: WorkingSync,
      grants: OrderedGrants,
      counts: SyncCounts,
      { expand = parts.expand === true }: FinishOptions,
    ) {
      // A clock that was set back must not make a sync end before it began.
      const at = new Date(Math.max(clock.now().getTime(), sync.startedAt.getTime()))
      return seal(sync, grants, { at, stats: formatStats(sync.kind, counts), expand })
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

  async function seal(sync: WorkingSync, grants: OrderedGrants, ended: Ended | undefined): Promise<SealedFile> {
    sealed = true
    try {
      closeWork()
      const base = await currentBase(sync)
      const kept = keptSyncs(base.syncs, sync, ended?.at, parts.retention)
      const end = ended && shownEnd(ended.at, kept, paths.target)
      const expansion = buildImage(paths.image, {
        work,
        ...(base.path !== undefined && { base: base.path }),
        keep: kept.map(({ syncId }) => syncId),
        sync,
        ...(parts.source !== undefined && { source: parts.source }),
        grants,
        ...(ended && end && { ended: { at: end.text, stats: ended.stats, expand: ended.expand } }),
      })
      if (end) requireShown(paths.image, sync.id, kept, paths.target)
      const file = await packSnapshot(paths.image, paths.replacement, paths.target)
      removeDatabase(work)
      const added = Object.values(expansion?.added ?? {}).reduce((sum, n) => sum + n, 0)
      return {
        ...file,
        ...(expansion && { expanded: { added, cycles: expansion.cycles } }),
        warnings: end?.warnings ?? [],
      }
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

  function closeWork(): void {
    if (database.isOpen) storageCall(`close ${work}`, dirname(work), () => database.close())
  }
}
