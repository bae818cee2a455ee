import type { CommandCall } from '../../sdk/cli/command.ts'
import { printable } from '../../sdk/text/printable.ts'
import { Expansion, type ExpansionState } from '../access/expansion.ts'
import { expansionState, SAID_OF_STATE } from '../access/expansion-state.ts'
import { findThing } from '../names/find-thing.ts'
import { sayThing, type Thing } from '../model/thing.ts'
import { fieldOf, type Shape } from '../output/columns.ts'
import { cellText, type Row } from '../output/row.ts'
import { hasColor, rowWriter } from '../output/row-writer.ts'
import { padded, textWidth } from '../output/text-width.ts'
import { ACCESS, accessRows, HOLDERS, holderRows } from '../rows/access-rows.ts'
import { kindCells, thingRow } from '../rows/thing-rows.ts'
import { type Answers, askFiles } from './ask-files.ts'
import type { ReaderSettings } from './reading.ts'

export interface ShowSettings extends ReaderSettings {
  readonly type: string | undefined
}

interface Shown {
  readonly thing: Thing
  readonly state: ExpansionState
  readonly holds: readonly Row[]
  readonly heldBy: readonly Row[]
}

/** Prints everything about one resource of any kind, by each of the files. Exit code 0. */
export async function runShow(call: CommandCall, settings: ShowSettings, text: string): Promise<number> {
  const answers = await askFiles(call, settings, (view): Shown => {
    const thing = findThing(view, text, { word: 'user, group, role or resource', type: settings.type })
    const expansion = new Expansion(view)
    const ids = Array.from(view.entitlements(thing.id), ({ id }) => id)
    return {
      thing,
      state: expansionState(view, expansion),
      holds: accessRows(view, expansion, thing, expansion.ofPrincipal(thing.id)),
      heldBy: holderRows(view, expansion, ids, expansion.onEntitlements(ids)),
    }
  })
  for (const answered of answers.answered) {
    const { thing, state } = answered.found
    call.stderr.write(`${answers.lead(answered)}${sayThing(thing)}: ${SAID_OF_STATE[state]}\n`)
  }
  write(call, settings, answers)
  return 0
}

function write(call: CommandCall, { output }: ShowSettings, answers: Answers<Shown>): void {
  const { answered, isOneOfMany } = answers
  const wholes = answered.map(({ origin, found }) => (isOneOfMany ? { ...origin, ...wholeOf(found) } : wholeOf(found)))
  switch (output) {
    case 'json':
      call.stdout.write(`${JSON.stringify(isOneOfMany ? wholes : wholes[0], undefined, 2)}\n`)
      return
    case 'ndjson':
      for (const whole of wholes) call.stdout.write(`${JSON.stringify(whole)}\n`)
      return
    case 'csv': {
      const writer = rowWriter(call.stdout, { form: 'csv', shape: answers.shapeOf(FACTS), columns: [] })
      const rows = answers.rowsOf(({ thing }) => factsIn(shownFacts(thing)).map(([field, value]) => ({ field, value })))
      for (const row of rows) writer.write(row)
      writer.end()
      return
    }
    case 'table':
    case 'wide':
      for (const [i, each] of answered.entries()) {
        if (isOneOfMany)
          call.stdout.write(`${i === 0 ? '' : '\n'}${printable(answers.lead(each).replace(/: $/, ''))}\n`)
        writeText(call, output, each.found)
      }
  }
}

const shownFacts = (thing: Thing): Row => ({ ...thingRow(thing), ...kindCells(thing) })

const wholeOf = ({ thing, state, holds, heldBy }: Shown): Row => ({
  ...shownFacts(thing),
  expansion: state,
  holds,
  heldBy,
})

function writeText(call: CommandCall, output: 'table' | 'wide', { thing, holds, heldBy }: Shown): void {
  const rows = factsIn(shownFacts(thing))
  const width = Math.max(...rows.map(([field]) => textWidth(field)))
  for (const [field, value] of rows) call.stdout.write(`${padded(printable(field), width)}  ${printable(value)}\n`)
  section(call, 'Holds', holds, ACCESS, output)
  section(call, 'Held by', heldBy, HOLDERS, output)
}

const FACTS: Shape = { fields: ['field', 'value'], narrow: ['field', 'value'] }

/** What is known, a line for each part of tags and profile. */
function factsIn(facts: Row): readonly (readonly [field: string, value: string])[] {
  return Object.keys(facts)
    .flatMap((field) => {
      const cell = fieldOf(facts, field)
      const isMap = cell !== null && typeof cell === 'object' && !Array.isArray(cell)
      return isMap
        ? Object.entries(cell).map(([key, value]) => [`${field}.${key}`, cellText(value)] as const)
        : [[field, cellText(cell)] as const]
    })
    .filter(([, value]) => value !== '')
}

function section(call: CommandCall, title: string, rows: readonly Row[], shape: Shape, form: 'table' | 'wide'): void {
  if (rows.length === 0) return
  call.stdout.write(`\n${title} (${rows.length})\n`)
  const writer = rowWriter(call.stdout, {
    form,
    shape,
    columns: [],
    isColored: hasColor(call.stdout, call.process.env),
  })
  for (const row of rows) writer.write(row)
  writer.end()
}
