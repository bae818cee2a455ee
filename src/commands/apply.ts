import { resolve } from 'node:path'
import { ConnectorError } from '../sdk/ground/errors.ts'
import { filesUntil, isStop, whyUnreadable } from '../sdk/settings/files.ts'
import { readChangeRows, type RowProblem } from './change-rows.ts'
import type { ChangeCommand, ChangeContext } from './context.ts'
import { resolveRows } from './resolve-rows.ts'
import { runHolders } from './run-holders.ts'

/** `apply --from FILE`: a file of changes, checked as a whole before the first is sent. */
export const applyCommand: ChangeCommand = async (context) => {
  const from = context.invocation.flags.get('from') ?? '-'
  const { rows, problems } = readChangeRows(await readText(from, context))
  if (problems.length > 0) throw unreadable(from, problems, context)
  if (rows.length === 0) throw unreadable(from, [{ line: 1, text: 'holds no changes' }], context)
  context.io.status.set(`looking up whom and what ${rows.length.toLocaleString('en-US')} rows name`)
  await runHolders(context, await resolveRows(rows, context))
}

async function readText(from: string, { ambient }: ChangeContext): Promise<string> {
  if (from === '-') return ambient.stdin()
  try {
    return await filesUntil(ambient.signal).readText(resolve(from))
  } catch (error) {
    if (isStop(error)) throw error
    throw new ConnectorError('invalid-argument', 'read changes', `the file ${from} ${whyUnreadable(error)}`, error)
  }
}

/** The error of a file that is refused as a whole; a program is told each line that is wrong. */
function unreadable(
  from: string,
  problems: readonly RowProblem[],
  { config, reporter }: ChangeContext,
): ConnectorError {
  const invalid = (detail: string, cause?: unknown) =>
    new ConnectorError('invalid-argument', 'read changes', detail, cause)
  const where = from === '-' ? 'standard input' : from
  const lines = problems.map(({ line, text }) => `line ${line}: ${text}`)
  const [cause] = problems.map(({ line, text }) => {
    const error = invalid(text)
    if (config.output === 'json') reporter.tell({ operation: 'apply', line, outcome: 'refused', error })
    return error
  })
  return invalid([`${where}, nothing was sent`, ...lines].join('\n  '), cause)
}
