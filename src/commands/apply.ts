import type { ChangeCommand } from './context.ts'
import { readNamedFile, refusedFile } from './named-file.ts'
import { resolveRows } from './resolve-rows.ts'
import { runHolders } from './run-holders.ts'

/** `apply FILE`: a file of changes, checked as a whole before the first is sent. */
export const applyCommand: ChangeCommand = async (context) => {
  const { words, flags } = context.invocation
  const file = flags.get('from') ?? words[0] ?? '-'
  const { readChangeRows } = await import('./change-rows.ts')
  const { rows, problems } = readChangeRows(await readNamedFile(file, context))
  if (problems.length > 0) throw refusedFile(file, problems, context)
  if (rows.length === 0) throw refusedFile(file, [{ line: 1, text: 'holds no changes' }], context)
  context.io.status.set(`looking up whom and what ${rows.length.toLocaleString('en-US')} rows name`)
  await runHolders(context, await resolveRows(rows, context))
}
