/** The number of a percentage, 0 to 100: `30%`, `12.5%`; `undefined` for any other text. */
export function parsePercent(text: string): number | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,3})?)%$/.exec(text)
  const percent = Number(match?.[1])
  return percent <= 100 ? percent : undefined
}

/** Check of a field that takes a percentage. */
export const isPercent = (text: string): string | undefined =>
  parsePercent(text) === undefined ? 'must be a percentage from 0% to 100%, for example 30%' : undefined
