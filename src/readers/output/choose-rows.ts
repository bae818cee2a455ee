import { ConnectorError } from '../../sdk/ground/errors.ts'
import { fieldNamed, fieldOf, type Shape } from './columns.ts'
import type { RowWriter } from './row-writer.ts'
import { type Cell, cellText, isCells, type Row } from './row.ts'
import { wordOrder } from './word-order.ts'

/** Which rows a person asked for, and in which order. */
export interface Choice {
  /** `status=disabled`, `email~=@acme`, `status!=enabled`; all must hold. */
  readonly where: readonly string[]
  /** A field; with a dash before it from the greatest down. */
  readonly sort: readonly string[]
  readonly limit: number | undefined
}

const CONDITION = /^(?<field>[^=!~<>]+?)\s*(?<operator>!=|~=|>=|<=|=|>|<)(?<value>.*)$/s

/** Whether a row meets every condition. Errors: `invalid-argument` for what is no condition, or names no field. */
export function testOf(where: readonly string[], shape: Shape): (row: Row) => boolean {
  const tests = where.map((text) => conditionOf(text, shape))
  return (row) => tests.every((test) => test(row))
}

function conditionOf(text: string, shape: Shape): (row: Row) => boolean {
  const { field = '', operator = '', value = '' } = CONDITION.exec(text)?.groups ?? {}
  if (operator === '')
    throw new ConnectorError(
      'invalid-argument',
      'read options',
      `--where: ${JSON.stringify(text)} is no condition; write field=value, or with != ~= < <= > >=`,
    )
  const name = fieldNamed(shape, field.trim(), 'where')
  const wanted = value.trim().toLowerCase()
  const holds = (cell: Cell): boolean => compare(cell, operator, wanted)
  return (row) => {
    const cell = fieldOf(row, name)
    if (cell === null || !isCells(cell) || cell.length === 0) return holds(cell !== null && isCells(cell) ? null : cell)
    return operator === '!=' ? cell.every(holds) : cell.some(holds)
  }
}

/** Case plays no part. What nobody knows is equal to the empty text, and neither greater nor smaller than anything. */
function compare(cell: Cell, operator: string, wanted: string): boolean {
  const text = cellText(cell).toLowerCase()
  switch (operator) {
    case '=':
      return text === wanted
    case '!=':
      return text !== wanted
    case '~=':
      return text.includes(wanted)
    default: {
      if (text === '') return false
      const order = typeof cell === 'number' ? cell - Number(wanted) : text < wanted ? -1 : text > wanted ? 1 : 0
      return operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0
    }
  }
}

/** The order that was asked for; `undefined` for that of the rows themselves. Errors: `invalid-argument` for an unknown field. */
export function orderOf(sort: readonly string[], shape: Shape): ((a: Row, b: Row) => number) | undefined {
  const keys = sort.map((text) => ({
    field: fieldNamed(shape, text.replace(/^[-+]/, ''), 'sort'),
    sign: text.startsWith('-') ? -1 : 1,
  }))
  if (keys.length === 0) return undefined
  return (a, b) => {
    for (const { field, sign } of keys) {
      const order = byCell(fieldOf(a, field), fieldOf(b, field), sign)
      if (order !== 0) return order
    }
    return 0
  }
}

const compareWords = wordOrder('base')

/** What nobody knows comes last, whichever way. */
function byCell(a: Cell, b: Cell, sign: number): number {
  const [first, second] = [cellText(a), cellText(b)]
  if (first === '' || second === '') return first === second ? 0 : first === '' ? 1 : -1
  return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : compareWords(first, second))
}

/** Passes on the rows that were asked for, in the order that was asked for. */
export interface RowChooser {
  /** Gives false once no further row is wanted. */
  take(row: Row): boolean
  /** To be called once, behind the last row. Gives how many rows were passed on, and whether others fitted as well. */
  end(): { readonly shown: number; readonly more: boolean }
}

/** Errors: `invalid-argument` for a condition or a column that there is not. */
export function chooseRows(writer: RowWriter, choice: Choice, shape: Shape): RowChooser {
  const test = testOf(choice.where, shape)
  const order = orderOf(choice.sort, shape)
  const most = choice.limit ?? Infinity
  const kept: Row[] = []
  let shown = 0
  let more = false
  const give = (row: Row): boolean => {
    if (shown === most) {
      more = true
      return false
    }
    writer.write(row)
    shown++
    return true
  }
  return {
    take(row) {
      if (!test(row)) return true
      if (!order) return give(row)
      kept.push(row)
      return true
    },
    end() {
      if (order) for (const row of kept.sort(order)) if (!give(row)) break
      writer.end()
      return { shown, more }
    },
  }
}
