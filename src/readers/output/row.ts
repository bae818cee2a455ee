/** What may stand in a field of a row. Times are texts in UTC; what nobody knows is `null`. */
export type Cell = string | number | boolean | null | readonly Cell[] | CellMap
export interface CellMap {
  readonly [name: string]: Cell
}

/** One line of an answer: its fields by name, in the order in which they are shown. */
export type Row = CellMap

/** A time as every output shows it. */
export const timeCell = (time: Date | undefined): string | null => time?.toISOString() ?? null

/** A text as rows hold it: `null` where nobody knows it. */
export const textCell = (text: string): string | null => (text === '' ? null : text)

/** A field in one line of text. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return ''
  if (isCells(cell)) return cell.map(cellText).join('; ')
  if (typeof cell === 'object')
    return Object.entries(cell)
      .map(([key, value]) => (value === '' || value === null ? key : `${key}=${cellText(value)}`))
      .join('; ')
  return String(cell)
}

export const isCells = (cell: Cell): cell is readonly Cell[] => Array.isArray(cell)
