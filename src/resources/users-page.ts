import { z } from 'zod'
import type { Rows, Scope, SizedCall } from '../sdk/contract/syncer.ts'
import { connectionOf, countedConnectionOf } from '../twingate/connection.ts'
import { Place, placeBehind } from '../twingate/overlap.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { MEMBER_GROUP_FIELDS, MEMBER_GROUP_LACKS, MemberGroup, type Memberships, userId } from './membership.ts'
import { joinRows, ListedUser, USER_FIELDS, USER_LACKS, userRows } from './user-node.ts'

const Groups = connectionOf(MemberGroup)

/** A user of a list, with the first groups where the scope wants them. */
export const UserWithGroups = ListedUser.extend({ groups: Groups.optional() })
export type UserWithGroups = z.infer<typeof UserWithGroups>

/** What a sync asks of the groups of a user. */
export const GROUPS_FIELDS = 'pageInfo { hasNextPage endCursor } edges { node { ...MemberGroupFields } }'

/** What a sync asks of a user of a list, with the variables `groups` and `withGroups`. */
export const ROW_FIELDS = `...UserFields groups(first: $groups) @include(if: $withGroups) { ${GROUPS_FIELDS} }`

/** The fragments of a user with the groups. */
export const USER_FRAGMENTS = `${USER_FIELDS}\n${MEMBER_GROUP_FIELDS}`

/** What such a user may lack, as `Query.lacks`. */
export const LISTED_USER_LACKS: ReadonlySet<string> = new Set([...USER_LACKS, ...MEMBER_GROUP_LACKS])
/** A page of users as a sync asks for it, with the variables `groups` and `withGroups`, and its answer. The fragments are `USER_FRAGMENTS`. */
export const USERS_PAGE = `{
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { cursor node { ${ROW_FIELDS} } }
    }`
export const UsersPage = countedConnectionOf(UserWithGroups)

/** The next page of a user's groups; `pass` counts how often they were begun. */
export const GroupsToken = Place.extend({ groupsOf: z.string(), pass: z.number().int().positive() })
export type GroupsToken = z.infer<typeof GroupsToken>

/** Whether a sync asks for the groups of users. */
export const wantsGroups = (scope: Scope): boolean => scope.grants && scope.types.has(TYPE_IDS.group)

/** The variables of `ROW_FIELDS`. */
export const groupVariables = ({ size, scope }: Pick<SizedCall, 'size' | 'scope'>) => ({
  groups: size,
  withGroups: wantsGroups(scope),
})

/** The rows of users of a list, with the roles and groups they hold, and where to read the rest of the groups. */
export const usersRows = (nodes: readonly UserWithGroups[], scope: Scope, memberships: Memberships) => ({
  ...joinRows(nodes.map((node) => rowsWithGroups(node, scope, memberships))),
  more: nodes.flatMap(overflow),
})

function rowsWithGroups(node: UserWithGroups, scope: Scope, memberships: Memberships): Rows {
  const rows = userRows(node, scope)
  if (!node.groups) return rows
  const user = userId(node.id)
  return { ...rows, grants: [...rows.grants, ...node.groups.edges.map((edge) => memberships.grant(edge.node, user))] }
}

/** The token for the rest of a user's groups, where one page did not hold them. */
function overflow({ id, groups }: UserWithGroups): readonly string[] {
  const rest = groups && placeBehind(groups, 'Users')
  return rest ? [JSON.stringify({ groupsOf: id, pass: 1, ...rest } satisfies GroupsToken)] : []
}
