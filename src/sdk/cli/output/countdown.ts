import { formatDuration } from '../../text/duration.ts'
import type { Clock, Sleep } from '../../ground/ports.ts'
import type { StatusLine } from './status-line.ts'

/** Tells on the status line how long a wait still takes, second by second. */
export interface Countdown {
  /** Begins, in place of one before; `before` is what stands before the words. */
  start(until: Date, before: string): void
  stop(): void
}

const TICK_MS = 1000

/** A time that is counted down: full seconds, rounded up. */
export function wholeSeconds(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000)
}

export function createCountdown(
  line: StatusLine,
  { clock, sleep }: { readonly clock: Clock; readonly sleep: Sleep },
): Countdown {
  let running: AbortController | undefined
  const stop = (): void => {
    running?.abort()
    running = undefined
  }
  const count = async (until: Date, before: string, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const leftMs = until.getTime() - clock.now().getTime()
      if (leftMs <= 0) return
      line.set(`${before}${before && ' · '}waiting ${wholeSeconds(leftMs)} for the rate limit`)
      await sleep(Math.min(TICK_MS, leftMs), signal)
    }
  }
  return {
    start(until, before) {
      stop()
      const own = new AbortController()
      running = own
      // The sleep ends with the signal's reason where the wait is over or the run ends.
      count(until, before, own.signal).catch((error: unknown) => {
        if (!own.signal.aborted) throw error
      })
    },
    stop,
  }
}
