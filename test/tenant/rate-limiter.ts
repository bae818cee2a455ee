export type LimiterModel = 'fixed' | 'sliding' | 'bucket'

export const LIMITER_MODELS: readonly LimiterModel[] = ['fixed', 'sliding', 'bucket']

/**
 * Decides on one request at `now` (epoch milliseconds): 0 lets it pass and counts it, a positive number refuses it and is
 * the time in milliseconds until one would pass. Refused requests do not count.
 */
export type RateLimiter = (now: number) => number

/** `limit` requests a window of `windowMs`. */
export const rateLimiter = (model: LimiterModel, limit: number, windowMs: number): RateLimiter =>
  MODELS[model](limit, windowMs)

/** Counts within windows that begin at multiples of `windowMs`. */
function fixedWindow(limit: number, windowMs: number): RateLimiter {
  let window = -1
  let used = 0
  return (now) => {
    const current = Math.floor(now / windowMs)
    if (current !== window) {
      window = current
      used = 0
    }
    if (used >= limit) return (current + 1) * windowMs - now
    used += 1
    return 0
  }
}

/** Looks back over the last `windowMs` at any moment. */
function slidingWindow(limit: number, windowMs: number): RateLimiter {
  const passed: number[] = []
  return (now) => {
    while (passed[0] !== undefined && passed[0] <= now - windowMs) passed.shift()
    const oldest = passed[0]
    if (oldest !== undefined && passed.length >= limit) return oldest + windowMs - now
    passed.push(now)
    return 0
  }
}

/** Starts with `limit` tokens and regains them evenly, `limit` a window. */
function tokenBucket(limit: number, windowMs: number): RateLimiter {
  const msPerToken = windowMs / limit
  let tokens = limit
  let last: number | undefined
  return (now) => {
    tokens = Math.min(limit, tokens + (now - (last ?? now)) / msPerToken)
    last = now
    if (tokens < 1) return Math.max(1, Math.ceil((1 - tokens) * msPerToken))
    tokens -= 1
    return 0
  }
}

const MODELS = { fixed: fixedWindow, sliding: slidingWindow, bucket: tokenBucket } as const
