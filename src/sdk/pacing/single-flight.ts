/**
 * Joins callers that want the same thing at the same time: one run serves all who come while it is under way. A caller who leaves gets its
 * signal's reason at once; the run is told to stop when nobody waits any more. Nothing is kept after a run.
 */
export function singleFlight<T>(run: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let flight: { readonly result: Promise<T>; readonly stop: AbortController; waiting: number } | undefined

  return async (signal) => {
    signal.throwIfAborted()
    if (!flight) {
      const stop = new AbortController()
      const started = { result: run(stop.signal), stop, waiting: 0 }
      flight = started
      const end = () => {
        if (flight === started) flight = undefined
      }
      started.result.then(end, end)
    }
    const joined = flight
    joined.waiting += 1
    const left = Promise.withResolvers<never>()
    const leave = () => left.reject(signal.reason as Error)
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([joined.result, left.promise])
    } finally {
      signal.removeEventListener('abort', leave)
      joined.waiting -= 1
      if (joined.waiting === 0) {
        joined.stop.abort()
        // Whoever comes after this must not join a run that was told to stop.
        if (flight === joined) flight = undefined
      }
    }
  }
}
