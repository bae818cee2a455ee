import { ConnectorError } from '../../ground/errors.ts'
import type { FinishedFile } from '../../sync/store.ts'
import { removeDatabase, sqlText } from '../file/database-file.ts'
import { lockFile } from '../file/file-lock.ts'
import { packSnapshot } from '../file/pack.ts'
import { snapshotPaths } from '../file/snapshot-paths.ts'
import { refuseForeign } from '../file/unpack.ts'
import { copySyncs, createImage } from './image.ts'

/** Which sync goes where. */
export interface ExportSyncOptions {
  /** The unpacked snapshot, as `Snapshot.databasePath` names it. It is only read. */
  readonly databasePath: string
  readonly syncId: string
  /** A snapshot that stands there is replaced. */
  readonly out: string
  /** Folder for the working file. @default the folder of `out` */
  readonly tempDir?: string
}

/**
 * Writes one sync into a snapshot of its own: all of it, or nothing. Blobs are copied byte for byte.
 *
 * Errors: `invalid-argument` where `out` is something else than a snapshot; `failed-precondition` while another run writes it;
 * `resource-exhausted` on a full disk.
 */
export async function exportSync({ databasePath, syncId, out, tempDir }: ExportSyncOptions): Promise<FinishedFile> {
  const paths = snapshotPaths(out, tempDir)
  await refuseForeign(paths.target, { file: out, setting: '--out' })
  const lock = lockFile(paths.lock, paths.target, busy(out))
  try {
    createImage(paths.image, (database) => {
      database.exec(`attach ${sqlText(databasePath)} as base; begin`)
      copySyncs(database, [syncId])
      database.exec('commit; detach base')
    })
    return await packSnapshot(paths.image, paths.replacement, paths.target)
  } finally {
    removeDatabase(paths.image)
    lock.release()
  }
}

const busy = (out: string): ConnectorError =>
  new ConnectorError(
    'failed-precondition',
    'export a sync',
    `another run is writing ${out}; wait for it to end or choose another --out`,
  )
