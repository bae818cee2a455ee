/** From here on the units of a JavaScript text do not stand in the order of the bytes. */
const OTHERWISE = /[\ud800-\uffff]/

/** The order of the bytes of two texts in UTF-8. */
export const compareUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const compareUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** How to put texts into the order of their bytes. Why not always by bytes: those of a hundred thousand texts take 50 MB. */
export function orderOf(texts: Iterable<string>): (a: string, b: string) => number {
  for (const text of texts) if (OTHERWISE.test(text)) return compareUtf8
  return compareUnits
}
