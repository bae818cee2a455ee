import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { fieldOf } from '../output/columns.ts'
import type { Row } from '../output/row.ts'
import { MOST_SHEET_ROWS, rowXml, SHEET_END, sheetStart, workbookFiles } from './sheet-xml.ts'

/** Text that is handed to the packer at once. */
const PIECE_CHARS = 1 << 17

/** Level 1 takes a third of the time of the usual one, for a file that is a quarter larger. Source: measurement. */
const COMPRESSION = { compress: true, compressionLevel: 1 }

/** How a workbook is made. */
export interface WorkbookOptions {
  readonly columns: readonly string[]
  /** Columns that hold times. */
  readonly times: ReadonlySet<string>
  /** Most rows of a sheet, its head among them; more begin another sheet. @default what spreadsheets allow */
  readonly sheetRows?: number
}

/**
 * Writes rows into a workbook at `path`, sheet after sheet, and gives how many there were.
 *
 * Errors: what reading rows throws; as the file system says.
 * Why: rows are asked for as the packer has room, so that a million of them take no more memory than a hundred.
 */
export async function writeXlsx(
  path: string,
  rows: AsyncIterable<readonly Row[]>,
  options: WorkbookOptions,
): Promise<number> {
  const zip = new ZipFile()
  const written = pipeline(zip.outputStream, createWriteStream(path, { flags: 'wx', mode: 0o644 }))
  // Told by `await` below; a failure of the rows comes first and is the cause of this one.
  written.catch(() => {})
  const sheets = new Sheets(rows, options)
  do {
    const pieces = Readable.from(sheets.next(), { objectMode: false })
    const ended = finished(pieces, { writable: false })
    zip.addReadStream(pieces, `xl/worksheets/sheet${sheets.count}.xml`, COMPRESSION)
    await Promise.race([ended, failureOf(written)])
  } while (!sheets.isDone)
  for (const [name, text] of workbookFiles(sheets.count)) zip.addBuffer(Buffer.from(text), name, COMPRESSION)
  zip.end()
  await written
  return sheets.rows
}

/** Rejects if `work` fails, and otherwise never settles. */
const failureOf = (work: Promise<unknown>): Promise<never> => work.then(() => new Promise<never>(() => {}))

/** Rows on their way into sheets. */
class Sheets {
  count = 0
  rows = 0
  isDone = false
  readonly #batches: AsyncIterator<readonly Row[]>
  readonly #columns: readonly string[]
  readonly #isTime: readonly boolean[]
  readonly #most: number
  #batch: readonly Row[] = []
  #at = 0

  constructor(rows: AsyncIterable<readonly Row[]>, { columns, times, sheetRows = MOST_SHEET_ROWS }: WorkbookOptions) {
    this.#batches = rows[Symbol.asyncIterator]()
    this.#columns = columns
    this.#isTime = columns.map((name) => times.has(name))
    this.#most = sheetRows - 1
  }

  /** The text of the next sheet. */
  next(): AsyncIterable<Buffer> {
    this.count++
    return this.#pieces()
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    let piece: string[] = [sheetStart(this.#columns)]
    let letters = 0
    let left = this.#most
    // Why not a promise for each row: a million of them.
    while (this.#at < this.#batch.length || (await this.#fill())) {
      const row = this.#batch[this.#at]
      if (left === 0 || row === undefined) break
      const xml = this.#xmlOf(row)
      piece.push(xml)
      letters += xml.length
      left--
      this.#at++
      this.rows++
      if (letters < PIECE_CHARS) continue
      yield Buffer.from(piece.join(''))
      piece = []
      letters = 0
    }
    piece.push(SHEET_END)
    yield Buffer.from(piece.join(''))
  }

  #xmlOf(row: Row): string {
    return rowXml(
      this.#columns.map((name) => fieldOf(row, name)),
      this.#isTime,
    )
  }

  /** Asks for rows. Gives whether there are any. */
  async #fill(): Promise<boolean> {
    while (!this.isDone && this.#at === this.#batch.length) {
      const { done, value } = await this.#batches.next()
      this.isDone = done === true
      this.#batch = value ?? []
      this.#at = 0
    }
    return !this.isDone
  }
}
