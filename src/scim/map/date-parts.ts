/** A date taken apart. `fraction` is milliseconds, `offset` minutes east of UTC. */
export interface DateParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly fraction: number
  readonly offset: number
  /** Of the day of twelve hours: 0 before noon, 12 after it; absent where the clock has 24. */
  readonly half?: number
}

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

/** `weekday` counts from Sunday, 0. */
export const partsOfDate = (date: Date): DateParts & { readonly weekday: number } => ({
  year: date.getUTCFullYear(),
  month: date.getUTCMonth() + 1,
  day: date.getUTCDate(),
  hour: date.getUTCHours(),
  minute: date.getUTCMinutes(),
  second: date.getUTCSeconds(),
  fraction: date.getUTCMilliseconds(),
  offset: 0,
  weekday: date.getUTCDay(),
})

/** The moment; `undefined` for the 30th of February, 25 o'clock and the like, and outside the years 1 to 9999. */
export function dateFrom(parts: DateParts): Date | undefined {
  const { year, month, day, minute, second, fraction, offset, half } = parts
  if (half !== undefined && (parts.hour < 1 || parts.hour > 12)) return undefined
  const hour = half === undefined ? parts.hour : (parts.hour % 12) + half
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!exists || hour > 23 || minute > 59 || second > 59 || Math.abs(offset) > 14 * 60) return undefined
  date.setUTCHours(hour, minute - offset, second, fraction)
  return isOfOurTime(date) ? date : undefined
}

/** What dates can be written: the years 1 to 9999. */
export const isOfOurTime = (date: Date): boolean => date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999
