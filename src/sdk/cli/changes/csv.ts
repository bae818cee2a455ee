/** A record of a CSV text and the line it begins on, from 1. */
export interface CsvRecord {
  readonly line: number
  readonly cells: readonly string[]
}

export interface CsvText {
  readonly records: readonly CsvRecord[]
  /** What stands against RFC 4180, with its line; the records before it are read. */
  readonly problem?: { readonly line: number; readonly text: string }
}

/**
 * Reads comma-separated values as RFC 4180 writes them: quotes around cells with commas, quotes or line breaks, quotes inside doubled.
 *
 * Shape: line breaks are LF or CRLF; a byte order mark at the start and empty lines are no records.
 */
export function readCsv(source: string): CsvText {
  const text = source.replace(/^\uFEFF/, '')
  const records: CsvRecord[] = []
  let at = 0
  let line = 1
  while (at < text.length) {
    const start = line
    const cells: string[] = []
    for (;;) {
      const cell = text[at] === '"' ? quoted(text, at) : plain(text, at)
      if ('problem' in cell) return { records, problem: { line: start, text: cell.problem } }
      cells.push(cell.value)
      line += cell.value.split('\n').length - 1
      at = cell.end
      if (text[at] !== ',') break
      at++
    }
    if (cells.length > 1 || cells[0] !== '') records.push({ line: start, cells })
    at += text.startsWith('\r\n', at) ? 2 : 1
    line++
  }
  return { records }
}

type Cell = { readonly value: string; readonly end: number } | { readonly problem: string }

function plain(text: string, from: number): Cell {
  const end = from + (/^[^,\r\n]*(?:\r(?!\n)[^,\r\n]*)*/.exec(text.slice(from, from + MOST_CELL))?.[0].length ?? 0)
  const value = text.slice(from, end)
  if (value.includes('"')) return { problem: 'a quote inside a cell that does not begin with one' }
  return value.length < MOST_CELL ? { value, end } : { problem: 'a cell is too long' }
}

function quoted(text: string, from: number): Cell {
  let value = ''
  for (let at = from + 1; ;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return { problem: 'a quote is opened and not closed' }
    value += text.slice(at, quote)
    at = quote + 1
    if (text[at] === '"') {
      value += '"'
      at++
    } else if (at >= text.length || text[at] === ',' || /^\r?\n/.test(text.slice(at, at + 2))) return { value, end: at }
    else return { problem: 'text after the closing quote of a cell' }
  }
}

/** Characters; names and addresses are far shorter. */
const MOST_CELL = 10_000
