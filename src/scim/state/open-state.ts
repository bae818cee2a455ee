import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { sqlText } from '../../sdk/snapshot/file/database-file.ts'
import { lockFile } from '../../sdk/snapshot/file/file-lock.ts'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts'

/** The memory of one engine, in one SQLite file. */
export interface State {
  readonly database: DatabaseSync
  close(): void
}

/** How long a write waits for a command of another process, such as `scim pause`. */
const BUSY_MS = 10_000
/** Tables of a plan that are looked up at random fit into the cache of temporary tables; those of the state are larger than any cache. */
const CACHES = 'pragma temp_store = file; pragma cache_size = -16000; pragma temp.cache_size = -12000'
const OPERATION = 'open the state'

/**
 * Opens the state of an engine that is about to work, or makes it. No second engine gets it until it is closed or this process ends in any way.
 *
 * Errors: `failed-precondition` while another engine works with it, and for a file of a newer program; `invalid-argument` for a file that is no
 * state; `permission-denied`, `resource-exhausted`, `data-loss` as the file system's.
 */
export function openState(path: string): State {
  refuseNoPlace(path)
  const detail = `another run works with the state ${path}; wait for it to end, or stop it`
  const lock = lockFile(`${path}.lock`, path, new ConnectorError('failed-precondition', OPERATION, detail))
  try {
    const state = openFile(path, 'create')
    return {
      database: state.database,
      close() {
        state.close()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/**
 * Opens the state beside an engine that may be at work: to look, or to leave it a word.
 *
 * Errors: `not-found` where there is none; otherwise as `openState`.
 */
export function joinState(path: string): State {
  refuseNoPlace(path)
  if (!statSync(path, { throwIfNoEntry: false }))
    throw new ConnectorError('not-found', OPERATION, `there is no state ${path}; run scim apply or scim run first`)
  return openFile(path, 'join')
}

/** Whether an engine works with the state now. Errors: as the file system's. */
export function isHeld(path: string): boolean {
  const busy = new ConnectorError('failed-precondition', OPERATION, `another run works with the state ${path}`)
  try {
    lockFile(`${path}.lock`, path, busy).release()
    return false
  } catch (error) {
    if (error === busy) return true
    throw error
  }
}

/** A copy of a state that may not exist yet. What is done to it is forgotten: for a plan, which writes nothing. Errors: as `joinState`. */
export function copyState(path: string | undefined): State {
  // The empty name is a database on disk that SQLite removes as it opens it.
  const database = new DatabaseSync('')
  try {
    database.exec(`pragma journal_mode = off; pragma synchronous = off; ${CACHES}`)
    database.exec(SCHEMA)
    if (path !== undefined && statSync(path, { throwIfNoEntry: false })) {
      joinState(path).close()
      copyTables(database, path)
    }
    return { database, close: () => database.close() }
  } catch (error) {
    database.close()
    throw storageError(error, OPERATION)
  }
}

function copyTables(database: DatabaseSync, path: string): void {
  database.exec(`attach database ${sqlText(path)} as disk; pragma busy_timeout = ${BUSY_MS}; begin`)
  const tables = database.prepare("select name from main.sqlite_schema where type = 'table'").all()
  for (const { name } of tables) {
    // The log is only ever looked at where it was written.
    if (name === 'log') continue
    database.exec(`insert into main.${String(name)} select * from disk.${String(name)}`)
  }
  database.exec('commit; detach database disk')
}

/** Errors: `invalid-argument` for a folder, and for a file in a folder that is not there. */
function refuseNoPlace(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new ConnectorError('invalid-argument', OPERATION, `${path} is a folder; name a file for --state`)
  const folder = dirname(path)
  if (!statSync(folder, { throwIfNoEntry: false }))
    throw new ConnectorError('invalid-argument', OPERATION, `the folder ${folder} does not exist; make it first`)
}

const noState = (path: string): ConnectorError =>
  new ConnectorError('invalid-argument', OPERATION, `${path} is no state of scim; choose another --state`)

/** SQLite's number for a file that is none of its own. */
const NOT_A_DATABASE = 26

function openFile(path: string, how: 'create' | 'join'): State {
  let database: DatabaseSync | undefined
  try {
    if (how === 'create') closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
    database = new DatabaseSync(path, { timeout: BUSY_MS })
    checkKind(database, path)
    database.exec(`pragma journal_mode = wal; pragma synchronous = normal; ${CACHES}`)
    const opened = database
    return { database, close: () => opened.close() }
  } catch (error) {
    database?.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === NOT_A_DATABASE) throw noState(path)
    throw storageError(error, `${OPERATION} ${path}`)
  }
}

function checkKind(database: DatabaseSync, path: string): void {
  const { user_version: version } = database.prepare('pragma user_version').get() ?? {}
  const { application_id: application } = database.prepare('pragma application_id').get() ?? {}
  if (application === APPLICATION_ID && version === SCHEMA_VERSION) return
  if (application === APPLICATION_ID)
    throw new ConnectorError(
      'failed-precondition',
      OPERATION,
      `the state ${path} was written by ${Number(version) > SCHEMA_VERSION ? 'a newer' : 'an older'} version of this program, which has to be used with it`,
    )
  if (application !== 0 || database.prepare('select 1 from sqlite_schema').get()) throw noState(path)
  database.exec(
    `begin immediate; ${SCHEMA}; pragma application_id = ${APPLICATION_ID}; pragma user_version = ${SCHEMA_VERSION}; commit`,
  )
}
