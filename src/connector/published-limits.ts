import type { RateLimit } from '../sdk/pacing/rate-limit.ts'

/** Reads a minute that Twingate publishes for an account. Source: twingate-api.md §6. */
export const PUBLISHED_READS: RateLimit = Object.freeze({ requests: 60, windowMs: 60_000 })

/** Writes a minute, likewise. */
export const PUBLISHED_WRITES: RateLimit = Object.freeze({ requests: 20, windowMs: 60_000 })
