/**
 * Milliseconds until a `Retry-After` header allows the next request; `undefined` where it is absent or unreadable.
 *
 * Shape: whole seconds or an HTTP date. Source: RFC 9110 §10.2.3. A date in the past gives 0.
 */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const date = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime())
}
