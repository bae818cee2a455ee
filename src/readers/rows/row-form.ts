import { csvField } from '../output/csv-line.ts'
import { type Cell, cellText, type Row } from '../output/row.ts'

/** How rows are written as text, field by field, so that parts of them can be kept and used again. */
export interface RowForm {
  readonly start: string
  readonly end: string
  /** What stands before the field that is `at` its place, counted from 0. */
  lead(at: number, name: string): string
  value(cell: Cell, name: string): string
  /** What is written before and behind a text. */
  readonly open: string
  readonly close: string
  /** A part of a text between these, first or last; `undefined` where it cannot be told without the rest. */
  part(text: string): string | undefined
}

/** As `csvLine` writes rows. */
export const CSV_FORM: RowForm = {
  ...{ start: '', end: '\r\n', open: '', close: '' },
  lead: (at) => (at === 0 ? '' : ','),
  value: (cell) => csvField(cellText(cell)),
  part: (text) => (csvField(text) === text ? text : undefined),
}

/** As `JSON.stringify` writes rows, each on a line. */
export const NDJSON_FORM: RowForm = {
  ...{ start: '{', end: '}\n', open: '"', close: '"' },
  lead: (at, name) => `${at === 0 ? '' : ','}${JSON.stringify(name)}:`,
  value: (cell) => JSON.stringify(cell),
  part: (text) => JSON.stringify(text).slice(1, -1),
}

/** A text in UTF-8, a letter for each byte, as `Buffer` calls it: `latin1`. */
export const inBytes = (text: string): string => (ASCII.test(text) ? text : Buffer.from(text).toString('latin1'))

// oxlint-disable-next-line no-control-regex -- ASCII has control characters
const ASCII = /^[\u0000-\u007f]*$/

/**
 * The same form in letters that are one byte each.
 *
 * Why: a row with one letter such as `→` takes two bytes for each of its letters in memory, and all of them are encoded again when it is written.
 */
export function formInBytes(form: RowForm): RowForm {
  return {
    ...{ start: inBytes(form.start), end: inBytes(form.end), open: inBytes(form.open), close: inBytes(form.close) },
    lead: (at, name) => inBytes(form.lead(at, name)),
    value: (cell, name) => inBytes(form.value(cell, name)),
    part(text) {
      const part = form.part(text)
      return part === undefined ? undefined : inBytes(part)
    },
  }
}

/** Fields of a row, of which the first is `from` the place. */
export function fieldTexts(row: Row, names: readonly string[], from: number, form: RowForm): string {
  let text = ''
  for (const [i, name] of names.entries()) text += form.lead(from + i, name) + form.value(row[name] ?? null, name)
  return text
}

/** A whole row. */
export const textOf = (row: Row, names: readonly string[], form: RowForm): string =>
  form.start + fieldTexts(row, names, 0, form) + form.end
