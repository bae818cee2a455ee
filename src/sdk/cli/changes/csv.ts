import { CsvError, parse } from 'csv-parse/sync'

/** A record of a CSV text and the line it begins on, from 1. */
export interface CsvRecord {
  readonly line: number
  readonly cells: readonly string[]
}

export interface CsvText {
  readonly records: readonly CsvRecord[]
  /** The first violation of RFC 4180, with its line; the records before it are read. */
  readonly problem?: { readonly line: number; readonly text: string }
}

/** What separates cells, the usual one first. */
const SEPARATORS = [',', ';', '\t', '|']

/** Characters; names and addresses are far shorter. */
const MOST_CELL = 10_000

const PROBLEMS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and not closed',
  CSV_INVALID_CLOSING_QUOTE: 'text after the closing quote of a cell',
  INVALID_OPENING_QUOTE: 'a quote inside a cell that does not begin with one',
}

/**
 * Reads separated values as RFC 4180 writes them, with the separator that the first record shows.
 *
 * Shape: line breaks are LF, CRLF or CR; a byte order mark at the start and empty lines are no records. A first line `sep=;`, as spreadsheets
 * write it, names the separator and is no record either.
 */
export function readCsv(text: string): CsvText {
  const hint = /^\uFEFF?sep=([^\r\n])(?:\r\n|\r|\n)/i.exec(text)
  const source = hint ? text.slice(hint[0].length) : text
  const records: CsvRecord[] = []
  // Counted here: the parser takes a CRLF inside quotes for two lines.
  let line = hint ? 2 : 1
  try {
    parse(source, {
      bom: true,
      delimiter: hint?.[1] ?? separatorOf(source),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      on_record(cells: readonly string[]) {
        if (cells.length > 1 || cells[0] !== '') records.push({ line, cells })
        line += cells.join('').split(LINE_BREAK).length
        return null
      },
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { records, problem: { line, text: PROBLEMS[error.code] ?? error.code } }
  }
  const long = records.find(({ cells }) => cells.some((cell) => cell.length > MOST_CELL))
  return long ? { records, problem: { line: long.line, text: 'a cell is too long' } } : { records }
}

const LINE_BREAK = /\r\n|\r|\n/

/** The one that stands most often in the first record, outside quotes. */
function separatorOf(text: string): string {
  const start = text.replace(/^[\uFEFF\r\n]+/, '').slice(0, MOST_CELL)
  const bare = (/^(?:"[^"]*"|[^"\r\n])*/.exec(start)?.[0] ?? '').replaceAll(/"[^"]*"/g, '')
  const times = (separator: string): number => bare.split(separator).length
  return SEPARATORS.reduce((best, separator) => (times(separator) > times(best) ? separator : best))
}
