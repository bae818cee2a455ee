/** Requests that are under way at once. */
const AT_ONCE = 8

/** Does a task for each item, a few at once, until all are done or one fails. */
export async function forEachFew<T>(items: Iterable<T>, task: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await task(next.value)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
