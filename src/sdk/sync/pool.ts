import { setImmediate } from 'node:timers/promises'

/**
 * Works through a plan that grows while it is worked on: up to `workers` items at once, results taken one at a time.
 *
 * Shape: `next` gives an item that is not running yet, or `undefined`; `settle` takes a result into the plan and gives back what is left to
 * do with it, which is done after the items that became possible have been started.
 * Errors: the first of `work` or `settle`; the signal given to `work` aborts then, and the rest is awaited before it is thrown.
 * Why: so the next page is on its way while this one is being stored.
 */
export async function runPool<Item, Result>(options: {
  readonly workers: number
  readonly signal: AbortSignal
  readonly next: (running: ReadonlySet<Item>) => Item | undefined
  readonly work: (item: Item, signal: AbortSignal) => Promise<Result>
  readonly settle: (item: Item, result: Result) => () => void
}): Promise<void> {
  const { workers, next, work, settle } = options
  const failed = new AbortController()
  const signal = AbortSignal.any([options.signal, failed.signal])
  const running = new Map<Item, Promise<{ readonly item: Item; readonly result: Result }>>()
  const fill = (): void => {
    while (running.size < workers && !options.signal.aborted) {
      const item = next(new Set(running.keys()))
      if (item === undefined) return
      const task = work(item, signal).then((result) => ({ item, result }))
      // It may fail while another result is being stored and nobody waits; the next race still sees it.
      task.catch(() => {})
      running.set(item, task)
    }
  }
  try {
    fill()
    while (running.size > 0) {
      const { item, result } = await Promise.race(running.values())
      running.delete(item)
      const store = settle(item, result)
      fill()
      await setImmediate()
      store()
    }
    options.signal.throwIfAborted()
  } catch (error) {
    failed.abort()
    await Promise.allSettled(running.values())
    throw error
  }
}
