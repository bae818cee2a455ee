import type { CommandCall } from '../../sdk/cli/command.ts'
import { printable } from '../../sdk/text/printable.ts'
import { Expansion, type ExpansionState } from '../access/expansion.ts'
import { expansionState, SAID_OF_STATE } from '../access/expansion-state.ts'
import { findThing } from '../names/find-thing.ts'
import { sayThing, type Thing } from '../model/thing.ts'
import { fieldOf, type Shape } from '../output/columns.ts'
import { cellText, type Row } from '../output/row.ts'
import { rowWriter } from '../output/row-writer.ts'
import { padded, textWidth } from '../output/text-width.ts'
import { ACCESS, accessRows, HOLDERS, holderRows } from '../rows/access-rows.ts'
import { thingRow } from '../rows/thing-rows.ts'
import { onlyFile, type ReaderSettings, withView } from './reading.ts'

export interface ShowSettings extends ReaderSettings {
  readonly type: string | undefined
}

interface Shown {
  readonly thing: Thing
  readonly state: ExpansionState
  readonly holds: readonly Row[]
  readonly heldBy: readonly Row[]
}

/** Prints everything about one resource of any kind. Exit code 0. */
export async function runShow(call: CommandCall, settings: ShowSettings, text: string): Promise<number> {
  const file = onlyFile(settings, call)
  const shown = await withView(file, settings, call, (view): Shown => {
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
  call.stderr.write(`${sayThing(shown.thing)}: ${SAID_OF_STATE[shown.state]}\n`)
  write(call, settings, shown)
  return 0
}

function write(call: CommandCall, { output }: ShowSettings, { thing, state, holds, heldBy }: Shown): void {
  const facts = thingRow(thing)
  const whole = { ...facts, expansion: state, holds, heldBy }
  switch (output) {
    case 'json':
      call.stdout.write(`${JSON.stringify(whole, undefined, 2)}\n`)
      return
    case 'ndjson':
      call.stdout.write(`${JSON.stringify(whole)}\n`)
      return
    case 'csv': {
      const writer = rowWriter(call.stdout, { form: 'csv', shape: FACTS, columns: [] })
      for (const [field, value] of factsIn(facts)) writer.write({ field, value })
      writer.end()
      return
    }
    case 'table':
    case 'wide': {
      const rows = factsIn(facts)
      const width = Math.max(...rows.map(([field]) => textWidth(field)))
      for (const [field, value] of rows) call.stdout.write(`${padded(printable(field), width)}  ${printable(value)}\n`)
      section(call, 'Holds', holds, ACCESS, output)
      section(call, 'Held by', heldBy, HOLDERS, output)
    }
  }
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
  const writer = rowWriter(call.stdout, { form, shape, columns: [] })
  for (const row of rows) writer.write(row)
  writer.end()
}
