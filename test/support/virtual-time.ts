import { createHook } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'
import type { Clock, Sleep } from '../../src/sdk/ground/ports.ts'

/** Time that stands still while anything runs and jumps to the next sleeper when nothing does. */
export interface VirtualTime {
  readonly clock: Clock
  readonly sleep: Sleep
  /** Lets time pass until the work is done. */
  run<T>(work: Promise<T>): Promise<T>
}

/** Work with files takes no time of this clock, however long it takes: the requests that the system has not answered. */
const openFileRequests = new Set<number>()
createHook({
  init(id, type) {
    if (/^(FSREQ|FILEHANDLECLOSEREQ)/.test(type)) openFileRequests.add(id)
  },
  after(id) {
    openFileRequests.delete(id)
  },
}).enable()

export function createVirtualTime(start = Date.UTC(2026, 0, 2, 3, 4, 5)): VirtualTime {
  let now = 0
  let sleepers: { readonly at: number; readonly wake: () => void }[] = []
  return {
    clock: { now: () => new Date(start + now), monotonicMs: () => now },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const sleeper = { at: now + Math.max(0, ms), wake: resolve }
        sleepers.push(sleeper)
        signal.addEventListener(
          'abort',
          () => {
            sleepers = sleepers.filter((other) => other !== sleeper)
            reject(signal.reason as Error)
          },
          { once: true },
        )
      }),
    async run(work) {
      const state = { done: false }
      const finished = work.finally(() => (state.done = true))
      finished.catch(() => {})
      while (!state.done) {
        await setImmediate()
        if (openFileRequests.size > 0) continue
        const next = sleepers.toSorted((a, b) => a.at - b.at)[0]
        if (state.done || !next) continue
        sleepers = sleepers.filter((sleeper) => sleeper !== next)
        now = Math.max(now, next.at)
        next.wake()
      }
      return finished
    },
  }
}
