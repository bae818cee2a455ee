import { join } from 'node:path'
import { ConnectorError } from '../../ground/errors.ts'
import { type FileLock, lockFile } from '../../snapshot/file/file-lock.ts'

const SUBJECT = '--state-dir (BATON_STATE_DIR)'
const LOCK = 'lock the state directory'

/**
 * Makes this the only daemon that works in a state directory, until the lock is released.
 *
 * Errors: `failed-precondition` while another daemon has it; `permission-denied` where the folder cannot be written; `data-loss` where the
 * lock is a file of somebody else; `resource-exhausted` where the disk is full.
 */
export function lockStateDir(path: string): FileLock {
  const file = join(path, 'daemon.lock')
  const detail = `another daemon works in ${path}; stop it, or give this one a folder of its own with ${SUBJECT}`
  try {
    return lockFile(file, path, new ConnectorError('failed-precondition', LOCK, detail))
  } catch (caught) {
    const error = ConnectorError.from(caught, LOCK)
    if (error.code === 'permission-denied')
      throw refusal(error, `the folder ${path} cannot be written; make it writable for this user, or name another`)
    if (error.code === 'data-loss') throw refusal(error, `the file ${file} is no lock of a daemon; remove it`)
    throw error
  }
}

const refusal = (error: ConnectorError, detail: string): ConnectorError =>
  new ConnectorError(error.code, 'configuration', `${SUBJECT}: ${detail}`, error)
