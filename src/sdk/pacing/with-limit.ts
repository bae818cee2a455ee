/** A limit that is over. Whoever set it knows what it was for. */
export class LimitReached extends Error {
  readonly ms: number

  constructor(ms: number) {
    super(`not done within ${ms} ms`)
    this.ms = ms
  }
}

/** The time that a piece of work may take. */
export interface Limit {
  /** Begins again with a time in milliseconds, for work that shows progress. */
  restart(ms: number): void
}

/**
 * Runs work under a signal of its own. It aborts with the given one's reason, with a `LimitReached` when the time is over, and at the end of the
 * work, so that nothing goes on. Rejects as soon as one of the first two happens, whatever the work does. Leaves nothing behind on the given signal.
 */
export async function withLimit<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal, limit: Limit) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const own = new AbortController()
  const ended = Promise.withResolvers<never>()
  const end = (reason: unknown): void => {
    ended.reject(reason)
    own.abort(reason)
  }
  const start = (limit: number) => setTimeout(() => end(new LimitReached(limit)), limit)
  let timer = start(ms)
  const follow = () => end(signal.reason)
  signal.addEventListener('abort', follow, { once: true })
  const limit: Limit = {
    restart(next) {
      clearTimeout(timer)
      if (!own.signal.aborted) timer = start(next)
    },
  }
  try {
    return await Promise.race([work(own.signal, limit), ended.promise])
  } finally {
    signal.removeEventListener('abort', follow)
    own.abort()
    clearTimeout(timer)
  }
}
