import type { SourceObject } from '../../source.ts'
import { quoted } from '../quoted.ts'
import type { CsvRecord } from './csv-reader.ts'
import type { Columns, Header } from './table.ts'

const TRUTH: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
])

/** The object of a row, or why there is none. */
export type RowObject = { readonly object: SourceObject } | { readonly problem: string }

/**
 * Makes objects of the rows of a table whose key is `externalId`.
 *
 * Shape: attributes have the names of the columns, all of them text but `active`; an empty cell gives no attribute.
 */
export function rowObjects(header: Header, { needed, known }: Columns): (row: CsvRecord) => RowObject {
  const key = header.at('externalId')
  const active = header.at('active')
  const columns = [...needed, ...known]
    .map((name) => ({ name, at: header.at(name) }))
    .concat(header.others)
    .filter(({ at }) => at >= 0 && at !== active)
  return ({ cells, problem }) => {
    if (problem !== undefined) return { problem }
    const id = cells[key] ?? ''
    if (id === '') return { problem: 'externalId is empty' }
    const attributes = Object.fromEntries(
      columns.flatMap(({ name, at }) => (cells[at] === undefined || cells[at] === '' ? [] : [[name, cells[at]]])),
    )
    const cell = cells[active]
    if (cell === undefined) return { object: { id, attributes } }
    const enabled = TRUTH.get(cell.toLowerCase())
    if (enabled === undefined) return { problem: `active is ${quoted(cell)}; write true or false` }
    return { object: { id, attributes: { ...attributes, active: enabled }, enabled } }
  }
}
