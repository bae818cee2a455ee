export type LimiterModel = 'fixed' | 'sliding' | 'bucket'

export const LIMITER_MODELS: readonly LimiterModel[] = ['fixed', 'sliding', 'bucket']

/**
 * Decides on one request at `now` (epoch milliseconds), which counts as `weight` (default 1): 0 lets it pass and counts it, a positive number refuses it and is
 * the time in milliseconds until one would pass. Refused requests do not count.
 */
export type RateLimiter = (now: number, weight?: number) => number

/** `limit` requests a window of `windowMs`. */
export const rateLimiter = (model: LimiterModel, limit: number, windowMs: number): RateLimiter =>
  MODELS[model](limit, windowMs)

/** Counts within windows that begin at multiples of `windowMs`. */
function fixedWindow(limit: number, windowMs: number): RateLimiter {
  let window = -1
  let used = 0
  return (now, weight = 1) => {
    const current = Math.floor(now / windowMs)
    if (current !== window) {
      window = current
      used = 0
    }
    if (used > limit - weight) return (current + 1) * windowMs - now
    used += weight
    return 0
  }
}

/** Looks back over the last `windowMs` at any moment. */
function slidingWindow(limit: number, windowMs: number): RateLimiter {
  const passed: number[] = []
  return (now, weight = 1) => {
    while (passed[0] !== undefined && passed[0] <= now - windowMs) passed.shift()
    const oldest = passed[passed.length + weight - limit - 1]
    if (oldest !== undefined) return oldest + windowMs - now
    for (let i = 0; i < weight; i++) passed.push(now)
    return 0
  }
}

/** Starts with `limit` tokens and regains them evenly, `limit` a window. */
function tokenBucket(limit: number, windowMs: number): RateLimiter {
  const msPerToken = windowMs / limit
  let tokens = limit
  let last: number | undefined
  return (now, weight = 1) => {
    tokens = Math.min(limit, tokens + (now - (last ?? now)) / msPerToken)
    last = now
    if (tokens < weight) return Math.max(1, Math.ceil((weight - tokens) * msPerToken))
    tokens -= weight
    return 0
  }
}

const MODELS = { fixed: fixedWindow, sliding: slidingWindow, bucket: tokenBucket } as const
