/** So many requests in so much time, however the peer counts them. */
export interface RateLimit {
  readonly requests: number
  readonly windowMs: number
}

export const perMs = (limit: RateLimit): number => limit.requests / limit.windowMs

export const faster = (a: RateLimit, b: RateLimit): RateLimit => (perMs(a) > perMs(b) ? a : b)

export const slower = (a: RateLimit, b: RateLimit): RateLimit => (perMs(a) > perMs(b) ? b : a)
