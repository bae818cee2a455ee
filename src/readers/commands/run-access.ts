import type { CommandCall } from '../../sdk/cli/command.ts'
import { Expansion, type ExpansionState } from '../access/expansion.ts'
import { expansionState, SAID_OF_STATE } from '../access/expansion-state.ts'
import { findThing } from '../names/find-thing.ts'
import { sayThing, type Thing } from '../model/thing.ts'
import { ACCESS, type AccessRow, accessRows } from '../rows/access-rows.ts'
import { tagTest } from '../rows/has-tags.ts'
import { type Answered, askFiles } from './ask-files.ts'
import { choiceOf, type RowSettings } from './reading.ts'
import type { Row } from '../output/row.ts'
import { writeAnswer } from './write-answer.ts'

export interface NameSettings extends RowSettings {
  readonly type: string | undefined
}

interface AccessSettings extends NameSettings {
  readonly tag: readonly string[]
}

interface Found {
  readonly principal: Thing
  readonly state: ExpansionState
  readonly rows: readonly Row[]
}

/** Prints what one principal can reach, in each of the files. Exit code 0. */
export async function runAccess(call: CommandCall, settings: AccessSettings, text: string): Promise<number> {
  const isWanted = tagTest(settings.tag)
  const answers = await askFiles(call, settings, (view): Found => {
    const found = findThing(view, text, { word: 'user', rather: 'user', type: settings.type })
    const expansion = new Expansion(view)
    const rows = accessRows(view, expansion, found, expansion.ofPrincipal(found.id))
    const onWanted = ({ resourceType, resourceId }: AccessRow): boolean =>
      resourceType !== null && resourceId !== null && isWanted(view.thing({ type: resourceType, id: resourceId }))
    return {
      principal: found,
      state: expansionState(view, expansion),
      rows: settings.tag.length === 0 ? rows : rows.filter(onWanted),
    }
  })
  for (const answered of answers.answered) {
    const { principal, state } = answered.found
    call.stderr.write(`${answers.lead(answered)}${sayThing(principal)}: ${SAID_OF_STATE[state]}\n`)
  }
  const rows = answers.rowsOf((found) => found.rows)
  const [first] = answers.answered
  const shown = writeAnswer(call, {
    ...settings,
    shape: answers.shapeOf(ACCESS),
    rows,
    choice: choiceOf(settings),
    answer: answers.isOneOfMany || !first ? { files: answers.answered.map(aboutFile) } : about(first.found),
    name: 'access',
  })
  if (shown === 0)
    call.stderr.write(rows.length === 0 && settings.tag.length === 0 ? 'nothing can be reached\n' : 'no access fits\n')
  return 0
}

const about = ({ principal, state }: Found): Row => ({ principal: identityOf(principal), expansion: state })

const aboutFile = ({ origin, found }: Answered<Found>): Row => ({ ...origin, ...about(found) })

/** Who or what an answer is about. */
export const identityOf = ({ id, kind, name, email, status }: Thing): Row => ({
  name,
  email: email === '' ? null : email,
  kind: kind === 'other' ? id.type : kind,
  status: status === '' ? null : status,
  type: id.type,
  id: id.id,
})
