import { readBaseSnapshot } from './base-snapshot.ts'
import { removeDatabase } from './database-file.ts'
import { DEFAULT_MAX_DECODED_BYTES } from './envelope.ts'
import { lockFile } from './file-lock.ts'
import { latestFinishedFull } from './latest-sync.ts'
import { snapshotPaths } from './snapshot-paths.ts'

export interface SnapshotPlace {
  readonly file: string
  readonly tempDir?: string
  /** @default 10 GiB */
  readonly maxDecodedBytes?: number
}

/** Whether the snapshot holds a finished full sync, on which a partial one can build. Errors: as `begin` of the store; a missing file holds none. */
export async function hasFullSync({ file, tempDir, maxDecodedBytes }: SnapshotPlace): Promise<boolean> {
  const paths = snapshotPaths(file, tempDir)
  const lock = lockFile(paths.lock, paths.target)
  try {
    const { syncs } = await readBaseSnapshot(paths, maxDecodedBytes ?? DEFAULT_MAX_DECODED_BYTES)
    return latestFinishedFull(syncs) !== undefined
  } finally {
    removeDatabase(paths.base)
    lock.release()
  }
}
