import { approve } from './approve.ts'
import type { ChangeRun } from './context.ts'

/** More than anybody reads in one question. */
const MOST_SHOWN = 20

/** The question about side effects of the changes; `undefined` if there are none. */
function concernQuestion(concerns: readonly string[], question: string): string | undefined {
  const once = [...new Set(concerns)]
  if (once.length === 0) return undefined
  const shown = once.slice(0, MOST_SHOWN)
  return `${shown.join('; ')}${once.length > shown.length ? `; and ${once.length - shown.length} more` : ''}. ${question}`
}

/**
 * Has the concerns of planned changes confirmed. A change that is named by the flags of Go connectors was decided on elsewhere, so there its concerns
 * are only told where nobody can be asked.
 *
 * Errors: as `approve`.
 */
export async function approveConcerns(
  context: Pick<ChangeRun, 'ambient' | 'config' | 'io' | 'invocation'>,
  concerns: readonly string[],
  asked = 'Do it all the same?',
): Promise<void> {
  const question = concernQuestion(concerns, asked)
  if (question === undefined) return
  const isCommand = context.invocation.command !== undefined
  if (!isCommand) for (const concern of new Set(concerns)) context.io.log.warn(concern)
  await approve(context, question, isCommand)
}
