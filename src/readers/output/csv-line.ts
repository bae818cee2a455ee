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

function csvField(text: string): string {
  const safe = disarmed(text)
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
