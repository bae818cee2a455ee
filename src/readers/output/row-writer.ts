import { styleText } from 'node:util'
import type { CommandOutput } from '../../sdk/cli/command.ts'
import { inPieces, type Pieces } from '../../sdk/cli/output/in-pieces.ts'
import { printable } from '../../sdk/text/printable.ts'
import { fieldNamed, fieldOf, flatFields, pickFields, type Shape } from './columns.ts'
import { csvField, csvLine } from './csv-line.ts'
import { cellText, type Row } from './row.ts'
import { padded, textWidth } from './text-width.ts'

export type Form = 'table' | 'wide' | 'json' | 'ndjson' | 'csv'

/** How rows are to be written. */
export interface Listing {
  readonly form: Form
  readonly shape: Shape
  /** Columns that were asked for; empty for those that the form shows by itself. */
  readonly columns: readonly string[]
  /** Whether the head of a table is shown bold, as `hasColor` says. @default false */
  readonly isColored?: boolean
}

/** Whether an output shows colours: on a terminal, unless `NO_COLOR` or a terminal without them says otherwise. */
export const hasColor = ({ isTTY }: CommandOutput, env: NodeJS.ProcessEnv): boolean =>
  isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'

/** Takes rows one by one. */
export interface RowWriter {
  write(row: Row): void
  /** Writes what is left. To be called once, behind the last row. */
  end(): void
}

/** Rows that decide how wide the columns of a table are; those behind them pass as they come. */
const MEASURED = 10_000

/** Writes rows in the form that was asked for. Errors: `invalid-argument` for an unknown column. */
export function rowWriter(output: CommandOutput, listing: Listing): RowWriter {
  const { form, shape } = listing
  const names = listing.columns.map((name) => fieldNamed(shape, name, 'columns'))
  const pieces = inPieces(output)
  switch (form) {
    case 'json':
      return jsonWriter(pieces, picker(names))
    case 'ndjson':
      return ndjsonWriter(pieces, picker(names))
    case 'csv':
      return csvWriter(pieces, names.length > 0 ? names : flatFields(shape))
    case 'table':
      return tableWriter(pieces, names.length > 0 ? names : shape.narrow, listing.isColored === true)
    case 'wide':
      return tableWriter(pieces, names.length > 0 ? names : flatFields(shape), listing.isColored === true)
  }
}

const picker =
  (names: readonly string[]) =>
  (row: Row): Row =>
    pickFields(row, names)

const ndjsonWriter = (pieces: Pieces, pick: (row: Row) => Row): RowWriter => ({
  write: (row) => pieces.write(`${JSON.stringify(pick(row))}\n`),
  end: () => pieces.end(),
})

function jsonWriter(pieces: Pieces, pick: (row: Row) => Row): RowWriter {
  let before = '[\n'
  return {
    write(row) {
      pieces.write(`${before}  ${JSON.stringify(pick(row))}`)
      before = ',\n'
    },
    end() {
      pieces.write(before === '[\n' ? '[]\n' : '\n]\n')
      pieces.end()
    },
  }
}

function csvWriter(pieces: Pieces, names: readonly string[]): RowWriter {
  pieces.write(csvLine(names))
  return {
    write(row) {
      let line = ''
      for (const name of names) {
        const cell = fieldOf(row, name)
        line += `${line === '' && name === names[0] ? '' : ','}${csvField(typeof cell === 'string' ? cell : cellText(cell))}`
      }
      pieces.write(`${line}\r\n`)
    },
    end: () => pieces.end(),
  }
}

function tableWriter(pieces: Pieces, names: readonly string[], isColored: boolean): RowWriter {
  const head = names.map(headOf)
  let measured: (readonly string[])[] = []
  let widths: readonly number[] | undefined
  const begin = (): void => {
    const found = head.map((text, i) =>
      measured.reduce((width, cells) => Math.max(width, textWidth(cells[i] ?? '')), textWidth(text)),
    )
    const line = tableLine(head, found)
    pieces.write(isColored ? `${styleText('bold', line.trimEnd(), { validateStream: false })}\n` : line)
    for (const cells of measured) pieces.write(tableLine(cells, found))
    widths = found
    measured = []
  }
  return {
    write(row) {
      const cells = names.map((name) => printable(cellText(fieldOf(row, name))))
      if (widths) pieces.write(tableLine(cells, widths))
      else if (measured.push(cells) === MEASURED) begin()
    },
    end() {
      if (measured.length > 0) begin()
      pieces.end()
    },
  }
}

const tableLine = (cells: readonly string[], widths: readonly number[]): string =>
  `${cells
    .map((cell, i) => (i === cells.length - 1 ? cell : padded(cell, widths[i] ?? 0)))
    .join('  ')
    .trimEnd()}\n`

/** `lastLoginAt` is LAST LOGIN AT. */
const headOf = (name: string): string => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase()
