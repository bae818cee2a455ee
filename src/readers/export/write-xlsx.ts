import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { fieldOf } from '../output/columns.ts'
import type { Row } from '../output/row.ts'
import { formInBytes, inBytes, type RowForm } from '../rows/row-form.ts'
import {
  MOST_SHEET_ROWS,
  SHARED_TEXTS,
  SHEET_END,
  type SheetColumns,
  sheetForm,
  SharedTexts,
  sheetStart,
  workbookFiles,
} from './sheet-xml.ts'

/** Text that is handed to the packer at once. */
const PIECE_CHARS = 1 << 17

/** Level 1 takes a third of the time of the usual one, for a file that is a quarter larger. Source: measurement. */
const COMPRESSION = { compress: true, compressionLevel: 1 }

/** How a workbook is made. */
export interface WorkbookOptions extends SheetColumns {
  readonly columns: readonly string[]
  /** Most rows of a sheet, its head among them; more begin another sheet. @default what spreadsheets allow */
  readonly sheetRows?: number
}

/** Rows as texts of a form, some at a time. The form is in letters that are one byte each. */
export type RowTexts = (form: RowForm) => AsyncIterable<readonly string[]> | Iterable<readonly string[]>

/** Writes rows into a workbook at `path`, as `writeSheets`. */
export const writeXlsx = (
  path: string,
  rows: AsyncIterable<readonly Row[]>,
  options: WorkbookOptions,
): Promise<number> => writeSheets(path, (form) => textsOf(rows, options.columns, form), options)

async function* textsOf(
  batches: AsyncIterable<readonly Row[]>,
  columns: readonly string[],
  form: RowForm,
): AsyncGenerator<readonly string[]> {
  for await (const rows of batches)
    yield rows.map(
      (row) => form.start + columns.map((name) => form.value(fieldOf(row, name), name)).join('') + form.end,
    )
}

/**
 * Writes texts of rows, with all of `columns` in order, into a workbook at `path`, sheet after sheet, and gives how many there were.
 *
 * Errors: what reading rows throws; as the file system says.
 * Why: rows are asked for as the packer has room, so that a million of them take no more memory than a hundred; what they repeat is kept once.
 */
export async function writeSheets(path: string, rows: RowTexts, options: WorkbookOptions): Promise<number> {
  const zip = new ZipFile()
  const written = pipeline(zip.outputStream, createWriteStream(path, { flags: 'wx', mode: 0o644 }))
  // Told by `await` below; a failure of the rows comes first and is the cause of this one.
  written.catch(() => {})
  const add = async (name: string, text: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> => {
    const pieces = Readable.from(text, { objectMode: false })
    const ended = finished(pieces, { writable: false })
    zip.addReadStream(pieces, name, COMPRESSION)
    await Promise.race([ended, failureOf(written)])
  }
  const shared = new SharedTexts()
  const sheets = new Sheets(rows(formInBytes(sheetForm(shared, options))), options)
  do await add(`xl/worksheets/sheet${sheets.count + 1}.xml`, sheets.next())
  while (!sheets.isDone)
  await add(SHARED_TEXTS, inPieces(shared.xml()))
  for (const [name, text] of workbookFiles(sheets.count)) zip.addBuffer(Buffer.from(text), name, COMPRESSION)
  zip.end()
  await written
  return sheets.rows
}

/** Rejects if `work` fails, and otherwise never settles. */
const failureOf = (work: Promise<unknown>): Promise<never> => work.then(() => new Promise<never>(() => {}))

function* inPieces(texts: Iterable<string>): Generator<Buffer> {
  let piece = ''
  for (const text of texts) {
    piece += text
    if (piece.length < PIECE_CHARS) continue
    yield Buffer.from(piece)
    piece = ''
  }
  yield Buffer.from(piece)
}

/** Rows on their way into sheets. */
class Sheets {
  count = 0
  rows = 0
  isDone = false
  readonly #batches: AsyncIterator<readonly string[]> | Iterator<readonly string[]>
  readonly #columns: readonly string[]
  readonly #most: number
  #batch: readonly string[] = []
  #at = 0

  constructor(
    rows: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
    { columns, sheetRows = MOST_SHEET_ROWS }: WorkbookOptions,
  ) {
    this.#batches = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]()
    this.#columns = columns
    this.#most = sheetRows - 1
  }

  /** The text of the next sheet. */
  next(): AsyncIterable<Buffer> {
    this.count++
    return this.#pieces()
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    let piece = inBytes(sheetStart(this.#columns))
    let left = this.#most
    // Why not a promise for each row: a million of them.
    while (this.#at < this.#batch.length || (await this.#fill())) {
      const xml = this.#batch[this.#at]
      if (left === 0 || xml === undefined) break
      piece += xml
      left--
      this.#at++
      this.rows++
      if (piece.length < PIECE_CHARS) continue
      yield Buffer.from(piece, 'latin1')
      piece = ''
    }
    yield Buffer.from(piece + SHEET_END, 'latin1')
  }

  /** Asks for rows. Gives whether there are any. */
  async #fill(): Promise<boolean> {
    while (!this.isDone && this.#at === this.#batch.length) {
      const next = this.#batches.next()
      const { done, value } = next instanceof Promise ? await next : next
      this.isDone = done === true
      this.#batch = done === true ? [] : value
      this.#at = 0
    }
    return !this.isDone
  }
}
