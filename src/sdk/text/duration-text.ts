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
