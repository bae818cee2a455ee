import type { RandomBytes, Sleep } from '../ground/ports.ts'

/** Between half of the time and all of it, so that many daemons do not come back at once. */
export const jittered = (ms: number, random: RandomBytes): number => {
  const [byte = 0] = random(1)
  return Math.round(ms / 2 + (ms / 2) * (byte / 255))
}

export interface Backoff {
  readonly firstMs: number
  readonly mostMs: number
}

/** Wait after the nth failure in a row, doubled each time. */
export const doubled = ({ firstMs, mostMs }: Backoff, failures: number): number =>
  Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30))

/** Waits, and comes back at once when the signal aborts. */
export async function pause(sleep: Sleep, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  try {
    await sleep(ms, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
