import { readDate } from '../read-date.ts'
import type { Result, Value } from '../value.ts'
import { Fault, isEmpty, textOf } from '../value.ts'
import type { ParameterType } from './define.ts'

/** Longest text an expression may make: enough for every attribute, too short to fill the memory. */
export const MAX_TEXT_CHARS = 65_536

/** A value as a parameter of this type takes it; a `Fault` says why it cannot be one. `null` stays. */
export function convert(value: Value, type: Exclude<ParameterType, 'branch'>): Result {
  if (value === null || type === 'any') return value
  switch (type) {
    case 'text':
      return single(value)
    case 'list':
      return Array.isArray(value) ? value : [textOf(value)]
    case 'number':
      return numberOf(value)
    case 'boolean':
      return booleanOf(value)
    case 'date':
      return dateOf(value)
  }
}

function single(value: Value): Result {
  if (!Array.isArray(value)) return textOf(value)
  if (value.length > 1)
    return new Fault(`has ${value.length} values where one belongs; choose with Item or put them together with Join`)
  return value[0] ?? null
}

function numberOf(value: Value): Result {
  if (typeof value === 'number') return Number.isFinite(value) ? value : new Fault('is no number')
  const text = single(value)
  if (text instanceof Fault || isEmpty(text)) return text instanceof Fault ? text : null
  return typeof text === 'string' && /^\s*[+-]?\d{1,18}(\.\d{1,9})?\s*$/.test(text)
    ? Number(text)
    : new Fault('is no number')
}

function booleanOf(value: Value): Result {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  const text = single(value)
  if (text instanceof Fault || isEmpty(text)) return text instanceof Fault ? text : null
  const word = String(text).trim().toLowerCase()
  if (word === 'true' || word === 'false') return word === 'true'
  const number = numberOf(text)
  return typeof number === 'number' ? number !== 0 : new Fault('is neither true nor false')
}

function dateOf(value: Value): Result {
  if (value instanceof Date) return value
  const text = single(value)
  if (text instanceof Fault || isEmpty(text)) return text instanceof Fault ? text : null
  return readDate(String(text)) ?? new Fault('is no date; read it with FormatDateTime, which takes its format')
}
