import { RestBuffer } from '../rest-buffer.ts'
import { badLine, notUtf8 } from '../text-file.ts'

const LF = 0x0a
const CR = 0x0d
const QUOTE = 0x22

/** Longest record in bytes. Beyond it a quote was opened by mistake, and where the next record begins cannot be known. */
const MOST_RECORD = 1024 * 1024

/** A record of a csv file and the line it begins on, from 1. `problem` says why it cannot be used; there are no cells then. */
export interface CsvRecord {
  readonly line: number
  readonly cells: readonly string[]
  readonly problem?: string
}

/** Where the next record begins; or that this one needs more bytes. */
const INCOMPLETE = -1

const UNCLOSED = 'a quote is opened and not closed; what follows was not read'

/**
 * Cuts the bytes of a csv file into records as RFC 4180 writes them, chunk by chunk.
 *
 * Shape: line breaks are LF, CRLF or CR. Cells are text, without the white space around them. A record whose cells are all empty is left out:
 * spreadsheets write such rows. A record that breaks the rules of quotes is a problem, and the reading goes on in the next line.
 * Errors: `invalid-argument` for bytes that are not UTF-8.
 * Why: by hand, see docs/decisions/0002-runtime-dependencies.md.
 */
export class CsvReader {
  readonly #name: string
  readonly #choose: (line: string) => string
  #separator: number | undefined
  readonly #rest = new RestBuffer()
  #line = 1
  /** Whether the reading stopped for good. */
  #lost = false

  /** `name` is for sentences; `separatorOf` chooses the separator by the first line that is not empty. */
  constructor(name: string, separatorOf: (line: string) => string) {
    this.#name = name
    this.#choose = separatorOf
  }

  /** The records that end in this chunk. */
  feed(chunk: Buffer): readonly CsvRecord[] {
    return this.#records(this.#rest.with(chunk), false)
  }

  /** The last record, where no line break ends it. */
  end(): readonly CsvRecord[] {
    return this.#records(this.#rest.bytes(), true)
  }

  #records(bytes: Buffer, final: boolean): readonly CsvRecord[] {
    if (this.#lost) return []
    const records: CsvRecord[] = []
    const firstLine = this.#line
    this.#separator ??= this.#chosen(bytes, final)
    let at = 0
    while (at < bytes.length && this.#separator !== undefined) {
      const next = this.#record(bytes, at, final, this.#separator, records)
      if (next === INCOMPLETE) break
      at = next
    }
    const bad = badLine(bytes.subarray(0, at), firstLine)
    if (bad !== undefined) throw notUtf8(this.#name, bad)
    this.#rest.keep(bytes.subarray(at))
    if (this.#rest.length > MOST_RECORD) {
      this.#lost = true
      records.push(problemAt(this.#line, 'the row is longer than 1 MiB; it and what follows were not read'))
    }
    return records
  }

  #chosen(bytes: Buffer, final: boolean): number | undefined {
    const [, line, end] = /^\s*([^\r\n]*)([\r\n]?)/.exec(bytes.toString('latin1')) ?? []
    return line !== undefined && (end !== '' || final) ? this.#choose(line).charCodeAt(0) : undefined
  }

  /** Reads one record from `start` on. */
  #record(bytes: Buffer, start: number, final: boolean, separator: number, records: CsvRecord[]): number {
    const { length } = bytes
    const cells: string[] = []
    let breaks = 0
    let filled = false
    for (let at = start; ; at++) {
      let end = at
      if (bytes[at] === QUOTE) {
        end = closingQuote(bytes, at)
        if (end === INCOMPLETE && final) return this.#giveUp(records, length)
        if (end === INCOMPLETE || (end + 1 === length && !final)) return INCOMPLETE
        const cell = bytes.toString('utf8', at + 1, end)
        breaks += lineBreaks(cell)
        cells.push((cell.includes('"') ? cell.replaceAll('""', '"') : cell).trim())
        end++
      } else {
        end = plainEnd(bytes, at, separator)
        if (end === length && !final) return INCOMPLETE
        cells.push(trimmed(bytes.toString('utf8', at, end)))
      }
      filled ||= cells.at(-1) !== ''
      const byte = bytes[end]
      if (byte === separator) {
        at = end
        continue
      }
      if (byte === CR && end + 1 === length && !final) return INCOMPLETE
      const wrong = byte !== LF && byte !== CR && end < length
      if (wrong) return this.#skip(bytes, end, final, records, bytes[at] === QUOTE, breaks)
      if (filled) records.push({ line: this.#line, cells })
      this.#line += breaks + 1
      return byte === CR && bytes[end + 1] === LF ? end + 2 : end + 1
    }
  }

  /** Passes over a record whose quotes are wrong, to the end of the line in which that shows. */
  #skip(bytes: Buffer, from: number, final: boolean, records: CsvRecord[], quoted: boolean, breaks: number): number {
    let end = from
    while (end < bytes.length && bytes[end] !== LF && bytes[end] !== CR) end++
    if (!final && end + 1 >= bytes.length) return INCOMPLETE
    const text = quoted
      ? 'there is text after the closing quote of a cell'
      : 'there is a quote inside a cell that does not begin with one'
    records.push(problemAt(this.#line, text))
    this.#line += breaks + 1
    return bytes[end] === CR && bytes[end + 1] === LF ? end + 2 : end + 1
  }

  #giveUp(records: CsvRecord[], end: number): number {
    this.#lost = true
    records.push(problemAt(this.#line, UNCLOSED))
    return end
  }
}

const problemAt = (line: number, problem: string): CsvRecord => ({ line, cells: [], problem })

/** Index of the first separator, line break or quote from `at` on, or the length. */
function plainEnd(bytes: Buffer, at: number, separator: number): number {
  const { length } = bytes
  let end = at
  for (; end < length; end++) {
    const byte = bytes[end]
    if (byte === separator || byte === LF || byte === CR || byte === QUOTE) break
  }
  return end
}

/** Index of the quote that closes the one at `at`. */
function closingQuote(bytes: Buffer, at: number): number {
  for (let end = bytes.indexOf(QUOTE, at + 1); end >= 0; end = bytes.indexOf(QUOTE, end + 2))
    if (bytes[end + 1] !== QUOTE) return end
  return INCOMPLETE
}

/** Most cells have no white space around them, and looking is cheaper than trimming. */
function trimmed(text: string): string {
  const first = text.charCodeAt(0)
  const last = text.charCodeAt(text.length - 1)
  return first <= SPACE || last <= SPACE || first > ASCII || last > ASCII ? text.trim() : text
}

const SPACE = 0x20
const ASCII = 0x7f

const lineBreaks = (text: string): number => (text.match(/\r\n|\r|\n/g) ?? []).length
