import type { Field, IntField, ListField, StringField } from './field.ts'
import { refusedWord } from '../text/refused-word.ts'

export type Plain = string | boolean | number | readonly string[]

/** A value that is right by itself, or what is wrong with it as the end of a sentence that begins with the flag. */
export type Parsed = { readonly value: Plain } | { readonly problem: string }

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False'])

/** Reads texts of a flag or a variable. Of several texts for one plain value the last counts, as in Go; lists are joined. */
export function parseTexts(field: Field, texts: readonly string[]): Parsed {
  if (field.kind === 'string-list') return parseList(field, texts.flatMap(splitList))
  return parseOne(field, texts.at(-1) ?? '')
}

/** Reads a value of the config file, where numbers, booleans and sequences may stand as such. */
export function parseYamlValue(field: Field, value: unknown): Parsed {
  if (value === null || value === undefined) return { problem: 'must not be empty' }
  if (field.kind === 'string-list' && Array.isArray(value)) {
    if (!value.every((item) => typeof item === 'string'))
      return { problem: 'must be a list of texts; put the items in quotes' }
    return parseList(field, value)
  }
  if (typeof value === 'string') return parseTexts(field, [value])
  if (typeof value === 'boolean' && field.kind === 'bool') return { value }
  if (typeof value === 'number' && field.kind === 'int') return parseOne(field, String(value))
  const expected = {
    string: 'a text; put it in quotes',
    bool: 'true or false',
    int: 'a whole number',
    'string-list': 'a list',
  }
  return { problem: `must be ${expected[field.kind]}` }
}

function parseOne(field: Exclude<Field, ListField>, text: string): Parsed {
  if (text === '') return { problem: 'must not be empty' }
  if (field.kind === 'string') return parseString(field, text)
  if (field.kind === 'int') {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN
    if (value >= field.min && value <= field.max) return { value: chosenOf(field, value) }
    return { problem: `must be a whole number from ${field.min} to ${field.max}, got ${refusedWord(text)}` }
  }
  if (TRUE.has(text)) return { value: true }
  return FALSE.has(text)
    ? { value: false }
    : { problem: `must be true or false, got ${refusedWord(text, ['true', 'false'])}` }
}

/** The number that is meant, where 0 leaves it to the program. */
export const chosenOf = ({ zeroMeans = 0 }: IntField, value: number): number => (value === 0 ? zeroMeans : value)

function parseString(field: StringField, text: string): Parsed {
  const reason = field.refused?.[text]
  if (reason !== undefined) return { problem: `${JSON.stringify(text)} is not offered: ${reason}` }
  if (field.allowed && !field.allowed.includes(text))
    return { problem: `must be ${oneOf(field.allowed)}, got ${refusedWord(text, field.allowed)}` }
  const problem = field.check?.(text)
  return problem === undefined ? { value: text } : { problem }
}

function parseList(field: ListField, items: readonly string[]): Parsed {
  if (items.length === 0 || items.includes('')) return { problem: 'must not be empty or hold empty items' }
  for (const item of items) {
    const problem = field.check?.(item)
    if (problem !== undefined) return { problem: `${problem}, got ${refusedWord(item)}` }
  }
  return { value: [...new Set(items)] }
}

const splitList = (text: string): readonly string[] => text.split(',').map((item) => item.trim())

export const oneOf = (values: readonly string[]): string =>
  values.length > 1 ? `${values.slice(0, -1).join(', ')} or ${values.at(-1)}` : values.join('')
