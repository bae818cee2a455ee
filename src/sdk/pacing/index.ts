/** Everything about time: retry and the rate limit of a source. */
export { createRatePacer, type RateLimit } from './rate-limit.ts'
export { defaultRetryPolicy, retrying } from './retry.ts'
