import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

import { ConnectorError } from '../../ground/errors.ts'
import type { SyncWriter } from '../../sync/store.ts'
import { openBase, type StoredSync } from '../tables/base-file.ts'
import { isExpanded } from '../tables/stored-counts.ts'
import { type BaseSnapshot, readBaseSnapshot } from './base-snapshot.ts'
import { removeDatabase } from '../file/database-file.ts'
import { DEFAULT_MAX_DECODED_BYTES } from '../file/envelope.ts'
import { fileHandover } from './file-handover.ts'
import { lockFile } from '../file/file-lock.ts'
import { sourceOf, updatedFromOf } from '../tables/finished-token.ts'
import { createKsuid } from '../tables/ksuid.ts'
import { latestFinishedFull } from '../tables/latest-sync.ts'
import { refuseOtherSource } from './refuse-other-source.ts'
import { restoreSync } from './restore-sync.ts'
import { snapshotPaths } from '../file/snapshot-paths.ts'
import { retentionOf, type SnapshotStoreOptions } from './snapshot-store.ts'
import { storageCall } from '../file/storage-error.ts'
import { WorkingSyncWriter } from './sync-writer.ts'
import { parseTimeText } from '../tables/time-text.ts'
import { createWorkingFile, type WorkingSync } from './working-file.ts'

/** A copy of the newest finished full sync, to be changed in places and added to the file as a full sync of its own. */
export interface SnapshotUpdate {
  /** Holds that sync's rows from the beginning; `startedAt` is when the oldest of them were read. */
  readonly writer: SyncWriter
  /** The sync in which everything was read that is not read again. */
  readonly from: string
  /** Resource types it holds. */
  readonly types: readonly string[]
}

const OPERATION = 'update file'

/**
 * Opens the newest finished full sync of a file for an update. The file is locked until the writer finishes or is released.
 *
 * Errors: as `begin` of the store; `failed-precondition` where there is no finished full sync, or none that can be built upon.
 * Why: readers show the sync that ended last, whatever its type (baton-sdk `cmd/baton/store.go`). A partial one would hide all the rest.
 */
export async function openUpdate(
  options: SnapshotStoreOptions & { readonly source?: string },
): Promise<SnapshotUpdate> {
  const { file, tempDir, maxDecodedBytes = DEFAULT_MAX_DECODED_BYTES, clock, random } = options
  const paths = snapshotPaths(file, tempDir)
  const lock = lockFile(paths.lock, paths.target)
  let database: DatabaseSync | undefined
  try {
    const base = await readBaseSnapshot(paths, maxDecodedBytes)
    refuseOtherSource(base.syncs, options.source, paths.target)
    const { path, stored } = foundation(base, file)
    const source = sourceOf(stored.checkpoint) ?? options.source
    const from = updatedFromOf(stored.checkpoint) ?? stored.syncId
    const startedAt = parseTimeText(stored.startedAt)
    const id = createKsuid(clock.now(), random)
    if (!startedAt) throw foreign(file)
    const sync: WorkingSync = { id, kind: 'full', startedAt, parentId: '', checkpoint: '', updatedFrom: from }
    const work = createWorkingFile(paths.update, sync)
    database = work
    if (!storageCall(`read ${paths.target}`, dirname(paths.update), () => restoreSync(work, path, stored.syncId)))
      throw foreign(file)
    const retention = retentionOf(options)
    const handover = fileHandover({
      ...{ database, base, paths, lock, retention, maxDecodedBytes, clock },
      work: paths.update,
      expand: storageCall(`read ${paths.target}`, dirname(paths.update), () => wasExpanded(path, stored.syncId)),
      ...(source !== undefined && { source }),
    })
    const types = work.prepare('select external_id from resource_type order by id').all()
    return {
      writer: new WorkingSyncWriter(work, sync, handover, { clock, earlier: base.shown }),
      from,
      types: types.map((row) => String(row['external_id'])),
    }
  } catch (error) {
    database?.close()
    removeDatabase(paths.update)
    removeDatabase(paths.base)
    lock.release()
    throw error
  }
}

/** The sync to build upon, with the unpacked file. */
function foundation({ path, syncs }: BaseSnapshot, file: string): { path: string; stored: StoredSync } {
  const stored = latestFinishedFull(syncs)
  if (path === undefined || !stored)
    throw refusal(`${file} holds no finished full sync that could be brought up to date`)
  return { path, stored }
}

/** An update of an expanded sync is expanded, too. */
function wasExpanded(path: string, syncId: string): boolean {
  const database = openBase(path)
  try {
    return isExpanded(database, syncId)
  } finally {
    database.close()
  }
}

const foreign = (file: string): ConnectorError =>
  refusal(`the newest full sync in ${file} was not written by this program and cannot be brought up to date in places`)

const refusal = (why: string): ConnectorError =>
  new ConnectorError(
    'failed-precondition',
    OPERATION,
    `${why}, and nothing was changed; run a sync first or leave out --update-file`,
  )
