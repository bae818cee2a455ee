import { chmodSync, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import type { SyncKind } from '../../sync/store.ts'
import { createPrivate, removeDatabase, sortBeside } from '../file/database-file.ts'
import { storageCall } from '../file/storage-error.ts'
import { WORKING_SCHEMA, WORKING_VERSION } from './working-schema.ts'

/** The sync a working database belongs to. */
export interface WorkingSync {
  readonly id: string
  readonly kind: SyncKind
  readonly startedAt: Date
  /** The finished full sync that a partial one refers to, else `''`. */
  readonly parentId: string
  readonly checkpoint: string
  /** For a full sync that was brought up to date in places: the one in which everything else was read. */
  readonly updatedFrom?: string
}

/** Write-ahead log with NORMAL: what was committed survives a killed process, and a power cut never damages the file. */
const PRAGMAS = `
pragma page_size = 8192;
pragma locking_mode = exclusive;
pragma journal_mode = wal;
pragma synchronous = normal;
pragma cache_size = -16384;
pragma wal_autocheckpoint = 4096;
`

/** Creates the working database of a new sync, replacing whatever stood there. */
export function createWorkingFile(path: string, sync: WorkingSync): DatabaseSync {
  return storageCall(`create ${path}`, dirname(path), () => {
    removeDatabase(path)
    createPrivate(path)
    const database = new DatabaseSync(path)
    try {
      database.exec(PRAGMAS)
      sortBeside(database, path)
      database.exec('begin')
      database.exec(WORKING_SCHEMA)
      database
        .prepare('insert into sync values (?, ?, ?, ?, ?)')
        .run(sync.id, sync.kind, sync.startedAt.getTime(), sync.parentId, sync.checkpoint)
      database.exec(`pragma user_version = ${WORKING_VERSION}`)
      database.exec('commit')
      return database
    } catch (error) {
      database.close()
      removeDatabase(path)
      throw error
    }
  })
}

/**
 * Opens what an earlier run left behind; `undefined` where there is nothing or nothing of this version, `damaged` where it cannot be read: nothing is lost then but time, because
 * the sync it holds was never visible to a reader.
 *
 * Why: SQLite meets damage only where it happens to read, and a run that meets it at its end would meet it again at every repetition.
 */
export function openWorkingFile(
  path: string,
): { readonly database: DatabaseSync; readonly sync: WorkingSync } | 'damaged' | undefined {
  if (!existsSync(path)) return undefined
  chmodSync(path, 0o600)
  const database = new DatabaseSync(path)
  try {
    database.exec(PRAGMAS)
    sortBeside(database, path)
    if (isWhole(database)) {
      const sync = readSync(database)
      if (sync) return { database, sync }
      database.close()
      return undefined
    }
  } catch {
    // Damaged or foreign.
  }
  database.close()
  return 'damaged'
}

const isWhole = (database: DatabaseSync): boolean =>
  database.prepare('pragma integrity_check(1)').get()?.['integrity_check'] === 'ok'

function readSync(database: DatabaseSync): WorkingSync | undefined {
  if (database.prepare('pragma user_version').get()?.['user_version'] !== WORKING_VERSION) return undefined
  const row = database.prepare('select * from sync').get()
  const { id, kind, started_ms: startedMs, parent_id: parentId, checkpoint } = row ?? {}
  if (typeof id !== 'string' || typeof parentId !== 'string' || typeof checkpoint !== 'string') return undefined
  if (typeof startedMs !== 'number' || !isSyncKind(kind)) return undefined
  return { id, kind, startedAt: new Date(startedMs), parentId, checkpoint }
}

const isSyncKind = (value: unknown): value is SyncKind =>
  value === 'full' || value === 'partial' || value === 'resources_only'
