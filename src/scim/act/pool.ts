/**
 * Runs work for each item, at most `width` at a time, in their order of beginning. Once `stopped` says so, no more is begun.
 *
 * Errors: the first one; what has begun comes to its end before.
 */
export async function runPool<T>(
  items: Iterable<T>,
  width: number,
  stopped: () => boolean,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]()
  const failures: unknown[] = []
  const runner = async (): Promise<void> => {
    while (failures.length === 0 && !stopped()) {
      const next = queue.next()
      if (next.done === true) return
      try {
        await work(next.value)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: width }, runner))
  if (failures.length > 0) throw failures[0]
}
