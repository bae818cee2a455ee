const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a duration as Go writes it: `25s`, `1h30m`, `500ms`; `undefined` for any other text. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined
  return Math.round(parts.reduce((total, [, amount, unit = '']) => total + Number(amount) * (UNITS[unit] ?? 0), 0))
}

/** Check of a field that takes a duration between two others, both included. */
export const durationBetween = (least: string, most: string) => (text: string) => {
  const ms = parseDuration(text)
  if (ms === undefined) return 'must be a duration such as 25s, 10m or 1h30m'
  const isInside = ms >= (parseDuration(least) ?? 0) && ms <= (parseDuration(most) ?? Infinity)
  return isInside ? undefined : `must be a duration from ${least} to ${most}`
}

/** Milliseconds of a value that its field has checked. */
export const durationMs = (text: string): number => parseDuration(text) ?? 0

/** `820 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`: two units at most. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = Math.round(ms / 1000)
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

const pair = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  `${large} ${largeUnit}${small === 0 ? '' : ` ${small} ${smallUnit}`}`
