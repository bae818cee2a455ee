/** Failures that stdout has been given as a line of their own, so that they do not stand there twice. */
export interface ToldErrors {
  add(error: Error): void
  /** Whether the error, or one that caused it, was told. */
  has(error: Error): boolean
}

export function createToldErrors(): ToldErrors {
  const told = new WeakSet<Error>()
  const has = (error: Error): boolean => told.has(error) || (error.cause instanceof Error && has(error.cause))
  return { add: (error) => void told.add(error), has }
}
