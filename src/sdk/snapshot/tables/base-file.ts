import { DatabaseSync } from 'node:sqlite'

import { ConnectorError } from '../../ground/errors.ts'
import { sortBeside } from '../file/database-file.ts'
import { type SyncRun } from './retention.ts'
import { ALL_TABLES, type Table } from './schema.ts'

/** One sync of a snapshot file. */
export interface StoredSync extends SyncRun {
  readonly checkpoint: string
}

/** Opens an unpacked snapshot for reading. Nobody else has it, so nothing is locked or written beside it. */
export function openBase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true })
  database.exec('pragma locking_mode = exclusive')
  sortBeside(database, path)
  return database
}

/**
 * All syncs of a snapshot in the order of their row ids.
 *
 * Errors: `data-loss` where a table lacks a column that every version of the format has.
 */
export function readSyncs(database: DatabaseSync, schema = 'main'): readonly StoredSync[] {
  for (const table of ALL_TABLES) checkTable(database, table, schema)
  const columns = tableColumns(database, 'v1_sync_runs', schema)
  if (columns.size === 0) return []
  const kind = columns.has('sync_type') ? 'sync_type' : "'full'"
  const linked = columns.has('linked_sync_id') ? 'linked_sync_id' : "''"
  return database
    .prepare(
      `select sync_id, started_at, ended_at, sync_token, ${kind} as kind, ${linked} as linked from ${schema}.v1_sync_runs order by id`,
    )
    .all()
    .map((row) => ({
      syncId: String(row['sync_id']),
      kind: String(row['kind']),
      startedAt: String(row['started_at']),
      ...(row['ended_at'] !== null && { endedAt: String(row['ended_at']) }),
      linkedSyncId: String(row['linked']),
      checkpoint: String(row['sync_token']),
    }))
}

/**
 * Whether only the column `expansion` says which grants of a sync pass others on, and no message says it any more. Source: baton-sdk v0.25.0
 * `pkg/dotc1z/grants.go`, which looks into the messages of a sync until this is 1, and never again.
 */
export function annotationsAreMoved(database: DatabaseSync, syncId: string): boolean {
  if (!tableColumns(database, 'v1_sync_runs').has('grants_backfilled')) return false
  const found = database.prepare('select grants_backfilled as done from v1_sync_runs where sync_id = ?').get(syncId)
  return found?.['done'] === 1
}

/** Names of a table's columns; empty where the table does not exist. */
export function tableColumns(database: DatabaseSync, table: string, schema = 'main'): ReadonlySet<string> {
  return new Set(
    database
      .prepare('select name from pragma_table_info(?, ?)')
      .all(table, schema)
      .map((row) => String(row['name'])),
  )
}

function checkTable(database: DatabaseSync, table: Table, schema: string): void {
  const present = tableColumns(database, table.name, schema)
  if (present.size === 0) return
  const missing = table.columns.find(({ name, fallback }) => fallback === undefined && !present.has(name))
  if (missing)
    throw new ConnectorError(
      'data-loss',
      'read snapshot',
      `its table ${table.name} has no column ${missing.name}; restore the file from a copy or choose another one`,
    )
}
