import { ConnectorError } from '../../sdk/errors.ts'
import type { ChangeRow } from './change-rows.ts'
import type { Named, References } from './references.ts'
import { memberChange, type NamedChange } from './run-holders.ts'

/**
 * Finds the groups, roles and users that rows name; each name is looked up once.
 *
 * Errors: `not-found` for names nobody has, `invalid-argument` for ambiguous or malformed ones, `failed-precondition` for a principal that is
 * no user; each is listed, with its line where the rows come from a file, and where they differ the code is `invalid-argument`.
 */
export async function resolveRows(rows: readonly ChangeRow[], references: References): Promise<readonly NamedChange[]> {
  const targetsOf = (isRole: boolean): readonly string[] => [
    ...new Set(rows.filter(({ operation }) => (operation === 'role') === isRole).map(({ target }) => target)),
  ]
  const groups = await references.groups(targetsOf(false))
  const roles = references.roles(targetsOf(true))
  const users = await references.users([...new Set(rows.map(({ user }) => user))])
  const problems: { readonly line: number | undefined; readonly error: ConnectorError }[] = []
  const changes: NamedChange[] = []
  for (const { operation, target, user, line } of rows) {
    const found = [(operation === 'role' ? roles : groups).get(target), users.get(user)]
    const [resource, principal] = found
    for (const error of found) if (ConnectorError.is(error)) problems.push({ line, error })
    if (isNamed(resource) && isNamed(principal))
      changes.push(memberChange({ operation, target: resource, principal, ...(line !== undefined && { line }) }))
  }
  const [first] = problems
  if (!first) return changes
  const errors = [...new Set(problems.map(({ error }) => error))]
  const hasLines = problems.some(({ line }) => line !== undefined)
  if (errors.length === 1 && !hasLines) throw first.error
  const code = errors.every((error) => error.code === first.error.code) ? first.error.code : 'invalid-argument'
  const lines = hasLines
    ? problems.map(({ line, error }) => `line ${line}: ${error.detail}`)
    : errors.map((error) => error.detail)
  throw new ConnectorError(
    code,
    'find',
    [`${lines.length} ${lines.length === 1 ? 'problem' : 'problems'}, nothing was sent`, ...lines].join('\n  '),
  )
}

const isNamed = (found: Named | ConnectorError | undefined): found is Named =>
  found !== undefined && !ConnectorError.is(found)
