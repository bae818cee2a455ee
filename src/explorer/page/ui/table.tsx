import type { ComponentChildren } from 'preact'
import { number } from './text.tsx'
import { Empty } from './states.tsx'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => ComponentChildren
  readonly class?: string
}

export interface TableProps<Row> {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly empty: ComponentChildren
}

/** Rows as they came. Wide tables scroll in themselves, also by keyboard. */
export function Table<Row>({ caption, columns, rows, empty }: TableProps<Row>) {
  if (rows.length === 0) return <Empty>{empty}</Empty>
  return (
    <div class="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title }) => (
              <th scope="col" key={title}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {columns.map(({ title, cell, class: name }) => (
                <td key={title} class={name} data-title={title}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export interface Paging {
  readonly offset: number
  readonly total: number
  readonly limit: number
  readonly onOffset: (offset: number) => void
}

/** Which part of the rows is shown, and the way to the others. */
export function Pager({ offset, total, limit, onOffset }: Paging) {
  if (total <= limit) return null
  const last = Math.min(offset + limit, total)
  return (
    <nav class="pager" aria-label="Pages of the table">
      <button type="button" disabled={offset === 0} onClick={() => onOffset(Math.max(0, offset - limit))}>
        Previous
      </button>
      <span role="status">
        {number(offset + 1)}–{number(last)} of {number(total)}
      </span>
      <button type="button" disabled={last >= total} onClick={() => onOffset(offset + limit)}>
        Next
      </button>
    </nav>
  )
}
