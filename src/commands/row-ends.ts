import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ChangeRow } from './change-rows.ts'
import type { Named, References } from './names/find.ts'
import { isNamedById, RESOURCE } from './names/named-things.ts'
import type { Resolved } from './names/reference-texts.ts'

/** Whose entitlement changes hands, and who gets or loses it; an error stands in the place of what was not found. */
export interface RowEnds {
  readonly slug: 'access' | 'member'
  readonly target: Named | ConnectorError | undefined
  readonly principal: Named | ConnectorError | undefined
}

/**
 * Finds what rows name, each name once. A target is a group if there is one of the name, unless its principal is no user, or the row has terms.
 *
 * Errors: as the client's.
 * Why: users are members of groups, and groups reach resources, so that the principal tells what the target is where a group and a resource share a name.
 */
export async function findEnds(
  rows: readonly ChangeRow[],
  references: References,
): Promise<(row: ChangeRow) => RowEnds> {
  const isRole = ({ operation }: ChangeRow): boolean => operation === 'role'
  const isAccess = ({ terms, target }: ChangeRow): boolean => terms !== undefined || isNamedById(RESOURCE, target)
  const open = rows.filter((row) => !isRole(row) && !isAccess(row))
  const roles = references.roles(targetsOf(rows.filter(isRole)))
  const groups = await references.groups(targetsOf(open))
  const unknown = open.filter((row) => row.onlyUser !== true && isNotFound(groups.get(row.target)))
  const certain = rows.filter((row) => !isRole(row) && isAccess(row))
  const resources = await ask(references.resources, targetsOf([...certain, ...unknown]))
  const reaches = new Set([...certain, ...unknown.filter(({ target }) => isFound(resources.get(target)))])
  const targets = new Map([...groups, ...nowhere(groups, unknown)])
  const members = rows.filter((row) => !reaches.has(row))
  // For a change that takes something away, no similar user is suggested: a typo must not hit the wrong person.
  const harmed = new Set(members.flatMap(({ operation, user }) => (operation === 'grant' ? [] : [user])))
  const users = await references.users([...new Set(members.map(({ user }) => user))], (user) => !harmed.has(user))
  const doubtful = members.filter(
    (row) =>
      !isRole(row) && row.onlyUser !== true && isFound(groups.get(row.target)) && isNotFound(users.get(row.user)),
  )
  const alike = await ask(references.resources, targetsOf(doubtful))
  const second = doubtful.filter(({ target }) => isFound(alike.get(target)))
  const again = new Set(second)
  const holders = await ask(references.holders, [...new Set([...reaches, ...second].map(({ user }) => user))])
  return (row) => {
    if (reaches.has(row)) return { slug: 'access', target: resources.get(row.target), principal: holders.get(row.user) }
    const [other, holder] = [alike.get(row.target), holders.get(row.user)]
    if (again.has(row) && isFound(holder)) return { slug: 'access', target: other, principal: holder }
    return { slug: 'member', target: (isRole(row) ? roles : targets).get(row.target), principal: users.get(row.user) }
  }
}

/** Says of names that no group has that no resource has them either. */
const nowhere = (groups: Resolved, rows: readonly ChangeRow[]): Resolved =>
  new Map(
    targetsOf(rows).flatMap((target) => {
      const error = groups.get(target)
      const words = (detail: string): string => `${detail}; no resource has this name either`
      return ConnectorError.is(error) ? [[target, error.reworded(words)] as const] : []
    }),
  )

const targetsOf = (rows: readonly ChangeRow[]): readonly string[] => [...new Set(rows.map(({ target }) => target))]

const ask = (find: (texts: readonly string[]) => Promise<Resolved>, texts: readonly string[]): Promise<Resolved> =>
  texts.length === 0 ? Promise.resolve(new Map()) : find(texts)

const isFound = (found: Named | ConnectorError | undefined): boolean => found !== undefined && !ConnectorError.is(found)

const isNotFound = (found: Named | ConnectorError | undefined): boolean =>
  ConnectorError.is(found) && found.code === 'not-found'
