import { dirname } from 'node:path'

import { ConnectorError } from '../../ground/errors.ts'
import type { FinishedFile } from '../../sync/store.ts'
import { removeDatabase } from '../file/database-file.ts'
import { DEFAULT_MAX_DECODED_BYTES } from '../file/envelope.ts'
import { lockFile } from '../file/file-lock.ts'
import { packSnapshot } from '../file/pack.ts'
import { snapshotPaths } from '../file/snapshot-paths.ts'
import { storageCall } from '../file/storage-error.ts'
import { refuseForeign, unpackSnapshot } from '../file/unpack.ts'
import { openBase, readSyncs, type StoredSync } from '../tables/base-file.ts'
import { latestFinishedFull } from '../tables/latest-sync.ts'
import { createImage, takeOver } from '../write/image.ts'
import { expandSync, type ExpansionResult } from './expand-sync.ts'
import { finishExpansion } from './finish-expansion.ts'
import { moveAnnotations } from './move-annotations.ts'

export interface ExpandFileOptions {
  /** The snapshot to expand. It is only read. */
  readonly file: string
  /** Where the expanded one goes; a snapshot that stands there is replaced, `file` itself as well. */
  readonly out: string
  /** Folder for the working files. @default the folder of `out` */
  readonly tempDir?: string
  /** Largest decoded size. @default 10 GiB */
  readonly maxDecodedBytes?: number
}

export interface ExpandedFile extends ExpansionResult, FinishedFile {
  readonly syncId: string
}

/**
 * Expands the full sync of a snapshot that readers show, and writes the result: all of it, or nothing.
 *
 * Shape: other syncs of the file are taken over as they are. The same file gives the same bytes in every run: new grants count as discovered when the sync ended.
 * Errors: as `unpackSnapshot` and `expandSync`; `failed-precondition` where there is no finished full sync, because what is not whole must
 * not be expanded; `invalid-argument` where `out` is something else than a snapshot.
 */
export async function expandFile(options: ExpandFileOptions): Promise<ExpandedFile> {
  const { file, out, tempDir, maxDecodedBytes = DEFAULT_MAX_DECODED_BYTES } = options
  const paths = snapshotPaths(out, tempDir)
  await refuseForeign(paths.target, { file: out, setting: '--out' })
  const lock = lockFile(paths.lock, paths.target, busy(out))
  try {
    if (!(await unpackSnapshot(file, paths.base, maxDecodedBytes))) throw missing(file)
    const { syncs, chosen } = storageCall(`read ${file}`, dirname(paths.base), () => chooseSync(paths.base, file))
    let result: ExpansionResult | undefined
    createImage(paths.image, (database) => {
      takeOver(database, paths.base, syncs)
      database.exec('begin')
      moveAnnotations(database, chosen.syncId)
      result = expandSync(database, { id: chosen.syncId, discoveredAt: chosen.endedAt ?? '' })
      finishExpansion(database, chosen.syncId, result)
      database.exec('commit')
    })
    const finished = await packSnapshot(paths.image, paths.replacement, paths.target)
    if (!result) throw missing(file)
    return { ...result, ...finished, syncId: chosen.syncId }
  } finally {
    removeDatabase(paths.base)
    removeDatabase(paths.image)
    lock.release()
  }
}

function chooseSync(path: string, file: string): { readonly syncs: readonly string[]; readonly chosen: StoredSync } {
  const database = openBase(path)
  try {
    const syncs = readSyncs(database)
    const chosen = latestFinishedFull(syncs)
    if (!chosen) throw unfinished(file)
    return { syncs: syncs.map(({ syncId }) => syncId), chosen }
  } finally {
    database.close()
  }
}

const OPERATION = 'expand grants'

const busy = (out: string): ConnectorError =>
  new ConnectorError(
    'failed-precondition',
    OPERATION,
    `another run is writing ${out}; wait for it to end or choose another --out`,
  )

const missing = (file: string): ConnectorError =>
  new ConnectorError('not-found', OPERATION, `${file} does not exist or is empty; choose another --file`)

const unfinished = (file: string): ConnectorError =>
  new ConnectorError(
    'failed-precondition',
    OPERATION,
    `${file} holds no finished full sync, and only a complete sync is expanded; sync again, or choose another --file`,
  )
