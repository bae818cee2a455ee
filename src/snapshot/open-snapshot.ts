import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { openBase, readSyncs, tableColumns, type StoredSync } from './base-file.ts'
import { DEFAULT_MAX_DECODED_BYTES } from './envelope.ts'
import { latestFinishedFull } from './latest-sync.ts'
import { storageCall } from './storage-error.ts'
import { unpackSnapshot } from './unpack.ts'

export type SnapshotTable = 'v1_resource_types' | 'v1_resources' | 'v1_entitlements' | 'v1_grants'

/** A row as stored: column names of the file, blobs as bytes. */
export type RawRow = Readonly<Record<string, unknown>>

export interface OpenSnapshotOptions {
  /** Folder for the unpacked database. @default the system's temporary folder */
  readonly tempDir?: string
  /** Largest decoded size. @default 10 GiB */
  readonly maxDecodedBytes?: number
}

/** A snapshot opened for reading; it sees the file as it was when opened. */
export interface Snapshot extends Disposable {
  /** All syncs in the order of their rows. */
  readonly syncs: readonly StoredSync[]
  /** The full sync that ended last, which readers show unless told otherwise. */
  readonly latest: StoredSync | undefined
  /** Rows of one sync in the order they were written; none where the file lacks the table. */
  rows(table: SnapshotTable, syncId: string): Iterable<RawRow>
  close(): void
}

/** Opens a snapshot. Errors as `unpackSnapshot`; a missing or empty file is a snapshot without syncs. */
export async function openSnapshot(file: string, options: OpenSnapshotOptions = {}): Promise<Snapshot> {
  const folder = mkdtempSync(join(options.tempDir ?? tmpdir(), 'c1z-'))
  const path = join(folder, 'snapshot.db')
  let database: DatabaseSync | undefined
  const close = (): void => {
    if (database?.isOpen) database.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const unpacked = await unpackSnapshot(file, path, options.maxDecodedBytes ?? DEFAULT_MAX_DECODED_BYTES)
    return storageCall(`read ${file}`, () => {
      database = unpacked ? openBase(path) : new DatabaseSync(':memory:')
      return snapshotOf(database, close)
    })
  } catch (error) {
    close()
    throw error
  }
}

function snapshotOf(database: DatabaseSync, close: () => void): Snapshot {
  const syncs = readSyncs(database)
  return Object.freeze({
    syncs,
    latest: latestFinishedFull(syncs),
    rows(table: SnapshotTable, syncId: string): Iterable<RawRow> {
      if (tableColumns(database, table).size === 0) return []
      return database.prepare(`select * from ${table} where sync_id = ? order by id`).iterate(syncId)
    },
    close,
    [Symbol.dispose]: close,
  })
}
