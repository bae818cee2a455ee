import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import type { SyncKind } from '../../sync/store.ts'
import { removeDatabase, sortBeside } from '../file/database-file.ts'
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

/** Opens what an earlier run left behind; `undefined` where there is nothing, or nothing that can be used: it is worth no more than a new start. */
export function openWorkingFile(
  path: string,
): { readonly database: DatabaseSync; readonly sync: WorkingSync } | undefined {
  if (!existsSync(path)) return undefined
  const database = new DatabaseSync(path)
  try {
    database.exec(PRAGMAS)
    sortBeside(database, path)
    const sync = readSync(database)
    if (sync) return { database, sync }
  } catch {
    // Damaged or foreign: nothing is lost but time, because the sync it holds was never visible to a reader.
  }
  database.close()
  return undefined
}

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
