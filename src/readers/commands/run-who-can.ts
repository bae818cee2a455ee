import type { CommandCall } from '../../sdk/cli/command.ts'
import { nearest } from '../../sdk/text/edit-distance.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import { Expansion, type ExpansionState } from '../access/expansion.ts'
import { expansionState, SAID_OF_STATE } from '../access/expansion-state.ts'
import type { EntitlementRow, SyncView } from '../file/sync-view.ts'
import { findThing } from '../names/find-thing.ts'
import { sayThing, type Thing } from '../model/thing.ts'
import { HOLDERS, holderRows } from '../rows/access-rows.ts'
import { type Answered, askFiles } from './ask-files.ts'
import { choiceOf } from './reading.ts'
import { identityOf, type NameSettings } from './run-access.ts'
import type { Row } from '../output/row.ts'
import { writeAnswer } from './write-answer.ts'

export interface WhoCanSettings extends NameSettings {
  readonly entitlement: string | undefined
}

interface Found {
  readonly thing: Thing
  readonly state: ExpansionState
  readonly entitlements: readonly EntitlementRow[]
  readonly rows: readonly Row[]
}

/** Prints who holds the entitlements of one resource, in each of the files. Exit code 0. */
export async function runWhoCan(call: CommandCall, settings: WhoCanSettings, text: string): Promise<number> {
  const answers = await askFiles(call, settings, (view): Found => {
    const direct = settings.type === undefined ? view.entitlement(text.trim()) : undefined
    const target = direct
      ? view.thing(direct.resource)
      : findThing(view, text, { word: 'resource', type: settings.type })
    const wanted = direct ? [direct] : wantedOf(view, target, settings.entitlement)
    const ids = wanted.map(({ id }) => id)
    const expansion = new Expansion(view)
    return {
      thing: target,
      state: expansionState(view, expansion),
      entitlements: wanted,
      rows: holderRows(view, expansion, ids, expansion.onEntitlements(ids)),
    }
  })
  for (const answered of answers.answered) {
    const { thing, state } = answered.found
    call.stderr.write(`${answers.lead(answered)}${sayThing(thing)}: ${SAID_OF_STATE[state]}\n`)
  }
  const rows = answers.rowsOf((found) => found.rows)
  const [first] = answers.answered
  const shown = writeAnswer(call, {
    ...settings,
    shape: answers.shapeOf(HOLDERS),
    rows,
    choice: choiceOf(settings),
    answer: answers.isOneOfMany || !first ? { files: answers.answered.map(aboutFile) } : about(first.found),
    name: 'holders',
  })
  const entitlements = answers.answered.flatMap(({ found }) => found.entitlements)
  if (shown === 0) call.stderr.write(`${whyNobody(entitlements, rows)}\n`)
  return 0
}

const about = ({ thing, entitlements, state }: Found): Row => ({
  resource: identityOf(thing),
  entitlements: entitlements.map(({ id, slug, name }) => ({ slug, name: name === '' ? null : name, id })),
  expansion: state,
})

const aboutFile = ({ origin, found }: Answered<Found>): Row => ({ ...origin, ...about(found) })

function whyNobody(entitlements: readonly EntitlementRow[], rows: readonly Row[]): string {
  if (entitlements.length === 0) return 'it has no entitlements, so that nobody can hold one'
  return rows.length === 0 ? 'nobody holds it' : 'no holder fits'
}

/** Errors: `not-found` for an entitlement that the resource does not have. */
function wantedOf(view: SyncView, thing: Thing, wanted: string | undefined): readonly EntitlementRow[] {
  const all = [...view.entitlements(thing.id)]
  if (wanted === undefined) return all
  const folded = wanted.trim().toLowerCase()
  const found = all.filter(
    ({ id, slug, name }) => id === wanted || slug.toLowerCase() === folded || name.toLowerCase() === folded,
  )
  if (found.length > 0) return found
  const slugs = [...new Set(all.map(({ slug }) => slug))]
  const [near] = nearest(wanted, slugs, 1)
  const hint = near === undefined ? `; there are ${slugs.join(', ') || 'none'}` : `; did you mean ${near}?`
  throw new ConnectorError(
    'not-found',
    'find entitlement',
    `${sayThing(thing)} has no entitlement ${JSON.stringify(wanted)}${hint}`,
  )
}
