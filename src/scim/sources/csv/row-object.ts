import type { SourceObject } from '../../source.ts'
import { enabledOf } from '../truth.ts'
import type { CsvRecord } from './csv-reader.ts'
import type { Columns, Header } from './table.ts'

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
    const enabled = enabledOf(cell)
    if (typeof enabled === 'string') return { problem: enabled }
    return { object: { id, attributes: { ...attributes, active: enabled }, enabled } }
  }
}
