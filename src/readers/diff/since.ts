import { parseDuration } from '../../sdk/text/duration.ts'

const DAY_MS = 86_400_000
const LONG: Readonly<Record<string, number>> = { d: DAY_MS, w: 7 * DAY_MS }

/** The moment that is meant by an age (`7d`, `2w`, `12h`) or a time (`2026-11-23`, `2026-11-23T08:00:00Z`); `undefined` for another text. */
export function sinceOf(text: string, now: Date): Date | undefined {
  const long = /^(\d+)([dw])$/.exec(text)
  const ms = long ? Number(long[1]) * (LONG[long[2] ?? ''] ?? 0) : parseDuration(text)
  if (ms !== undefined) return new Date(now.getTime() - ms)
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : new Date(time)
}

export const isSince = (text: string): boolean => sinceOf(text, new Date(0)) !== undefined
