import type { ExpressionProblem } from './expression.ts'
import { OPERATORS } from './expression.ts'

/** A word of an expression. `at` is its column, from 1. */
export type Token =
  | { readonly kind: 'attribute' | 'string' | 'name'; readonly at: number; readonly text: string }
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  | { readonly kind: 'sign'; readonly at: number; readonly text: string }
  | { readonly kind: 'end'; readonly at: number }

/** Thrown inside the grammar alone, where its entrance catches it. */
export class Misspelt extends Error {
  readonly problem: ExpressionProblem

  constructor(column: number, text: string) {
    super(text)
    this.problem = { column, text }
  }
}

const SIGNS = ['(', ')', ',', ...[...OPERATORS].sort((a, b) => b.length - a.length)]
const isLetter = (char: string): boolean => /[A-Za-z_]/.test(char)
const isDigit = (char: string): boolean => char >= '0' && char <= '9'

/** Cuts an expression into words; the last one is `end`. Errors: `Misspelt`. */
export function* tokensOf(source: string): Generator<Token> {
  let i = 0
  while (i < source.length) {
    const char = source.charAt(i)
    const at = i + 1
    if (/\s/.test(char)) {
      i++
    } else if (char === '[') {
      const end = source.indexOf(']', i)
      if (end < 0) throw new Misspelt(at, 'this [ has no ] that closes it')
      const text = source.slice(i + 1, end)
      if (text.trim() === '' || text.includes('[')) throw new Misspelt(at, 'a name belongs between [ and ]')
      yield { kind: 'attribute', at, text: text.trim() }
      i = end + 1
    } else if (char === '"') {
      const { text, end } = stringFrom(source, i)
      yield { kind: 'string', at, text }
      i = end
    } else if (isDigit(char) || char === '-' || source.startsWith('&H', i)) {
      const digits = numberFrom(source, i)
      yield { kind: 'number', at, value: digits.startsWith('&H') ? Number(`0x${digits.slice(2)}`) : Number(digits) }
      i += digits.length
    } else if (isLetter(char)) {
      let end = i + 1
      while (end < source.length && (isLetter(source.charAt(end)) || isDigit(source.charAt(end)))) end++
      yield { kind: 'name', at, text: source.slice(i, end) }
      i = end
    } else {
      const sign = SIGNS.find((candidate) => source.startsWith(candidate, i))
      if (sign === undefined) throw new Misspelt(at, `${JSON.stringify(char)} means nothing here${hintFor(char)}`)
      yield { kind: 'sign', at, text: sign }
      i += sign.length
    }
  }
  yield { kind: 'end', at: source.length + 1 }
}

const hintFor = (char: string): string =>
  char === "'" || char === '“' || char === '”' ? '; texts stand between " and "' : ''

function stringFrom(source: string, start: number): { readonly text: string; readonly end: number } {
  let text = ''
  for (let i = start + 1; i < source.length; i++) {
    const char = source.charAt(i)
    if (char === '"') return { text, end: i + 1 }
    if (char !== '\\') {
      text += char
      continue
    }
    const escaped = source.charAt(++i)
    if (escaped !== '"' && escaped !== '\\') throw new Misspelt(i, `a backslash in a text is written \\\\`)
    text += escaped
  }
  throw new Misspelt(start + 1, 'this text has no " that closes it')
}

/** Digits are few enough for a number to be printed as it was written. */
function numberFrom(source: string, start: number): string {
  const [digits = ''] =
    /^(?:&H[0-9A-Fa-f]{1,12}|-?\d{1,18}(?:\.\d{1,6})?)(?![\w.])/.exec(source.slice(start, start + 40)) ?? []
  if (digits === '')
    throw new Misspelt(start + 1, 'a number is written like 12, -3, 0.5 or &HFF, with at most 18 digits')
  return digits
}
