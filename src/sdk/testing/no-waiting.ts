import type { Clock } from '../ground/ports.ts'
import type { RetryPolicy } from '../pacing/retry.ts'

/** A test hears of a failure at once. */
export const ONCE: RetryPolicy = Object.freeze({ attempts: 1, attemptsIfMalformed: 1, firstWaitMs: 0, mostWaitMs: 0 })

export const systemClock: Clock = Object.freeze({ now: () => new Date(), monotonicMs: () => performance.now() })

export const NEVER: AbortSignal = new AbortController().signal
