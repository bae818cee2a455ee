/**
 * A time as this program stores it: `YYYY-MM-DD HH:MM:SS[.fraction]` in UTC without a zone, trailing zeros of the fraction removed.
 *
 * Why: readers compare these texts as text, and take them for UTC. The Go SDK writes the local wall clock instead, which repeats an hour in
 * autumn and differs from machine to machine (decision 0004).
 * Source: baton-sdk `pkg/dotc1z/sql_helpers.go`.
 */
export const formatTimeText = (time: Date): string =>
  time
    .toISOString()
    .replace('T', ' ')
    .replace(/\.?0*Z$/, '')

/** Every layout that the official drivers read. Source: modernc.org/sqlite `conn.go`, `sqlite.go` (c1z-format.md §3.2). */
const LAYOUT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ?([+-])(\d\d):?(\d\d)(?: \w+)?)?)?Z?(?: m=\S+)?$/

const MINUTE_MS = 60_000

/**
 * The time a stored text stands for, whoever wrote it; without a zone it is UTC, as readers take it. `undefined` for another layout. Digits
 * below a millisecond are dropped.
 */
export const parseTimeText = (text: string): Date | undefined => {
  const read = readLayout(text)
  return read && new Date(read.wall.getTime() - read.offsetMinutes * MINUTE_MS)
}

/** What a stored text shows, as if it were UTC, because a zone plays no part where texts are compared. `undefined` as in `parseTimeText`. */
export const wallClockOf = (text: string): Date | undefined => readLayout(text)?.wall

function readLayout(text: string): { readonly wall: Date; readonly offsetMinutes: number } | undefined {
  const match = LAYOUT.exec(text)
  if (!match) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part || 0))
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  const [sign = '', hours = 0, minutes = 0] = match.slice(8)
  return {
    wall: new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds)),
    offsetMinutes: Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)),
  }
}
