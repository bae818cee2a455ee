import type { DatabaseSync } from 'node:sqlite'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'

/** Runs `work` as one change of the state: all of it or nothing. Errors: its own; the file system's as `ConnectorError`. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work()
  try {
    database.exec('begin immediate')
    const result = work()
    database.exec('commit')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw storageError(error, 'write the state')
  }
}
