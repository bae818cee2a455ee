import { z } from 'zod'
import type { Query, TwingateClient } from '../connector/client.ts'
import { decodeToken, nextCursor } from '../connector/cursor.ts'
import { connectionOf, countedConnectionOf, TYPE_IDS } from '../connector/fragments.ts'
import { membershipGrant, userId } from '../connector/membership.ts'
import { joinRows, USER_FIELDS, UserNode, userRows } from '../connector/user-node.ts'
import type { ResourceType } from '../sdk/model.ts'
import type { Call, ListPage, PageCall, ResourceSyncer, Rows, Scope, TargetedGetter } from '../sdk/syncer.ts'

export const userType: ResourceType = Object.freeze({
  id: TYPE_IDS.user,
  displayName: 'User',
  description: 'A person of the Twingate network',
  traits: ['user'],
  skipEntitlementsAndGrants: true,
} as const)

/** Largest nested page. Source: twingate-api.md §5 (100 is the most any known client asks for). */
const GROUPS_PER_PAGE = 100

const Groups = connectionOf(z.object({ id: z.string().min(1), type: z.string() }))
const UserWithGroups = UserNode.extend({ groups: Groups.optional() })
type UserWithGroups = z.infer<typeof UserWithGroups>

const GROUPS_FIELDS = 'pageInfo { hasNextPage endCursor } edges { node { id type } }'

const Users: Query<{ users: z.infer<ReturnType<typeof countedConnectionOf<typeof UserWithGroups>>> }> = {
  operation: 'Users',
  document: `query Users($first: Int!, $after: String, $groups: Int!, $withGroups: Boolean!) {
    users(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { node { ...UserFields groups(first: $groups) @include(if: $withGroups) { ${GROUPS_FIELDS} } } }
    }
  } ${USER_FIELDS}`,
  answer: z.object({ users: countedConnectionOf(UserWithGroups) }),
}

const User: Query<{ user: UserWithGroups | null }> = {
  operation: 'User',
  document: `query User($id: ID!, $groups: Int!, $withGroups: Boolean!) {
    user(id: $id) { ...UserFields groups(first: $groups) @include(if: $withGroups) { ${GROUPS_FIELDS} } }
  } ${USER_FIELDS}`,
  answer: z.object({ user: UserWithGroups.nullable() }),
}

const UserGroups: Query<{ user: { groups: z.infer<typeof Groups> } | null }> = {
  operation: 'UserGroups',
  document: `query UserGroups($id: ID!, $first: Int!, $after: String) {
    user(id: $id) { groups(first: $first, after: $after) { ${GROUPS_FIELDS} } }
  }`,
  answer: z.object({ user: z.object({ groups: Groups }).nullable() }),
}

/** Every document of this file, for the test that checks them against the schema. */
export const userQueries = [Users, User, UserGroups]

/** The next page of users, or, with `groupsOf`, the rest of one user's groups. */
const Token = z.strictObject({ after: z.string(), groupsOf: z.string().optional() })

const wantsGroups = (scope: Scope): boolean => scope.grants && scope.types.has(TYPE_IDS.group)

/**
 * Users with the role and the groups each holds.
 *
 * Why: read from this side, a page of 100 users brings 100 roles and up to 10,000 memberships in one request; only the groups of a
 * user beyond the hundredth cost further ones.
 */
export function userResource(client: TwingateClient): ResourceSyncer & TargetedGetter {
  return Object.freeze({
    type: userType,

    async list(call: PageCall): Promise<ListPage> {
      const token = call.token === '' ? undefined : decodeToken(call.token, (value) => Token.parse(value))
      if (token?.groupsOf !== undefined) return groupsOfUser(client, token.groupsOf, token.after, call)
      const after = token?.after
      const { users } = await client.query(
        Users,
        { first: call.size, after, groups: GROUPS_PER_PAGE, withGroups: wantsGroups(call.scope) },
        call,
      )
      const next = nextCursor(users.pageInfo, after, Users.operation)
      const nodes = users.edges.map((edge) => edge.node)
      return {
        ...joinRows(nodes.map((node) => rowsWithGroups(node, call.scope))),
        total: users.totalCount,
        more: nodes.flatMap(overflow),
        ...(next !== undefined && { next: JSON.stringify({ after: next }) }),
      }
    },

    async get(id: string, call: Call): Promise<ListPage | undefined> {
      const { user } = await client.query(
        User,
        { id, groups: GROUPS_PER_PAGE, withGroups: wantsGroups(call.scope) },
        call,
      )
      return user ? { ...rowsWithGroups(user, call.scope), more: overflow(user) } : undefined
    },
  })
}

function rowsWithGroups(node: UserWithGroups, scope: Scope): Rows {
  const rows = userRows(node, scope)
  if (!node.groups) return rows
  const user = userId(node.id)
  return { ...rows, grants: [...rows.grants, ...node.groups.edges.map((edge) => membershipGrant(edge.node, user))] }
}

/** The token for the rest of a user's groups, where one page did not hold them. */
function overflow(node: UserWithGroups): readonly string[] {
  if (!node.groups) return []
  const after = nextCursor(node.groups.pageInfo, undefined, Users.operation)
  return after === undefined ? [] : [JSON.stringify({ groupsOf: node.id, after })]
}

async function groupsOfUser(client: TwingateClient, id: string, after: string, call: PageCall): Promise<ListPage> {
  const { user } = await client.query(UserGroups, { id, first: call.size, after }, call)
  // A user deleted meanwhile has no more groups; that the rest adds up is checked against the groups' own counts.
  if (!user) return { resources: [], entitlements: [], grants: [] }
  const next = nextCursor(user.groups.pageInfo, after, UserGroups.operation)
  return {
    resources: [],
    entitlements: [],
    grants: user.groups.edges.map((edge) => membershipGrant(edge.node, userId(id))),
    ...(next !== undefined && { next: JSON.stringify({ groupsOf: id, after: next }) }),
  }
}
