/** A number of places; who finds none waits for one. First come, first served. */
export interface Lane {
  /** How many have a place or wait for one. */
  open(): number
  /** Gives the function that frees the place again. Errors: the signal's reason where it aborts before there is one. */
  enter(signal: AbortSignal): Promise<() => void>
}

export function createLane(places: number): Lane {
  let taken = 0
  const queue: (() => void)[] = []
  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        queue.splice(queue.indexOf(enter), 1)
        reject(signal.reason as Error)
      }
      const enter = (): void => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      }
      queue.push(enter)
      signal.addEventListener('abort', onAbort, { once: true })
    })
  return {
    open: () => taken + queue.length,
    async enter(signal) {
      signal.throwIfAborted()
      if (taken < places) taken++
      else await turn(signal)
      let released = false
      return () => {
        if (released) return
        released = true
        const next = queue.shift()
        if (next) next()
        else taken--
      }
    },
  }
}
