/** Why a file that was read as UTF-8 is not taken: in which line, from 1, and a sentence; `undefined` where it is UTF-8. */
export function codingProblem(text: string): { readonly line: number; readonly text: string } | undefined {
  if (text.startsWith('PK\u0003\u0004')) return { line: 1, text: `the file is an Excel workbook, or packed; ${SAVE}` }
  if (UTF16.test(text)) return { line: 1, text: `the file is in UTF-16; ${SAVE}` }
  if (text.includes('\0')) return { line: 1, text: 'the file is no text' }
  const lost = text.indexOf('\uFFFD')
  return lost < 0 ? undefined : { line: text.slice(0, lost).split('\n').length, text: `is not in UTF-8; ${SAVE}` }
}

/** Its byte order mark is no UTF-8; without one, a Latin letter is a byte beside a zero. */
const UTF16 = /^(?:\uFFFD\uFFFD|[^\0]\0[^\0]\0|\0[^\0]\0[^\0])/

const SAVE = 'save it as UTF-8, in Excel as "CSV UTF-8"'
