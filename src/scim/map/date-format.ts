import type { DateParts } from './date-parts.ts'
import { dateFrom, DAYS, MONTHS, partsOfDate } from './date-parts.ts'

/** How dates become text where nobody says otherwise; Entra's own form. */
export const US_DATE_TIME = 'M/d/yyyy h:mm:ss tt'

const MAX_FORMAT_CHARS = 100

/** A piece of a format: a letter with how often it stands there, or text that stands for itself. */
type Piece = { readonly letter: string; readonly count: number } | { readonly text: string }

const LETTERS = 'yMdHhmsfFtzK'

/** The date in UTC. Source: .NET custom date and time format strings, in the invariant culture. */
export const formatDate = (date: Date, format: string): string => {
  const parts = partsOfDate(date)
  return piecesOf(format)
    .map((piece) => ('text' in piece ? piece.text : written(piece.letter, piece.count, parts)))
    .join('')
}

/** The date that a text of this format means, in UTC unless it says another zone; `undefined` where it has another form or no such day exists. */
export function parseDate(text: string, format: string): Date | undefined {
  let rest = text.trim()
  const found: DateParts = { year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0, fraction: 0, offset: 0 }
  for (const piece of piecesOf(format)) {
    const taken = 'text' in piece ? takeText(rest, piece.text) : take(rest, piece.letter, piece.count, found)
    if (taken === undefined) return undefined
    rest = rest.slice(taken)
  }
  return rest === '' ? dateFrom(found) : undefined
}

/** What is wrong with a format, as the end of a sentence; `undefined` for none. */
export function formatProblem(format: string): string | undefined {
  if (format === '') return 'must not be empty'
  if (format.length > MAX_FORMAT_CHARS) return `has more than ${MAX_FORMAT_CHARS} characters`
  const pieces = piecesOf(format)
  if (!pieces.some((piece) => 'letter' in piece)) return 'has no letter that stands for a part of a date'
  const wrong = pieces.find((piece) => 'letter' in piece && piece.count > (MOST[piece.letter] ?? 2))
  return wrong && 'letter' in wrong ? `has too many ${wrong.letter}` : undefined
}

const MOST: Readonly<Record<string, number>> = { y: 4, M: 4, d: 4, f: 7, F: 7, z: 3, K: 1 }

function piecesOf(format: string): readonly Piece[] {
  const pieces: Piece[] = []
  for (let i = 0; i < format.length;) {
    const char = format.charAt(i)
    let end = i + 1
    if (LETTERS.includes(char)) {
      while (format.charAt(end) === char) end++
      pieces.push({ letter: char, count: end - i })
    } else if (char === "'" || char === '"') {
      const close = format.indexOf(char, end)
      end = close < 0 ? format.length : close + 1
      pieces.push({ text: format.slice(i + 1, close < 0 ? format.length : close) })
    } else if (char === '\\') {
      pieces.push({ text: format.charAt(end++) })
    } else if (char !== '%') {
      pieces.push({ text: char })
    }
    i = end
  }
  return pieces
}

const padded = (value: number, length: number): string => String(value).padStart(length, '0')

function written(letter: string, count: number, parts: DateParts & { readonly weekday: number }): string {
  switch (letter) {
    case 'y':
      return count > 2 ? padded(parts.year, count) : padded(parts.year % 100, count)
    case 'M':
      return count > 2 ? nameOf(MONTHS, parts.month - 1, count) : padded(parts.month, count)
    case 'd':
      return count > 2 ? nameOf(DAYS, parts.weekday, count) : padded(parts.day, count)
    case 'H':
      return padded(parts.hour, count)
    case 'h':
      return padded(parts.hour % 12 || 12, count)
    case 'm':
      return padded(parts.minute, count)
    case 's':
      return padded(parts.second, count)
    case 'f':
    case 'F': {
      const digits = padded(parts.fraction, 3).padEnd(7, '0').slice(0, count)
      return letter === 'f' ? digits : digits.replace(/0+$/, '')
    }
    case 't':
      return (parts.hour < 12 ? 'AM' : 'PM').slice(0, count)
    case 'z':
      return ['+0', '+00', '+00:00'][count - 1] ?? ''
    default:
      return 'Z'
  }
}

const nameOf = (names: readonly string[], index: number, count: number): string =>
  (names[index] ?? '').slice(0, count === 3 ? 3 : undefined)

const takeText = (rest: string, text: string): number | undefined => (rest.startsWith(text) ? text.length : undefined)

type Found = { -readonly [K in keyof DateParts]: DateParts[K] }

/** Reads one piece into `found` and says how many characters it took. */
function take(rest: string, letter: string, count: number, found: Found): number | undefined {
  switch (letter) {
    case 'y': {
      const digits = digitsOf(rest, count > 2 ? count : 2, count > 2 ? 4 : 2)
      const year = Number(digits)
      if (digits !== '') found.year = count > 2 ? year : year + (year < 50 ? 2000 : 1900)
      return digits.length || undefined
    }
    case 'M':
      if (count > 2) return takeName(rest, MONTHS, count, (index) => (found.month = index + 1))
      return takeNumber(rest, count, (value) => (found.month = value))
    case 'd':
      if (count > 2) return takeName(rest, DAYS, count, () => {})
      return takeNumber(rest, count, (value) => (found.day = value))
    case 'H':
    case 'h':
      if (letter === 'h') found.half ??= 0
      return takeNumber(rest, count, (value) => (found.hour = value))
    case 'm':
      return takeNumber(rest, count, (value) => (found.minute = value))
    case 's':
      return takeNumber(rest, count, (value) => (found.second = value))
    case 'f':
    case 'F': {
      const digits = digitsOf(rest, letter === 'f' ? count : 0, count)
      found.fraction = Math.floor(Number(`0.${digits || '0'}`) * 1000)
      return digits.length > 0 || letter === 'F' ? digits.length : undefined
    }
    case 't': {
      const half = ['A', 'P'].indexOf(rest.charAt(0).toUpperCase())
      found.half = half * 12
      return half < 0 || (count > 1 && rest.charAt(1).toUpperCase() !== 'M') ? undefined : Math.min(count, 2)
    }
    default:
      return takeZone(rest, letter, count, found)
  }
}

/** At least `least` digits and at most `most`, or `''`. */
function digitsOf(rest: string, least: number, most: number): string {
  let end = 0
  while (end < most && rest.charAt(end) >= '0' && rest.charAt(end) <= '9') end++
  return end < least ? '' : rest.slice(0, end)
}

function takeNumber(rest: string, count: number, set: (value: number) => void): number | undefined {
  const digits = digitsOf(rest, count, 2)
  if (digits === '') return undefined
  set(Number(digits))
  return digits.length
}

function takeName(rest: string, names: readonly string[], count: number, set: (index: number) => void) {
  const wanted = names.map((name) => (count === 3 ? name.slice(0, 3) : name))
  const index = wanted.findIndex((name) => rest.slice(0, name.length).toLowerCase() === name.toLowerCase())
  if (index < 0) return undefined
  set(index)
  return wanted[index]?.length
}

function takeZone(rest: string, letter: string, count: number, found: Found): number | undefined {
  if (letter === 'K' && !/^[Z+-]/.test(rest)) return 0
  if (rest.startsWith('Z')) return 1
  const [text, sign, hours, , minutes = '0'] = /^([+-])(\d{1,2})(:?(\d{2}))?/.exec(rest) ?? []
  if (text === undefined || (minutes === '0' && (letter === 'K' || count === 3))) return undefined
  found.offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
  return text.length
}
