import { ConnectorError } from '../../ground/errors.ts'
import type { Logger, Sleep } from '../../ground/ports.ts'
import { lockStateDir } from './lock-state-dir.ts'

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
