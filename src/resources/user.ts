import { z } from 'zod'
import type { Query, TwingateClient } from '../twingate/client.ts'
import { documentFor, type ManyQuery } from '../twingate/ask-many.ts'
import { decodeToken } from '../twingate/cursor.ts'
import { placedConnectionOf } from '../twingate/connection.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { getMany } from '../twingate/get-many.ts'
import { probeIdOf } from '../twingate/global-id.ts'
import { placeOf, sweepDocument, sweepIds, type IdSweep } from '../twingate/id-sweep.ts'
import { countedIn, countsBeside, countVariables } from './member-counts.ts'
import {
  MEMBER_GROUP_FIELDS,
  MEMBER_GROUP_LACKS,
  MemberGroup,
  membershipGrant,
  Memberships,
  userId,
} from './membership.ts'
import {
  hasMoved,
  overlapField,
  OVERLAP_PARAMETERS,
  OverlapRows,
  pageEnd,
  pageVariables,
  Place,
  placeAfter,
} from '../twingate/overlap.ts'
import { queryById } from '../twingate/query-by-id.ts'
import { USER_FIELDS } from './user-node.ts'
import { usersAtOnce, usersAtOnceSweep, WHOLE_UP_TO } from './users-at-once.ts'
import {
  GROUPS_FIELDS,
  GroupsToken,
  LISTED_USER_LACKS,
  ROW_FIELDS,
  USER_FRAGMENTS,
  USERS_PAGE,
  UsersPage,
  usersRows,
  UserWithGroups,
  groupVariables,
  wantsGroups,
} from './users-page.ts'
import type { ResourceType } from '../sdk/model/model.ts'
import type {
  IdCall,
  IdLister,
  IdList,
  ListPage,
  PageCall,
  ResourceSyncer,
  SizedCall,
  TargetedGetter,
} from '../sdk/contract/syncer.ts'

export const userType: ResourceType = Object.freeze({
  id: TYPE_IDS.user,
  displayName: 'User',
  description: 'A person of the Twingate network',
  traits: ['user'],
  skipEntitlementsAndGrants: true,
} as const)

const SHARES: ReadonlySet<string> = new Set(MEMBER_GROUP_LACKS)

const UsersAnswer = z.object({ users: UsersPage, overlap: OverlapRows })

const Users: Query<z.infer<typeof UsersAnswer>> = {
  operation: 'Users',
  document: `query Users($first: Int!, $after: String, $groups: Int!, $withGroups: Boolean!, ${OVERLAP_PARAMETERS}) {
    users(first: $first, after: $after) ${USERS_PAGE}
    ${overlapField('users')}
  }\n${USER_FRAGMENTS}`,
  answer: UsersAnswer,
  lacks: LISTED_USER_LACKS,
  shares: SHARES,
}

interface UserAnswer {
  readonly user: UserWithGroups | null
}

const User: Query<UserAnswer> = {
  operation: 'User',
  document: `query User($id: ID!, $groups: Int!, $withGroups: Boolean!) {
    user(id: $id) { ${ROW_FIELDS} }
  }\n${USER_FRAGMENTS}`,
  answer: z.object({ user: UserWithGroups.nullable() }),
  lacks: LISTED_USER_LACKS,
}

const GroupsOfUser = z.object({ groups: placedConnectionOf(MemberGroup), overlap: OverlapRows })

const UserGroups: Query<{ user: z.infer<typeof GroupsOfUser> | null }> = {
  operation: 'UserGroups',
  document: `query UserGroups($id: ID!, $first: Int!, $after: String, ${OVERLAP_PARAMETERS}) {
    user(id: $id) {
      groups(first: $first, after: $after) { pageInfo { hasNextPage endCursor } edges { cursor node { ...MemberGroupFields } } }
      ${overlapField('groups')}
    }
  }\n${MEMBER_GROUP_FIELDS}`,
  answer: z.object({ user: GroupsOfUser.nullable() }),
  lacks: LISTED_USER_LACKS,
}

/** Many users by id, each with at most `groups` groups. */
const usersById = (groups: number, withGroups: boolean): ManyQuery<UserWithGroups | null> => ({
  operation: 'UsersAgain',
  field: `user(id: $id) { ...UserFields ${withGroups ? `groups(first: ${groups}) { ${GROUPS_FIELDS} } ` : ''}}`,
  parameters: { id: 'ID!' },
  fragments: withGroups ? USER_FRAGMENTS : USER_FIELDS,
  answer: UserWithGroups.nullable(),
  lacks: LISTED_USER_LACKS,
  probe: { id: probeIdOf('User') },
})

const userIds = (counted: readonly string[]): IdSweep => ({
  operation: 'UserIds',
  list: 'users',
  beside: countsBeside(counted),
})

/** Every document of this file, for the test that checks them against the schema. */
export const userQueries = [
  ...[Users, User, UserGroups],
  ...[userIds(['a', 'b']), usersAtOnceSweep([]), usersAtOnceSweep(Array.from({ length: 100 }, String))].map(
    (sweep) => ({
      operation: sweep.operation,
      document: sweepDocument(sweep, 2),
    }),
  ),
  { operation: 'UsersAgain', document: documentFor(usersById(100, true), 2) },
]

const Token = z.union([Place.required({ after: true }), GroupsToken])

/** How often one user's groups are read from their start before the whole listing is said to be in doubt. */
const MOST_PASSES = 3

/**
 * Users with the role and the groups each holds.
 *
 * Why: read from this side, a page of 100 users brings 100 roles and up to 10,000 memberships in one request; only the groups of a
 * user beyond the hundredth cost further ones.
 */
export function userResource(client: TwingateClient): ResourceSyncer & TargetedGetter & IdLister {
  const memberships = new Memberships()
  let isAtOnceRefused = false
  return Object.freeze({
    type: userType,
    neverEmpty: 'the administrator who made the API key is one',
    counts: TYPE_IDS.group,
    wholeUpTo: WHOLE_UP_TO,

    async list(call: PageCall): Promise<ListPage> {
      const place: Place | GroupsToken = call.token === '' ? {} : decodeToken(call.token, (value) => Token.parse(value))
      if ('groupsOf' in place) return groupsOfUser(client, place, call)
      const variables = { ...pageVariables(place, call.size), ...groupVariables(call) }
      const { users, overlap } = await client.query(Users, variables, call)
      const nodes = users.edges.map((edge) => edge.node)
      return {
        ...usersRows(nodes, call.scope, memberships),
        total: users.totalCount,
        ...placeOf(place, call.size, nodes.length),
        ...pageEnd(users, overlap, place, Users.operation),
      }
    },

    async ids({ places, counted, ...call }: IdCall): Promise<IdList | undefined> {
      if (places.length <= WHOLE_UP_TO && wantsGroups(call.scope) && !isAtOnceRefused) {
        const whole = await usersAtOnce(client, { places, counted, ...call }, memberships)
        if (whole) return whole
        isAtOnceRefused = true
      }
      const swept = await sweepIds(client, userIds(counted), places, countVariables(counted), call)
      return swept && { ids: swept.ids, holders: countedIn(swept.answer) }
    },

    async getMany(ids: readonly string[], call: SizedCall): Promise<readonly (ListPage | undefined)[]> {
      const users = await getMany(client, usersById(call.size, wantsGroups(call.scope)), ids, call)
      return users.map((user) => user && usersRows([user], call.scope, memberships))
    },

    async get(id: string, call: SizedCall): Promise<ListPage | undefined> {
      const objectIn = (answer: UserAnswer) => answer.user
      const question = { kind: 'User', id, query: User, variables: groupVariables(call), objectIn } as const
      const user = await queryById(client, question, call)
      return user && usersRows([user], call.scope, memberships)
    },
  })
}

/** Groups that moved meanwhile are read from their start again: there are few of them, and many users. */
async function groupsOfUser(client: TwingateClient, token: GroupsToken, call: PageCall): Promise<ListPage> {
  const { groupsOf: id, pass, ...place } = token
  const nothing: ListPage = { resources: [], entitlements: [], grants: [] }
  const variables = { id, ...pageVariables(place, call.size) }
  const { user } = await client.query(UserGroups, variables, call)
  // A user deleted meanwhile has no more groups; that the rest adds up is checked against the groups' own counts.
  if (!user) return nothing
  if (hasMoved(place, user.overlap)) {
    if (pass >= MOST_PASSES) return { ...nothing, moved: true }
    return { ...nothing, next: JSON.stringify({ groupsOf: id, pass: pass + 1 } satisfies GroupsToken) }
  }
  const next = placeAfter(user.groups, place, UserGroups.operation)
  return {
    ...nothing,
    grants: user.groups.edges.map((edge) => membershipGrant(edge.node, userId(id))),
    ...(next && { next: JSON.stringify({ groupsOf: id, pass, ...next } satisfies GroupsToken) }),
  }
}
