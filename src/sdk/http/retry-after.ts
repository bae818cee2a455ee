/** Rate limits free within minutes; a longer wait is a mistake of the peer, or of a clock that is years off, and must not hold a daemon up for good. */
const MOST_MS = 60 * 60_000

/**
 * Milliseconds until a `Retry-After` header allows the next request; `undefined` where it is absent or unreadable.
 *
 * Shape: seconds or an HTTP date. Source: RFC 9110 §10.2.3. A date in the past gives 0; more than an hour is an hour. Parts of a second are rounded up, and of
 * several values, as a proxy joins them, the longest counts.
 */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? ''
  // A date has a comma of its own, behind the day of the week.
  const waits = text
    .split(/(?<!\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\s*,\s*/i)
    .flatMap((value) => waitMs(value, now) ?? [])
  return waits.length === 0 ? undefined : Math.min(MOST_MS, Math.max(...waits))
}

function waitMs(value: string, now: Date): number | undefined {
  if (/^\d{1,9}(\.\d{1,9})?$/.test(value)) return Math.ceil(Number(value)) * 1000
  const date = /^(mon|tue|wed|thu|fri|sat|sun)/i.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime())
}
