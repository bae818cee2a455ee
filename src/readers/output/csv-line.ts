/** What a spreadsheet takes for a formula when it comes first. Source: OWASP, CSV Injection. */
const FORMULA = new Set('=+-@\t\r\n\uff0b\uff0d\uff1d\uff20')

/** A signed number is a number to a spreadsheet, too. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/

/** A text that no spreadsheet runs: what would begin a formula has an apostrophe before it. */
export const disarmed = (text: string): string =>
  FORMULA.has(text.charAt(0)) && !NUMBER.test(text) ? `'${text}` : text

const QUOTED = /[",\r\n]/

/** One record of RFC 4180. */
export const csvLine = (texts: readonly string[]): string => `${texts.map(csvField).join(',')}\r\n`

/** A text is never a formula if its first character lies between these two: ASCII letters up to the full-width forms. */
const [FIRST_LETTER, FULL_WIDTH] = [0x41, 0xff00] as const

/** One field of a record. Why the first letter is looked at: a million rows have seventeen fields each. */
export function csvField(text: string): string {
  if (text === '') return text
  const first = text.charCodeAt(0)
  const safe = first >= FIRST_LETTER && first < FULL_WIDTH ? text : disarmed(text)
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
