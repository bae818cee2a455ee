/** One HTTP exchange, with proxy, trusted certificates and errors that say what to do; and the pace of many. */
export { createTransport, type Transport } from './transport.ts'
export { trustedContext } from './trusted-certificates.ts'
export { createRatePacer, type RateLimit } from '../pacing/rate-limit.ts'
export { defaultRetryPolicy, retrying } from '../pacing/retry.ts'
