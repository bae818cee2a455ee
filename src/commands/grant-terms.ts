import type { GrantTerms } from '../sdk/contract/provisioner.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import { parseDuration } from '../sdk/text/duration.ts'

/** Terms of a grant in the user's words, as flags or cells of a file hold them. */
export interface TermTexts {
  readonly until?: string
  readonly for?: string
  readonly autoLock?: string
  readonly policy?: string
}

const DAY_MS = 86_400_000
/** A century; a greater number is no date any more. */
const MOST_MS = 36_525 * DAY_MS
const MINUTE_MS = 60_000
/** Time that passes on the way to the server, so that it does not find less than was asked for. */
const LATENCY_MS = 5000

const invalid = (detail: string): ConnectorError => new ConnectorError('invalid-argument', 'read terms', detail)

/**
 * The terms but for the policy, which is a name to be found.
 *
 * Shape: a span of time ends with a full minute, at most one later than asked for.
 * Errors: `invalid-argument`, with the sentence that says which flag is wrong.
 */
export function readTerms(texts: TermTexts, now: Date): Omit<GrantTerms, 'policy'> {
  if (texts.until !== undefined && texts.for !== undefined)
    throw invalid('an end is given twice; keep one of --until and --for')
  const until = texts.until === undefined ? endOfSpan(texts.for, now) : timeOf(texts.until, now)
  const lockMs = texts.autoLock === undefined ? undefined : spanMs('--auto-lock', texts.autoLock)
  if (lockMs !== undefined && lockMs < DAY_MS)
    throw invalid(
      `--auto-lock ${texts.autoLock ?? ''} is too short; Twingate locks after a day without use at the earliest`,
    )
  return { ...(until && { until }), ...(lockMs !== undefined && { lockAfterSeconds: Math.round(lockMs / 1000) }) }
}

function timeOf(text: string, now: Date): Date {
  const typed = text.trim()
  const form = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/
  const ms = form.test(typed) ? Date.parse(typed.replace(' ', 'T')) : NaN
  if (Number.isNaN(ms))
    throw invalid(
      `--until ${JSON.stringify(typed)} is no time; write a date such as 2030-12-04, which begins in UTC, or a time with its zone such as 2030-12-04T18:00Z`,
    )
  if (ms <= now.getTime()) throw invalid(`--until ${typed} is past; access would end before it began`)
  return new Date(ms)
}

function endOfSpan(text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined
  const end = now.getTime() + spanMs('--for', text) + LATENCY_MS
  return new Date(Math.ceil(end / MINUTE_MS) * MINUTE_MS)
}

/** Days beside the units of Go: `14d`, `1d12h`. */
function spanMs(flag: string, text: string): number {
  const [, days = '0', rest = ''] = /^(?:(\d+)d)?(.*)$/.exec(text.trim()) ?? []
  const ms = rest === '' ? 0 : parseDuration(rest)
  const span = Number(days) * DAY_MS + (ms ?? NaN)
  if (span > 0 && span < MOST_MS) return span
  throw invalid(`${flag} ${JSON.stringify(text)} is no span of time; write for example 8h, 90m or 14d`)
}
