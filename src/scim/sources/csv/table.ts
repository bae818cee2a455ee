import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { quoted } from '../quoted.ts'
import type { TextFile } from '../text-file.ts'
import { CsvReader, type CsvRecord } from './csv-reader.ts'

const SEPARATORS = [',', ';', '\t'] as const

/** Columns of a table: `needed` must be there, `known` may. */
export interface Columns {
  readonly needed: readonly string[]
  readonly known: readonly string[]
}

export interface Header {
  readonly width: number
  /** Index of a needed or known column, which the file may write in any case; -1 where it is not there. */
  at(column: string): number
  /** The columns that are neither needed nor known, in the order of the file. */
  readonly others: readonly { readonly name: string; readonly at: number }[]
}

export interface TableRows {
  readonly header: Header
  /** Rows with as many cells as the header has, and problems. */
  readonly rows: readonly CsvRecord[]
}

/**
 * Reads a csv file with a header, chunk by chunk. The separator is a comma, a semicolon or a tab, as the header shows.
 *
 * Errors: `invalid-argument` for a file without rows, without a needed column, or with a column that comes twice; else as `TextFile.chunks`.
 */
export async function* tableRows(file: TextFile, columns: Columns, signal: AbortSignal): AsyncGenerator<TableRows> {
  const reader = new CsvReader(file.name, (line) => separatorOf(line, columns))
  let header: Header | undefined
  let some = false
  const take = (records: readonly CsvRecord[]): readonly TableRows[] => {
    const [first] = records
    if (first === undefined) return []
    const rows = header === undefined ? records.slice(1) : records
    header ??= headerOf(first, columns, file.name)
    const { width } = header
    some ||= rows.length > 0
    return [{ header, rows: rows.map((row) => checkedWidth(row, width)) }]
  }
  for await (const chunk of file.chunks(signal)) yield* take(reader.feed(chunk))
  yield* take(reader.end())
  if (!some)
    throw refused(
      file.name,
      `the file ${header === undefined ? 'is empty' : 'has a header and no rows'}; a source without entries is taken for a mistake`,
    )
}

/** The separator that shows most of the known columns; of several the one that makes most cells. */
function separatorOf(line: string, { needed, known }: Columns): string {
  const wanted = new Set([...needed, ...known].map(folded))
  const score = (separator: string): number => {
    const cells = line.split(separator).map((cell) => folded(cell.replaceAll('"', '')))
    return cells.filter((cell) => wanted.has(cell)).length * 1000 + Math.min(cells.length, 999)
  }
  return SEPARATORS.reduce((best, separator) => (score(separator) > score(best) ? separator : best))
}

function headerOf({ line, cells, problem }: CsvRecord, { needed, known }: Columns, file: string): Header {
  if (problem !== undefined) throw refused(file, `the header in line ${line} cannot be read: ${problem}`)
  const names = cells.map(folded)
  const missing = needed.filter((column) => !names.includes(folded(column)))
  if (missing.length > 0)
    throw refused(
      file,
      `the header has no column ${missing.join(' and no column ')}; it has ${quoted(cells.join(', '))}`,
    )
  for (const [at, name] of names.entries()) {
    if (name === '') throw refused(file, `column ${at + 1} of the header has no name; name it or take it out`)
    if (names.indexOf(name) < at) throw refused(file, `the header has the column ${quoted(name)} twice; take one out`)
  }
  const taken = new Set([...needed, ...known].map(folded))
  return {
    width: cells.length,
    at: (column) => names.indexOf(folded(column)),
    others: cells.flatMap((name, at) => (taken.has(folded(name)) ? [] : [{ name, at }])),
  }
}

function checkedWidth(row: CsvRecord, width: number): CsvRecord {
  const { length } = row.cells
  if (length === width || row.problem !== undefined) return row
  return { line: row.line, cells: [], problem: `the row has ${cellCount(length)} and the header ${width}` }
}

const cellCount = (count: number): string => (count === 1 ? 'one cell' : `${count} cells`)

const folded = (name: string): string => name.trim().toLowerCase()

const refused = (file: string, detail: string): ConnectorError =>
  new ConnectorError('invalid-argument', `read ${file}`, detail)
