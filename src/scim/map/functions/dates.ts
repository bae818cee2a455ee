import { formatDate, formatProblem, parseDate } from '../date-format.ts'
import { isOfOurTime } from '../date-parts.ts'
import { readDate } from '../read-date.ts'
import type { Value } from '../value.ts'
import { Fault } from '../value.ts'
import { convert } from './convert.ts'
import type { ConstantArgument } from './define.ts'
import { defineFunction } from './define.ts'

const INTERVALS: readonly string[] = ['yyyy', 'm', 'd', 'ww', 'h', 'n', 's']

const MS: Readonly<Record<string, number>> = { ww: 604_800_000, d: 86_400_000, h: 3_600_000, n: 60_000, s: 1000 }

const interval = { name: 'interval', type: 'text' } as const

const intervalProblem = ([first]: readonly ConstantArgument[]) =>
  first === undefined || INTERVALS.includes(String(first))
    ? undefined
    : { argument: 0, text: `must be one of ${INTERVALS.join(', ')}` }

/** Milliseconds from 1601, where Active Directory's time begins, to 1970. */
const AD_EPOCH_MS = 11_644_473_600_000

export const DATE_FUNCTIONS = [
  defineFunction({
    name: 'CDate',
    summary:
      'The date that a text means: ISO 8601, M/d/yyyy h:mm:ss tt, or generalized time of LDAP; in UTC unless it says another zone',
    parameters: [{ name: 'text', type: 'date' }],
    returns: 'date',
    call: ([date]) => date,
  }),
  defineFunction({
    name: 'DateAdd',
    summary:
      'A date so many years (yyyy), months (m), weeks (ww), days (d), hours (h), minutes (n) or seconds (s) later',
    parameters: [interval, { name: 'value', type: 'number' }, { name: 'date', type: 'date' }],
    returns: 'date',
    check: intervalProblem,
    call: ([unit, value, date]) => {
      if (!INTERVALS.includes(unit)) return new Fault(`interval must be one of ${INTERVALS.join(', ')}`)
      const ms = MS[unit]
      const moved =
        ms === undefined
          ? addMonths(date, Math.trunc(value) * (unit === 'yyyy' ? 12 : 1))
          : new Date(date.getTime() + value * ms)
      return isOfOurTime(moved) ? moved : new Fault('leaves the years 1 to 9999')
    },
  }),
  defineFunction({
    name: 'DateDiff',
    summary:
      'How much later the second date is, in whole units; years and months by the calendar, weeks by their Sundays',
    parameters: [interval, { name: 'date1', type: 'date' }, { name: 'date2', type: 'date' }],
    returns: 'number',
    check: intervalProblem,
    call: ([unit, from, to]) => {
      if (!INTERVALS.includes(unit)) return new Fault(`interval must be one of ${INTERVALS.join(', ')}`)
      const years = to.getUTCFullYear() - from.getUTCFullYear()
      if (unit === 'yyyy') return years
      if (unit === 'm') return years * 12 + to.getUTCMonth() - from.getUTCMonth()
      if (unit === 'ww') return whole(sundayOf(to) - sundayOf(from), MS['ww'] ?? 1)
      return whole(to.getTime() - from.getTime(), MS[unit] ?? 1)
    },
  }),
  defineFunction({
    name: 'DateFromNum',
    summary: 'The date of a number of Active Directory, such as lastLogonTimestamp',
    parameters: [{ name: 'value', type: 'number' }],
    returns: 'date',
    call: ([ticks]) => {
      const date = new Date(Math.round(ticks / 10_000) - AD_EPOCH_MS)
      return isOfOurTime(date) ? date : new Fault('is outside of the years 1 to 9999')
    },
  }),
  defineFunction({
    name: 'FormatDateTime',
    summary: 'A date in another form; forms are .NET’s, such as yyyy-MM-dd or M/d/yyyy h:mm:ss tt',
    parameters: [
      { name: 'source', type: 'any' },
      { name: 'dateTimeStyles', type: 'text', optional: true },
      { name: 'inputFormat', type: 'text', optional: true },
      { name: 'outputFormat', type: 'text' },
    ],
    returns: 'text',
    check: ([, , input, output]) => {
      const wrongInput = typeof input === 'string' ? formatProblem(input) : undefined
      if (wrongInput !== undefined) return { argument: 2, text: wrongInput }
      const wrongOutput = typeof output === 'string' ? formatProblem(output) : undefined
      return wrongOutput === undefined ? undefined : { argument: 3, text: wrongOutput }
    },
    call: ([source, , input, output]) => {
      const wrong = formatProblem(output) ?? (input === null ? undefined : formatProblem(input))
      if (wrong !== undefined) return new Fault(`the format ${wrong}`)
      const date = source instanceof Date ? source : dateIn(source, input)
      return date ? formatDate(date, output) : new Fault(`source has another form than ${input ?? 'a date'}`)
    },
  }),
  defineFunction({
    name: 'Now',
    summary: 'The present moment in UTC',
    parameters: [],
    returns: 'date',
    call: (_, { now }) => now,
  }),
  defineFunction({
    name: 'NumFromDate',
    summary: 'A date as a number of Active Directory, such as accountExpires',
    parameters: [{ name: 'value', type: 'date' }],
    returns: 'text',
    call: ([date]) => String(BigInt(date.getTime() + AD_EPOCH_MS) * 10_000n),
  }),
]

/** Without a format, the forms that `CDate` reads. */
function dateIn(source: Value, format: string | null): Date | undefined {
  const text = convert(source, 'text')
  if (typeof text !== 'string') return undefined
  return format === null ? readDate(text) : parseDate(text, format)
}

const whole = (ms: number, unit: number): number => Math.trunc(ms / unit) + 0

/** Midnight of the Sunday on or before a date. */
function sundayOf(date: Date): number {
  const day = 86_400_000
  return (Math.floor(date.getTime() / day) - date.getUTCDay()) * day
}

/** The same day of another month; the last one where the month is shorter. */
function addMonths(date: Date, months: number): Date {
  const moved = new Date(date)
  moved.setUTCDate(1)
  moved.setUTCMonth(moved.getUTCMonth() + months)
  const last = new Date(moved)
  last.setUTCMonth(moved.getUTCMonth() + 1, 0)
  moved.setUTCDate(Math.min(date.getUTCDate(), last.getUTCDate()))
  return moved
}
