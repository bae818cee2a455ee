const FORM = /^(\d{4})(\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)?)?(?:[.,](\d+))?(Z|[+-]\d\d(?:\d\d)?)$/

/**
 * A GeneralizedTime as milliseconds since 1970; `undefined` for anything else.
 *
 * Source: RFC 4517 §3.3.13. A fraction belongs to the last field that is written.
 */
export function parseGeneralizedTime(text: string): number | undefined {
  const found = FORM.exec(text)
  if (!found) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone = 'Z'] = found
  const unit = second === undefined ? (minute === undefined ? 3_600_000 : 60_000) : 1_000
  const at = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute ?? 0),
    Number(second ?? 0),
  )
  const offset = zone === 'Z' ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3) || 0)
  const east = zone.startsWith('-') ? -1 : 1
  return at + (fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * unit)) - east * offset * 60_000
}
