import type { CommandCall } from '../../sdk/cli/command.ts'
import { type Choice, chooseRows } from '../output/choose-rows.ts'
import { fieldNamed, pickFields, type Shape } from '../output/columns.ts'
import type { Row } from '../output/row.ts'
import { type Form, hasColor, type RowWriter, rowWriter } from '../output/row-writer.ts'

/** Rows that answer one question. */
export interface Answer {
  readonly output: Form
  readonly columns: readonly string[]
  readonly shape: Shape
  readonly rows: readonly Row[]
  readonly choice: Choice
  /** What JSON says besides the rows. */
  readonly answer: Row
  /** What JSON calls the rows. */
  readonly name: string
}

/** Writes an answer and gives how many rows it shows: as JSON one object that holds the rows, else the rows alone. */
export function writeAnswer(call: CommandCall, { output, columns, shape, rows, choice, answer, name }: Answer): number {
  if (output === 'json') {
    const names = columns.map((column) => fieldNamed(shape, column, 'columns'))
    const kept: Row[] = []
    const shown = passRows(
      { write: (row) => void kept.push(pickFields(row, names)), end: () => {} },
      choice,
      shape,
      rows,
    )
    call.stdout.write(`${JSON.stringify({ ...answer, [name]: kept }, undefined, 2)}\n`)
    return tellMore(call, shown)
  }
  return tellMore(
    call,
    passRows(
      rowWriter(call.stdout, { form: output, shape, columns, isColored: hasColor(call.stdout, call.process.env) }),
      choice,
      shape,
      rows,
    ),
  )
}

interface Passed {
  readonly shown: number
  readonly more: boolean
}

function passRows(writer: RowWriter, choice: Choice, shape: Shape, rows: readonly Row[]): Passed {
  const chooser = chooseRows(writer, choice, shape)
  for (const row of rows) if (!chooser.take(row)) break
  return chooser.end()
}

function tellMore(call: CommandCall, { shown, more }: Passed): number {
  if (more) call.stderr.write(`the first ${shown}; there are more\n`)
  return shown
}
