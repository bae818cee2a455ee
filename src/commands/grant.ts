import type { ChangeRow } from './change-rows.ts'
import type { ChangeCommand, ChangeContext } from './context.ts'
import { readNamedFile, refusedFile } from './named-file.ts'
import { resolveRows } from './resolve-rows.ts'
import { runHolders } from './run-holders.ts'

/** `grant GROUP USER…` and `revoke GROUP USER…`, or `GROUP… --from FILE`: all users in as few writes as the API takes. */
export const membershipCommand =
  (operation: 'grant' | 'revoke'): ChangeCommand =>
  async (context) => {
    const { words, flags } = context.invocation
    const [target = '', ...users] = words
    const from = flags.get('from')
    const rows =
      from === undefined
        ? [...new Set(users)].map((user) => ({ operation, target, user }))
        : await rowsFrom(from, operation, context)
    await runHolders(context, await resolveRows(rows, context))
  }

/** Everybody in the file, for each of the groups. */
async function rowsFrom(
  file: string,
  operation: 'grant' | 'revoke',
  context: ChangeContext,
): Promise<readonly ChangeRow[]> {
  const { readPeople } = await import('./people.ts')
  const { people, problems } = readPeople(await readNamedFile(file, context))
  if (problems.length > 0) throw refusedFile(file, problems, context)
  const groups = [...new Set(context.invocation.words)]
  return groups.flatMap((target) =>
    people.map(({ email, line }) => ({ operation, target, user: email, line, onlyUser: true })),
  )
}
