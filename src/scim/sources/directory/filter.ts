import { ConnectorError } from '../../../sdk/ground/errors.ts'

/** A search filter. Values are bytes: what was written with escapes is never written again. */
export type Filter =
  | { readonly is: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly is: 'not'; readonly of: Filter }
  | { readonly is: 'present'; readonly attribute: string }
  | { readonly is: 'equal' | 'atLeast' | 'atMost' | 'approx'; readonly attribute: string; readonly value: Buffer }
  | {
      readonly is: 'substrings'
      readonly attribute: string
      readonly initial: string
      readonly any: readonly string[]
      readonly final: string
    }
  /** Only with an attribute and a rule, as Active Directory uses it to test bits. */
  | { readonly is: 'extensible'; readonly attribute: string; readonly rule: string; readonly value: string }

const ATTRIBUTE = /^([a-z][a-z0-9-]*|\d+(\.\d+)+)(;[a-z0-9-]+)*$/i
const EXTENSIBLE = /^([a-z][a-z0-9;-]*):([a-z][a-z0-9-]*|\d+(?:\.\d+)+):$/i

/**
 * Reads a filter as RFC 4515 writes it. `setting` begins the sentences of errors.
 *
 * Errors: `invalid-argument` that names the place, counted from 1.
 */
export function parseFilter(text: string, setting: string): Filter {
  const reader = { text, at: 0, setting }
  const filter = readFilter(reader)
  if (reader.text.slice(reader.at).trim() !== '') throw bad(reader, 'the filter goes on after its last parenthesis')
  return filter
}

interface Reader {
  readonly text: string
  at: number
  readonly setting: string
}

const bad = ({ at, setting }: Reader, what: string): ConnectorError =>
  new ConnectorError('invalid-argument', 'configuration', `${setting}: ${what} (character ${at + 1})`)

/** White space between parentheses means nothing: long filters are written on several lines. */
function skipSpace(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at++
}

function expectChar(reader: Reader, char: string): void {
  skipSpace(reader)
  if (reader.text[reader.at] !== char) throw bad(reader, `"${char}" is missing`)
  reader.at++
}

function readFilter(reader: Reader): Filter {
  expectChar(reader, '(')
  skipSpace(reader)
  const operator = reader.text[reader.at]
  if (operator === '&' || operator === '|') {
    reader.at++
    const of: Filter[] = []
    while (nextIs(reader, '(')) of.push(readFilter(reader))
    if (of.length === 0) throw bad(reader, `"${operator}" needs a filter after it`)
    expectChar(reader, ')')
    return { is: operator === '&' ? 'and' : 'or', of }
  }
  if (operator === '!') {
    reader.at++
    const of = readFilter(reader)
    expectChar(reader, ')')
    return { is: 'not', of }
  }
  return readItem(reader)
}

function nextIs(reader: Reader, char: string): boolean {
  skipSpace(reader)
  return reader.text[reader.at] === char
}

function readItem(reader: Reader): Filter {
  const end = reader.text.indexOf(')', reader.at)
  const item = end < 0 ? undefined : /^([^=~<>]*)(=|~=|<=|>=)(.*)$/s.exec(reader.text.slice(reader.at, end))
  if (!item) throw bad(reader, 'a comparison such as (uid=ann) is missing or not closed')
  const [, left = '', operator = '', right = ''] = item
  const attribute = left.trim()
  const extensible = operator === '=' ? EXTENSIBLE.exec(attribute) : null
  if (!extensible && !ATTRIBUTE.test(attribute)) throw bad(reader, `"${attribute}" is no attribute`)
  if (right.includes('(')) throw bad(reader, 'a "(" within a value must be written as \\28')
  const filter = extensible
    ? {
        is: 'extensible' as const,
        attribute: extensible[1] ?? '',
        rule: extensible[2] ?? '',
        value: textOf(right, reader),
      }
    : comparison(attribute, operator, right, reader)
  reader.at = end + 1
  return filter
}

function comparison(attribute: string, operator: string, right: string, reader: Reader): Filter {
  if (operator === '~=') return { is: 'approx', attribute, value: bytesOf(right, reader) }
  if (operator === '>=') return { is: 'atLeast', attribute, value: bytesOf(right, reader) }
  if (operator === '<=') return { is: 'atMost', attribute, value: bytesOf(right, reader) }
  if (right === '*') return { is: 'present', attribute }
  if (!right.includes('*')) return { is: 'equal', attribute, value: bytesOf(right, reader) }
  const [initial = '', ...rest] = right.split('*').map((part) => textOf(part, reader))
  const final = rest.pop() ?? ''
  return { is: 'substrings', attribute, initial, any: rest.filter((part) => part !== ''), final }
}

function bytesOf(value: string, reader: Reader): Buffer {
  const parts = value.split(/(\\[0-9a-f]{2})/i)
  return Buffer.concat(
    parts.map((part, n) => {
      if (n % 2 === 1) return Buffer.from(part.slice(1), 'hex')
      if (part.includes('\\')) throw bad(reader, 'after "\\" two hexadecimal digits are missing')
      return Buffer.from(part)
    }),
  )
}

function textOf(value: string, reader: Reader): string {
  const bytes = bytesOf(value, reader)
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) throw bad(reader, 'a value with * must be text')
  return text
}

/** The attributes that a filter names, with their options. */
export function attributesOf(filter: Filter): readonly string[] {
  switch (filter.is) {
    case 'and':
    case 'or':
      return filter.of.flatMap(attributesOf)
    case 'not':
      return attributesOf(filter.of)
    default:
      return [filter.attribute]
  }
}

/** The object classes that a filter asks for by name. */
export function objectClassesOf(filter: Filter): readonly string[] {
  if (filter.is === 'and' || filter.is === 'or') return filter.of.flatMap(objectClassesOf)
  if (filter.is === 'not') return objectClassesOf(filter.of)
  return filter.is === 'equal' && filter.attribute.toLowerCase() === 'objectclass'
    ? [filter.value.toString('utf8')]
    : []
}

/** Whether a filter says NOT anywhere. */
export const hasNot = (filter: Filter): boolean =>
  filter.is === 'not' || ((filter.is === 'and' || filter.is === 'or') && filter.of.some(hasNot))
