import type { Operator } from './expression.ts'
import type { Value } from './value.ts'
import { isEmpty, textOf } from './value.ts'

/** Whether two values are one: texts by case, `True` and `False` in any case where one side is a boolean; no value and an empty one are the same. */
export function sameValue(a: Value, b: Value): boolean {
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b)
  if (typeof a === 'number' || typeof b === 'number') return numberIn(a) === numberIn(b) && numberIn(a) !== undefined
  if (typeof a === 'boolean' || typeof b === 'boolean') return textOf(a).toLowerCase() === textOf(b).toLowerCase()
  return textOf(a) === textOf(b)
}

/** Whether a comparison holds. Greater and less need a number, or a date, on both sides; without one they do not hold. */
export function compares(a: Value, operator: Operator, b: Value): boolean {
  switch (operator) {
    case '=':
      return sameValue(a, b)
    case '<>':
      return !sameValue(a, b)
    default: {
      const left = orderOf(a)
      const right = orderOf(b)
      if (left === undefined || right === undefined) return false
      if (operator === '>') return left > right
      if (operator === '>=') return left >= right
      return operator === '<' ? left < right : left <= right
    }
  }
}

function numberIn(value: Value): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined
}

const orderOf = (value: Value): number | undefined => (value instanceof Date ? value.getTime() : numberIn(value))
