import { statSync } from 'node:fs'
import { dirname } from 'node:path'

import { openBase, readSyncs, type StoredSync } from '../tables/base-file.ts'
import { removeDatabase } from '../file/database-file.ts'
import { latestFinishedFull } from '../tables/latest-sync.ts'
import type { SyncCounts } from '../../sync/store.ts'
import type { SnapshotPaths } from '../file/snapshot-paths.ts'
import { storageCall } from '../file/storage-error.ts'
import { collectedCounts } from '../tables/stored-counts.ts'
import { unpackSnapshot } from '../file/unpack.ts'

/** The target as it stands before a new sync is added. */
export interface BaseSnapshot {
  /** The unpacked database; absent for a missing or empty target. */
  readonly path?: string
  readonly syncs: readonly StoredSync[]
  /** Rows that were read of the full sync that readers show; absent where there is none. */
  readonly shown?: SyncCounts
  /** Changes whenever another program replaces or changes the target. */
  readonly fingerprint: string
}

/** Unpacks and checks the target. Errors as `unpackSnapshot`, and `data-loss` where the database cannot be read; nothing is left behind then. */
export async function readBaseSnapshot(paths: SnapshotPaths, maxDecodedBytes: number): Promise<BaseSnapshot> {
  const fingerprint = fingerprintOf(paths.target)
  removeDatabase(paths.base)
  if (!(await unpackSnapshot(paths.target, paths.base, maxDecodedBytes))) return { syncs: [], fingerprint }
  try {
    return {
      path: paths.base,
      ...storageCall(`read ${paths.target}`, dirname(paths.base), () => contentOf(paths.base)),
      fingerprint,
    }
  } catch (error) {
    removeDatabase(paths.base)
    throw error
  }
}

export function fingerprintOf(target: string): string {
  const found = statSync(target, { bigint: true, throwIfNoEntry: false })
  return found ? [found.dev, found.ino, found.size, found.mtimeNs].join(':') : 'missing'
}

function contentOf(path: string): Pick<BaseSnapshot, 'syncs' | 'shown'> {
  const database = openBase(path)
  try {
    const syncs = readSyncs(database)
    const shown = latestFinishedFull(syncs)
    return { syncs, ...(shown && { shown: collectedCounts(database, shown) }) }
  } finally {
    database.close()
  }
}
