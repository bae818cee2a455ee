/** Rate limits free within minutes; a longer wait is a mistake of the peer, or of a clock that is years off, and must not hold a daemon up for good. */
const MOST_MS = 60 * 60_000

/**
 * Milliseconds until a `Retry-After` header allows the next request; `undefined` where it is absent or unreadable.
 *
 * Shape: whole seconds or an HTTP date. Source: RFC 9110 §10.2.3. A date in the past gives 0; more than an hour is an hour.
 */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Math.min(MOST_MS, Number(text) * 1000)
  const date = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.min(MOST_MS, Math.max(0, date - now.getTime()))
}
