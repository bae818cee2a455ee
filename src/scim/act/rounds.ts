import type { Acting } from './acting.ts'
import type { Outcome } from './outcome.ts'

/** After failures that may pass, the width of the next round is divided by this. */
const NARROWER = 4

/** Waits before the third round of the same work, and before the ones after it. */
const WAITS_MS = [0, 1_000, 4_000]

/**
 * How often and how wide the same work is sent again. After failures that may pass, fewer requests go at a time, and from the third round on after a wait.
 *
 * Why: there are servers that fail because of what others write at the same moment; sent again all at once, it fails again.
 */
export class Rounds {
  readonly #acting: Acting
  #width: number
  #failed = 0

  constructor(acting: Acting) {
    this.#acting = acting
    this.#width = acting.looker.width
  }

  /** Requests at a time. */
  get width(): number {
    return this.#width
  }

  /** Prepares the next round by what this one came to. Ends at once where the run is told to stop. */
  async next(outcomes: Iterable<Outcome>): Promise<void> {
    const isTroubled = [...outcomes].some(({ kind }) => kind === 'doubtful')
    if (!isTroubled) return
    const { sleep, stop } = this.#acting
    const ms = WAITS_MS[Math.min(this.#failed++, WAITS_MS.length - 1)] ?? 0
    this.#width = Math.max(1, Math.floor(this.#width / NARROWER))
    // The caller sees from `stop` that the wait was stopped.
    if (ms > 0) await sleep(ms, stop).catch(() => {})
  }
}
