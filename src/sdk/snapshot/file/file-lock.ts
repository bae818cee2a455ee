import { rmSync, statSync, utimesSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { ConnectorError } from '../../ground/errors.ts'
import { storageError } from './storage-error.ts'

/** Held while one process writes a snapshot, or works in a folder. */
export interface FileLock {
  /**
   * Updates the times of the file, so that cleaners of temporary folders keep it. Gives false if it was removed: others can take the lock then.
   *
   * Errors: as the file system's.
   */
  touch(): boolean
  release(): void
}

const SQLITE_BUSY = 5
const ATTEMPTS = 10

/**
 * Takes the lock at `path`; others get `busy` meanwhile. A killed holder loses it at once, because the operating system frees SQLite's file lock.
 *
 * Errors: `busy` while another run holds it; `permission-denied` where the folder cannot be written.
 */
export function lockFile(
  path: string,
  target: string,
  busy = new ConnectorError(
    'failed-precondition',
    'lock snapshot',
    `another run is writing ${target}; wait for it to end or choose another --file`,
  ),
): FileLock {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const lock = tryLock(path, target, busy)
    if (lock) return lock
  }
  throw busy
}

/** `undefined` where the file was removed by its holder while we waited: the lock would then be on a file nobody else sees. */
function tryLock(path: string, target: string, busy: ConnectorError): FileLock | undefined {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    const before = inode(path)
    database.exec('pragma journal_mode = memory; begin exclusive')
    if (before !== undefined && before === inode(path)) return held(database, path, before)
    database.close()
    return undefined
  } catch (error) {
    database?.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) throw busy
    throw storageError(error, `lock ${target}`, dirname(path))
  }
}

function held(database: DatabaseSync, path: string, own: bigint): FileLock {
  const isThere = (): boolean => inode(path) === own
  return {
    touch() {
      if (!isThere()) return false
      const now = new Date()
      utimesSync(path, now, now)
      return true
    },
    release() {
      if (!database.isOpen) return
      // A file in its place belongs to another process.
      if (isThere()) rmSync(path, { force: true })
      database.close()
    },
  }
}

const inode = (path: string): bigint | undefined => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino
