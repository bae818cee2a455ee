import type { Progress } from './engine.ts'

/** A phase is watched so long before its pace says anything. */
const LEAST_MS = 1_000

/** Judges how long a phase still takes, by the pace it has had since it began. */
export class Pace {
  #phase = ''
  #beganMs = 0
  #beganAt = 0

  /** Takes where a cycle is; gives whether a new phase began. */
  note({ phase, done }: Progress, nowMs: number): boolean {
    if (phase === this.#phase) return false
    this.#phase = phase
    this.#beganMs = nowMs
    this.#beganAt = done
    return true
  }

  /** Milliseconds; `undefined` while nobody can tell. */
  leftMs({ done, total }: Progress, nowMs: number): number | undefined {
    const watchedMs = nowMs - this.#beganMs
    const perMs = (done - this.#beganAt) / watchedMs
    return total === undefined || watchedMs < LEAST_MS || perMs <= 0 ? undefined : Math.max(0, total - done) / perMs
  }
}
