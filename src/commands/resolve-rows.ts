import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ChangeRow } from './change-rows.ts'
import type { ChangeContext } from './context.ts'
import type { Named } from './names/find.ts'
import { memberChange, type NamedChange } from './named-change.ts'

/**
 * Finds the groups, roles and users that rows name; each name is looked up once.
 *
 * Errors: `not-found` for names nobody has, `invalid-argument` for ambiguous or malformed ones, `failed-precondition` for a principal that is
 * no user; each is listed, with its line where the rows come from a file, and where they differ the code is `invalid-argument`.
 */
export async function resolveRows(
  rows: readonly ChangeRow[],
  { references, reporter, config }: Pick<ChangeContext, 'references' | 'reporter' | 'config'>,
): Promise<readonly NamedChange[]> {
  const targetsOf = (isRole: boolean): readonly string[] => [
    ...new Set(rows.filter(({ operation }) => (operation === 'role') === isRole).map(({ target }) => target)),
  ]
  const groups = await references.groups(targetsOf(false))
  const roles = references.roles(targetsOf(true))
  // Who is taken for another by a slip of the hand must not lose anything for it.
  const harmed = new Set(rows.flatMap(({ operation, user }) => (operation === 'grant' ? [] : [user])))
  const users = await references.users([...new Set(rows.map(({ user }) => user))], (user) => !harmed.has(user))
  const problems: { readonly row: ChangeRow; readonly error: ConnectorError }[] = []
  const changes: NamedChange[] = []
  for (const row of rows) {
    const { operation, target, user, line } = row
    const found = [(operation === 'role' ? roles : groups).get(target), users.get(user)]
    const [resource, principal] = found
    for (const error of found) if (ConnectorError.is(error)) problems.push({ row, error })
    if (isNamed(resource) && isNamed(principal))
      changes.push(memberChange({ operation, target: resource, principal, ...(line !== undefined && { line }) }))
  }
  const [first] = problems
  if (!first) return changes
  if (config.output === 'json') tellEach(rows, new Map(problems.map(({ row, error }) => [row, error])), reporter)
  const errors = [...new Set(problems.map(({ error }) => error))]
  const hasLines = problems.some(({ row }) => row.line !== undefined)
  if (errors.length === 1 && !hasLines) throw first.error
  const code = errors.every((error) => error.code === first.error.code) ? first.error.code : 'invalid-argument'
  const sentence = (words: (error: ConnectorError) => string): string => {
    const lines = hasLines
      ? problems.map(({ row, error }) => `line ${row.line}: ${words(error)}`)
      : errors.map((error) => words(error))
    return [`${lines.length} ${lines.length === 1 ? 'problem' : 'problems'}, nothing was sent`, ...lines].join('\n  ')
  }
  const [detail, inFull] = [sentence((error) => error.detail), sentence((error) => error.inFull)]
  throw new ConnectorError(code, 'find', detail, first.error, undefined, inFull)
}

/** For programs: what became of each row, though nothing was sent. */
function tellEach(
  rows: readonly ChangeRow[],
  problems: ReadonlyMap<ChangeRow, ConnectorError>,
  reporter: ChangeContext['reporter'],
): void {
  for (const row of rows) {
    const { operation, target, user, line } = row
    const error = problems.get(row)
    reporter.tell({
      operation,
      asked: { target, user },
      ...(line !== undefined && { line }),
      outcome: error ? 'refused' : 'not-attempted',
      ...(error && { error }),
    })
  }
}

const isNamed = (found: Named | ConnectorError | undefined): found is Named =>
  found !== undefined && !ConnectorError.is(found)
