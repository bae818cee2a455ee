const two = (part: number): string => String(part).padStart(2, '0')

/**
 * A time as the file stores it: `YYYY-MM-DD HH:MM:SS[.fraction]`, local wall clock without a zone, trailing zeros of the fraction removed.
 *
 * Why: readers compare these texts as text, so that one layout must be kept by everyone who shares the file.
 * Source: baton-sdk `pkg/dotc1z/sql_helpers.go`.
 */
export function formatTimeText(time: Date): string {
  const date = `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  const fraction = String(time.getMilliseconds()).padStart(3, '0').replace(/0+$/, '')
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
  return `${date} ${clock}${fraction && `.${fraction}`}`
}

/** The time a text stands for, or `undefined` for a layout this program does not write. Digits below a millisecond are dropped. */
export function parseTimeText(text: string): Date | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/.exec(text)
  if (!match) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  return new Date(year, month - 1, day, hour, minute, second, milliseconds)
}
