import { chmodSync, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { SyncKind } from '../../sync/store.ts'
import { createPrivate, removeDatabase, sortBeside } from '../file/database-file.ts'
import { storageCall } from '../file/storage-error.ts'

/** Marks a working database of ours; a change of the tables below changes it, and older ones are then discarded. */
const WORKING_VERSION = 0x62_74_04

/**
 * Tables of the sync being collected.
 *
 * Shape: a resource or entitlement without `data` is only pointed at by grants so far. `principal` and `granted` are the parts of an encoded
 * grant that name it; `held.key` is made of the row numbers of principal and entitlement, `annotation` 0 means none; `came` has the same pairs
 * of numbers as they came, those of one write in a row, and a later pair replaces an earlier one and one in `held`;
 * an `expansion` without a byte means that the grant passes nothing on.
 * Why: a grant is kept as two numbers and becomes a row only when the file is made, in one statement that runs inside SQLite. Binding a
 * million full rows from JavaScript costs several times as much.
 */
const WORKING_SCHEMA = `
create table sync (id text not null, kind text not null, started_ms integer not null, parent_id text not null, checkpoint text not null);
create table resource_type (id integer primary key, external_id text not null unique, data blob not null, discovered_at text not null);
create table resource (id integer primary key, external_id text not null unique, type text not null, own_id text not null,
  parent_type text, parent_id text, principal blob not null, discovered_at text not null, data blob);
create index resource_by_type on resource (type) where data is not null;
create table entitlement (id integer primary key, external_id text not null unique, type text not null, own_id text not null,
  granted blob not null, discovered_at text not null, data blob);
create index entitlement_by_resource on entitlement (type, own_id);
create table annotation (id integer primary key, data blob not null, expansion blob not null, unique (data, expansion));
create table held (key integer primary key, annotation integer not null);
create table came (id integer primary key, grants blob not null);
create table holder_count (external_id text primary key, type text not null, own_id text not null, count integer not null);
`

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
