import type { RetryAfterForm } from './faults.ts'

/** The `Retry-After` header that announces a wait, rounded up to whole seconds; no header for `none`. */
export const retryAfter = (form: RetryAfterForm, waitMs: number, now: number): Record<string, string> => {
  if (form === 'none') return {}
  if (form === 'seconds') return { 'retry-after': String(Math.ceil(waitMs / 1000)) }
  return { 'retry-after': new Date(Math.ceil((now + waitMs) / 1000) * 1000).toUTCString() }
}
