import { closeSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'

/** Removes a SQLite database with the files SQLite keeps beside it. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
}

/** Makes an empty database that only its owner may read: the rows are people. What SQLite puts beside it gets the same rights. */
export const createPrivate = (path: string): void => closeSync(openSync(path, 'wx', 0o600))

/**
 * Lets SQLite put what it sorts on disk beside the database at `path`, where there is room for it.
 *
 * Why: its own choice is the system's temporary folder, which is small in containers and often in memory. The setting is one for the whole
 * process, so that it is made anew before each larger work; syncs at the same time work in the same folder.
 */
export const sortBeside = (database: DatabaseSync, path: string): void =>
  database.exec(`pragma temp_store_directory = ${sqlText(dirname(path))}`)

/** A text as an SQL literal, for places that take no parameter. */
export const sqlText = (value: string): string => `'${value.replaceAll("'", "''")}'`
