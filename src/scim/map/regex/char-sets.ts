import type { CharTest } from './pattern-node.ts'
import { UnfitPattern } from './pattern-node.ts'

const property = (source: string): CharTest => {
  const one = new RegExp(source, 'u')
  return (codePoint) => one.test(String.fromCodePoint(codePoint))
}

const isAsciiDigit: CharTest = (c) => c >= 48 && c <= 57
const isAsciiWord: CharTest = (c) => isAsciiDigit(c) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95

const unicodeDigit = property('^\\p{Nd}$')
const unicodeWord = property('^[\\p{L}\\p{Mn}\\p{Mc}\\p{Nd}\\p{Pc}]$')
const unicodeSpace = property('^\\s$')

/** Letters, digits and connectors of every script, as in .NET: an ü is part of a word. */
export const isWord: CharTest = (c) => (c < 128 ? isAsciiWord(c) : unicodeWord(c))
const isDigit: CharTest = (c) => (c < 128 ? isAsciiDigit(c) : unicodeDigit(c))
const isSpace: CharTest = (c) => (c < 128 ? c === 32 || (c >= 9 && c <= 13) : unicodeSpace(c))

export const not =
  (test: CharTest): CharTest =>
  (c) =>
    !test(c)

/** Every character but a line feed. */
export const isNoLineFeed: CharTest = (c) => c !== 10

/** What `\d`, `\W` and the like stand for, by letter. */
export const CLASS_ESCAPES: ReadonlyMap<string, CharTest> = new Map([
  ['d', isDigit],
  ['D', not(isDigit)],
  ['w', isWord],
  ['W', not(isWord)],
  ['s', isSpace],
  ['S', not(isSpace)],
])

/** Characters that `\n` and the like stand for. */
export const CONTROL_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
  ['a', 7],
  ['e', 27],
  ['0', 0],
])

/** Unicode categories and scripts: `Lu`, `Script=Greek`. */
export function propertyTest(name: string): CharTest {
  if (/^[A-Za-z_]+(=[A-Za-z_]+)?$/.test(name)) {
    try {
      return property(`^\\p{${name}}$`)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  throw new UnfitPattern(`names an unknown class of characters: ${name}`)
}

/** The same test without regard to case. */
export const foldingCase =
  (test: CharTest): CharTest =>
  (c) => {
    if (test(c)) return true
    const char = String.fromCodePoint(c)
    return [char.toLowerCase(), char.toUpperCase()].some((other) => {
      const folded = other.codePointAt(0)
      return (
        folded !== undefined && folded !== c && other.length === String.fromCodePoint(folded).length && test(folded)
      )
    })
  }
