import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ChangeRow } from './change-rows.ts'
import type { ChangeContext, ChangeRunner } from './context.ts'
import type { TermTexts } from './grant-terms.ts'
import { readNamedFile, refusedFile } from './named-file.ts'
import { resolveRows } from './resolve-rows.ts'
import { runHolders } from './run-holders.ts'

/** `grant GROUP USER…`, `grant RESOURCE GROUP…` and the same with `revoke`, or `GROUP… --from FILE`: all in as few writes as the API takes. */
export const membershipCommand =
  (operation: 'grant' | 'revoke'): ChangeRunner =>
  async (context) => {
    const { words, flags } = context.invocation
    const [target = '', ...users] = words
    const from = flags.get('from')
    const terms = termsIn(flags)
    if (terms && from !== undefined)
      throw new ConnectorError(
        'invalid-argument',
        'read terms',
        'membership of the people in a file has no end and no conditions; leave out --until, --for, --auto-lock and --policy',
      )
    const rows =
      from === undefined
        ? [...new Set(users)].map((user) => ({ operation, target, user, ...(terms && { terms }) }))
        : await rowsFrom(from, operation, context)
    await runHolders(context, await resolveRows(rows, context))
  }

/** The flags that say under which conditions a resource is reached. */
function termsIn(flags: ReadonlyMap<string, string>): TermTexts | undefined {
  const names = { until: 'until', for: 'for', 'auto-lock': 'autoLock', policy: 'policy' } as const
  const given = Object.entries(names).flatMap(([flag, name]) => {
    const text = flags.get(flag)
    return text === undefined ? [] : [[name, text] as const]
  })
  return given.length > 0 ? Object.fromEntries(given) : undefined
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
