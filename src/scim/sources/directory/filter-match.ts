import { type Entry, textOf } from './entry.ts'
import type { Filter } from './filter.ts'

/**
 * Whether an entry fits a filter, for inputs that no server searches. Texts are compared without case; values that are both numbers by size.
 *
 * Why: without a schema this is what most attributes mean.
 */
export function matches(filter: Filter, entry: Entry): boolean {
  switch (filter.is) {
    case 'and':
      return filter.of.every((part) => matches(part, entry))
    case 'or':
      return filter.of.some((part) => matches(part, entry))
    case 'not':
      return !matches(filter.of, entry)
    case 'present':
      return valuesOf(entry, filter.attribute).length > 0
    case 'equal':
    case 'approx':
      return valuesOf(entry, filter.attribute).some((value) => isSame(value, filter.value))
    case 'atLeast':
      return valuesOf(entry, filter.attribute).some((value) => order(value, filter.value) >= 0)
    case 'atMost':
      return valuesOf(entry, filter.attribute).some((value) => order(value, filter.value) <= 0)
    case 'substrings':
      return valuesOf(entry, filter.attribute).some((value) => hasParts(folded(value), filter))
    case 'extensible':
      return valuesOf(entry, filter.attribute).some((value) => hasBits(filter.rule, value, filter.value))
  }
}

const valuesOf = (entry: Entry, attribute: string): readonly Buffer[] =>
  entry.attributes.get(attribute.toLowerCase())?.values ?? []

const folded = (value: Buffer): string => (textOf(value) ?? value.toString('latin1')).toLowerCase()

const isSame = (a: Buffer, b: Buffer): boolean => a.equals(b) || folded(a) === folded(b)

function order(a: Buffer, b: Buffer): number {
  const [left, right] = [folded(a), folded(b)]
  const numbers = [left, right].every((text) => /^-?\d+$/.test(text))
  if (numbers) return Number(BigInt(left) - BigInt(right))
  return left === right ? 0 : left < right ? -1 : 1
}

function hasParts(text: string, { initial, any, final }: Extract<Filter, { is: 'substrings' }>): boolean {
  if (!text.startsWith(initial.toLowerCase())) return false
  let at = initial.length
  for (const part of any) {
    const found = text.indexOf(part.toLowerCase(), at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - at >= final.length && text.endsWith(final.toLowerCase())
}

/** The two rules of Active Directory for bits: all of them, or any. */
function hasBits(rule: string, value: Buffer, wanted: string): boolean {
  const [number, mask] = [folded(value), wanted].map((text) => (/^-?\d+$/.test(text) ? BigInt(text) : undefined))
  if (number === undefined || mask === undefined) return false
  if (rule === '1.2.840.113556.1.4.803') return (number & mask) === mask
  return rule === '1.2.840.113556.1.4.804' && (number & mask) !== 0n
}
