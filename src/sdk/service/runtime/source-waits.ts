/** Passes on that the rate limit of the source holds requests back: all tasks share one connector, and so its budget. */
export interface SourceWaits {
  /** To be given to the connector as its `onWait`. */
  readonly waiting: (until: Date) => void
  /** Gives the function that ends it. */
  subscribe(listener: (until: Date) => void): () => void
}

export function createSourceWaits(): SourceWaits {
  const listeners = new Set<(until: Date) => void>()
  return Object.freeze({
    waiting(until: Date) {
      for (const listener of listeners) listener(until)
    },
    subscribe(listener: (until: Date) => void) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  })
}
