import type { Clock, Logger, RandomBytes } from '../../ground/ports.ts'
import type { SnapshotStore, SyncKind } from '../../sync/store.ts'
import { type BaseSnapshot, readBaseSnapshot } from './base-snapshot.ts'
import { removeDatabase } from '../file/database-file.ts'
import { DEFAULT_MAX_DECODED_BYTES } from '../file/envelope.ts'
import { lockFile } from '../file/file-lock.ts'
import { createKsuid } from '../tables/ksuid.ts'
import { latestFinishedFull } from '../tables/latest-sync.ts'
import type { RetentionPolicy } from '../tables/retention.ts'
import { refuseOtherSource } from './refuse-other-source.ts'
import { type ResumeRequest, resumeSync } from './resume-sync.ts'
import { fileHandover } from './file-handover.ts'
import { type SnapshotPaths, snapshotPaths } from '../file/snapshot-paths.ts'
import { WorkingSyncWriter } from './sync-writer.ts'
import { createWorkingFile } from './working-file.ts'

export interface SnapshotStoreOptions {
  /** The snapshot to write. Its folder must exist. */
  readonly file: string
  /** Folder for the large helper files; they stand beside the snapshot without it. */
  readonly tempDir?: string
  /** Number of finished full syncs to keep, 1 or more. @default 2 */
  readonly keepSyncCount?: number
  /** Keeps all syncs. @default false */
  readonly skipCleanup?: boolean
  /** Largest decoded size of an existing snapshot. @default 10 GiB */
  readonly maxDecodedBytes?: number
  readonly clock: Clock
  readonly random: RandomBytes
  readonly log: Logger
}

/** Number of full syncs kept without a word from the user. Source: baton-sdk `pkg/dotc1z/c1zstore/cleanup_policy.go`. */
const DEFAULT_KEEP = 2

/**
 * Keeps syncs in a c1z v1 snapshot file.
 *
 * Shape: rows are collected in a working database beside the file; the file itself is only ever replaced as a whole.
 * Errors: `begin` raises `failed-precondition` while another run writes the file, for a v3 snapshot, or where the file is of another source, `invalid-argument` for a file of
 * another kind, `data-loss` for a damaged one, `resource-exhausted` for one that is too large, and as `snapshotPaths`.
 * In all these cases the file stays as it is.
 */
export function createSnapshotStore(options: SnapshotStoreOptions): SnapshotStore {
  const maxDecodedBytes = options.maxDecodedBytes ?? DEFAULT_MAX_DECODED_BYTES
  const retention = retentionOf(options)
  const { clock, random, log } = options
  return Object.freeze({
    async begin(kind: SyncKind, canResume: (checkpoint: string) => boolean, source?: string) {
      const paths = snapshotPaths(options.file, options.tempDir)
      const lock = lockFile(paths.lock, paths.target)
      try {
        for (const left of [paths.image, paths.update]) removeDatabase(left)
        const base = await readBaseSnapshot(paths, maxDecodedBytes)
        refuseOtherSource(base.syncs, source, paths.target)
        const request: ResumeRequest = { kind, canResume, now: clock.now(), base, paths, log }
        const { database, sync } = resumeSync(request) ?? startSync(kind, base, paths)
        const handover = fileHandover({
          database,
          base,
          paths,
          work: paths.work,
          lock,
          ...(source !== undefined && { source }),
          retention,
          maxDecodedBytes,
          clock,
        })
        return new WorkingSyncWriter(database, sync, handover, { clock, earlier: base.shown })
      } catch (error) {
        removeDatabase(paths.base)
        lock.release()
        throw error
      }
    },
  })

  function startSync(kind: SyncKind, base: BaseSnapshot, paths: SnapshotPaths) {
    const startedAt = clock.now()
    const parentId = kind === 'partial' ? (latestFinishedFull(base.syncs)?.syncId ?? '') : ''
    const sync = { id: createKsuid(startedAt, random), kind, startedAt, parentId, checkpoint: '' }
    return { database: createWorkingFile(paths.work, sync), sync }
  }
}

/** How many syncs the options keep. */
export const retentionOf = ({
  keepSyncCount = DEFAULT_KEEP,
  skipCleanup = false,
}: SnapshotStoreOptions): RetentionPolicy => ({ keep: keepSyncCount, skip: skipCleanup })
