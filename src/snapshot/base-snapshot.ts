import { statSync } from 'node:fs'

import { openBase, readSyncs, type StoredSync } from './base-file.ts'
import { removeDatabase } from './database-file.ts'
import type { SnapshotPaths } from './snapshot-paths.ts'
import { storageCall } from './storage-error.ts'
import { unpackSnapshot } from './unpack.ts'

/** The target as it stands before a new sync is added. */
export interface BaseSnapshot {
  /** The unpacked database; absent for a missing or empty target. */
  readonly path?: string
  readonly syncs: readonly StoredSync[]
  /** Changes whenever another program replaces or changes the target. */
  readonly fingerprint: string
}

/** Unpacks and checks the target. Errors as `unpackSnapshot`, and `data-loss` where the database cannot be read; nothing is left behind then. */
export async function readBaseSnapshot(paths: SnapshotPaths, maxDecodedBytes: number): Promise<BaseSnapshot> {
  const fingerprint = fingerprintOf(paths.target)
  removeDatabase(paths.base)
  if (!(await unpackSnapshot(paths.target, paths.base, maxDecodedBytes))) return { syncs: [], fingerprint }
  try {
    return { path: paths.base, syncs: storageCall(`read ${paths.target}`, () => syncsOf(paths.base)), fingerprint }
  } catch (error) {
    removeDatabase(paths.base)
    throw error
  }
}

export function fingerprintOf(target: string): string {
  const found = statSync(target, { bigint: true, throwIfNoEntry: false })
  return found ? [found.dev, found.ino, found.size, found.mtimeNs].join(':') : 'missing'
}

function syncsOf(path: string): readonly StoredSync[] {
  const database = openBase(path)
  try {
    return readSyncs(database)
  } finally {
    database.close()
  }
}
