import { ConnectorError } from '../../ground/errors.ts'
import type { Logger, Sleep } from '../../ground/ports.ts'
import { join } from 'node:path'
import { type FileLock, lockFile } from '../../snapshot/file/file-lock.ts'

/** Between two looks at the lock. A temporary directory is cleaned of what is days old. Source: tmpfiles.d(5). */
const LOOK_MS = 60_000

/** Keeps other daemons out of a folder. */
export interface HeldStateDir {
  release(): Promise<void>
}

/**
 * Holds the lock of a state directory.
 *
 * Errors: as `lockStateDir`.
 * Why it is looked after: the folder may be a temporary one, from which files are removed that nobody has used for days. A lock that is gone
 * all the same is taken anew.
 */
export function holdStateDir(
  path: string,
  { sleep, log }: { readonly sleep: Sleep; readonly log: Logger },
): HeldStateDir {
  let lock = lockStateDir(path)
  let told = false
  const over = new AbortController()
  const look = (): void => {
    try {
      if (lock.touch()) return
      const again = lockStateDir(path)
      lock.release()
      lock = again
      told = false
      log.warn('the lock of the state directory had been removed and was taken again', { folder: path })
    } catch (error) {
      const { detail } = ConnectorError.from(error, 'lock the state directory')
      if (!told) log.error('the lock of the state directory was removed and cannot be taken again', { error: detail })
      told = true
    }
  }
  const keep = async (): Promise<void> => {
    for (;;) {
      await sleep(LOOK_MS, over.signal)
      look()
    }
  }
  const kept = keep().catch((error: unknown) => {
    if (!over.signal.aborted) throw error
  })
  return {
    async release() {
      over.abort()
      await kept
      lock.release()
    },
  }
}

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
