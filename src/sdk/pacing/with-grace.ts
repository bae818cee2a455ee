import { ConnectorError } from '../ground/errors.ts'
import type { Sleep } from '../ground/ports.ts'

/** How long a write in flight may take after the work it belongs to was told to stop. */
export const GRACE_MS = 5_000

/**
 * Runs a task that is not broken off at once: when `signal` aborts, the task's own signal follows `graceMs` later.
 *
 * Errors: `canceled` where the signal has aborted before; else the task's.
 * Why: a write broken off in flight leaves open whether it was made, while most end within a second.
 */
export async function withGrace<T>(
  signal: AbortSignal,
  sleep: Sleep,
  graceMs: number,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw new ConnectorError('canceled', 'provision', 'stopped on request')
  const late = new AbortController()
  const over = new AbortController()
  const onAbort = (): void => {
    sleep(graceMs, over.signal).then(
      () => late.abort(signal.reason),
      () => {},
    )
  }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await task(late.signal)
  } finally {
    signal.removeEventListener('abort', onAbort)
    over.abort()
  }
}
