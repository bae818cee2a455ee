import { Fault } from '../value.ts'
import { normalizeDiacritics } from '../normalize-diacritics.ts'
import type { ConstantArgument } from './define.ts'
import { defineFunction } from './define.ts'

const source = { name: 'source', type: 'text' } as const

export const TEXT_FUNCTIONS = [
  defineFunction({
    name: 'Append',
    summary: 'Puts a text behind another',
    parameters: [source, { name: 'suffix', type: 'text', nullable: true }],
    returns: 'text',
    call: ([text, suffix]) => text + (suffix ?? ''),
  }),
  defineFunction({
    name: 'Left',
    summary: 'The first characters; all of them for a negative number',
    parameters: [source, { name: 'count', type: 'number' }],
    returns: 'text',
    call: ([text, count]) => (count < 0 ? text : firstChars(text, 0, count)),
  }),
  defineFunction({
    name: 'Mid',
    summary: 'As many characters as the length says, from a position on; the first is 1',
    parameters: [source, { name: 'start', type: 'number' }, { name: 'length', type: 'number' }],
    returns: 'text',
    check: ([, start, length]) =>
      isBelow(start, 1)
        ? { argument: 1, text: 'counts from 1' }
        : isBelow(length, 0)
          ? { argument: 2, text: 'must not be negative' }
          : undefined,
    call: ([text, start, length]) => {
      if (start < 1 || length < 0) return new Fault('start counts from 1 and the length must not be negative')
      return firstChars(text, Math.trunc(start) - 1, length)
    },
  }),
  defineFunction({
    name: 'InStr',
    summary: 'The position of a text in another, from 1; 0 where it is not there',
    parameters: [
      { name: 'text', type: 'text' },
      { name: 'sought', type: 'text' },
      { name: 'start', type: 'number', optional: true },
      { name: 'compareType', type: 'text', optional: true },
    ],
    returns: 'number',
    check: ([, , start, compare]) =>
      isBelow(start, 1)
        ? { argument: 2, text: 'counts from 1' }
        : compare !== undefined && compare !== null && !COMPARE_TYPES.includes(String(compare))
          ? { argument: 3, text: `must be ${COMPARE_TYPES.join(' or ')}` }
          : undefined,
    call: ([text, sought, start, compare]) => {
      if (start !== null && start < 1) return new Fault('start counts from 1')
      if (compare !== null && !COMPARE_TYPES.includes(compare))
        return new Fault(`compareType must be ${COMPARE_TYPES.join(' or ')}`)
      const fold = (one: string): string => (compare === 'vbTextCompare' ? one.toLowerCase() : one)
      return fold(text).indexOf(fold(sought), Math.trunc(start ?? 1) - 1) + 1
    },
  }),
  defineFunction({
    name: 'NormalizeDiacritics',
    summary: 'Letters with accents become plain ones: Zoë is Zoe, Łukasz is Lukasz, ß is ss, ø is oe',
    parameters: [source],
    returns: 'text',
    call: ([text]) => normalizeDiacritics(text),
  }),
  defineFunction({
    name: 'PCase',
    summary:
      'Each word begins with a capital, the rest is small; words end at white space and punctuation, or only at the separators given',
    parameters: [source, { name: 'wordSeparators', type: 'text', optional: true }],
    returns: 'text',
    call: ([text, separators]) => {
      const separates = (char: string): boolean =>
        separators === null ? !/[\p{L}\p{M}\p{N}]/u.test(char) : separators.includes(char)
      let begins = true
      let cased = ''
      for (const char of text) {
        cased += begins ? char.toUpperCase() : char.toLowerCase()
        begins = separates(char)
      }
      return cased
    },
  }),
  defineFunction({
    name: 'Redact',
    summary: 'The value as it is; logs show [Redact] in its place',
    parameters: [{ name: 'value', type: 'any', nullable: true }],
    returns: 'any',
    hides: true,
    call: ([value]) => value,
  }),
  defineFunction({
    name: 'StripSpaces',
    summary: 'The text without its spaces',
    parameters: [source],
    returns: 'text',
    call: ([text]) => text.replaceAll(' ', ''),
  }),
  defineFunction({
    name: 'ToLower',
    summary: 'Small letters; by the rules of a language where one is named, such as tr-TR',
    parameters: [source, { name: 'culture', type: 'text', optional: true }],
    returns: 'text',
    check: ([, culture]) => cultureProblem(culture),
    call: ([text, culture]) =>
      isCulture(culture)
        ? text.toLocaleLowerCase(culture ?? 'und')
        : new Fault('culture must be a language such as en-US'),
  }),
  defineFunction({
    name: 'ToUpper',
    summary: 'Capital letters; by the rules of a language where one is named, such as tr-TR',
    parameters: [source, { name: 'culture', type: 'text', optional: true }],
    returns: 'text',
    check: ([, culture]) => cultureProblem(culture),
    call: ([text, culture]) =>
      isCulture(culture)
        ? text.toLocaleUpperCase(culture ?? 'und')
        : new Fault('culture must be a language such as en-US'),
  }),
  defineFunction({
    name: 'Word',
    summary: 'The word of this number, from 1; empty where there are fewer',
    parameters: [source, { name: 'number', type: 'number' }, { name: 'delimiters', type: 'text' }],
    returns: 'text',
    call: ([text, number, delimiters]) => {
      const words: string[] = ['']
      for (const char of text) {
        if (delimiters.includes(char)) words.push('')
        else words.push(words.pop() + char)
      }
      return words.filter((word) => word !== '')[Math.trunc(number) - 1] ?? ''
    },
  }),
]

/** Characters, not halves of them. */
const firstChars = (text: string, from: number, count: number): string =>
  Array.from(text)
    .slice(from, from + Math.trunc(count))
    .join('')

const COMPARE_TYPES: readonly string[] = ['vbTextCompare', 'vbBinaryCompare']

const isBelow = (constant: ConstantArgument, least: number): boolean =>
  constant !== undefined && constant !== null && constant !== '' && Number(constant) < least

function isCulture(culture: string | null): boolean {
  try {
    return culture === null || Intl.getCanonicalLocales(culture).length === 1
  } catch {
    return false
  }
}

const cultureProblem = (culture: ConstantArgument) =>
  culture === undefined || isCulture(culture === null ? null : String(culture))
    ? undefined
    : { argument: 1, text: 'must be a language such as en-US' }
