import { z } from 'zod'
import type { Query, TwingateClient } from '../twingate/client.ts'
import { countedConnectionOf } from '../twingate/connection.ts'
import { memberEntitlementId, TYPE_IDS } from '../twingate/type-ids.ts'
import {
  overlapField,
  OVERLAP_PARAMETERS,
  OverlapRows,
  pageEnd,
  pageVariables,
  readPlace,
} from '../twingate/overlap.ts'
import { KNOWN_ROLES, roleId, roleRows } from './roles.ts'
import { joinRows, ListedUser, USER_FIELDS, USER_LACKS, userRows } from './user-node.ts'
import type { ResourceType } from '../sdk/model/model.ts'
import type {
  HolderLister,
  HoldersPage,
  ListPage,
  PageCall,
  ResourceSyncer,
  TargetedGetter,
} from '../sdk/contract/syncer.ts'

export const roleType: ResourceType = Object.freeze({
  id: TYPE_IDS.role,
  displayName: 'Role',
  description: 'What a user may do in the Admin Console of the Twingate network',
  traits: ['role'],
  skipEntitlementsAndGrants: false,
} as const)

const Holders = z.object({ users: countedConnectionOf(ListedUser), overlap: OverlapRows })

const RoleHolders: Query<z.infer<typeof Holders>> = {
  operation: 'RoleHolders',
  document: `query RoleHolders($roles: [UserRole!], $first: Int!, $after: String, ${OVERLAP_PARAMETERS}) {
    users(first: $first, after: $after, filter: { role: { in: $roles } }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { cursor node { ...UserFields } }
    }
    ${overlapField('users', ', filter: { role: { in: $roles } }')}
  }\n${USER_FIELDS}`,
  answer: Holders,
  lacks: USER_LACKS,
}

/** Every document of this file, for the test that checks them against the schema. */
export const roleQueries = [RoleHolders]

const roleOf = (id: string): string | undefined => KNOWN_ROLES.find((role) => roleId(role).id === id)

/**
 * The documented roles, without a request: the API has no list of them. Who holds them comes with the users (user.ts), and so does
 * any role that is not documented.
 */
export function roleResource(client: TwingateClient): ResourceSyncer & TargetedGetter & HolderLister {
  const rowsOf = (roles: readonly string[]): ListPage => {
    const rows = roles.map(roleRows)
    return {
      resources: rows.map((row) => row.resource),
      entitlements: rows.map((row) => row.entitlement),
      grants: [],
    }
  }
  return Object.freeze({
    type: roleType,

    list: async (): Promise<ListPage> => rowsOf(KNOWN_ROLES),

    async get(id: string): Promise<ListPage | undefined> {
      const role = roleOf(id)
      return role === undefined ? undefined : rowsOf([role])
    },

    async holders(id: string, call: PageCall): Promise<HoldersPage | undefined> {
      const role = roleOf(id)
      if (role === undefined) return undefined
      const place = readPlace(call.token)
      const variables = { roles: [role], ...pageVariables(place, call.size) }
      const { users, overlap } = await client.query(RoleHolders, variables, call)
      return {
        ...joinRows(users.edges.map((edge) => userRows(edge.node, call.scope))),
        holders: [
          { entitlementId: memberEntitlementId(roleId(role)), resource: roleId(role), count: users.totalCount },
        ],
        ...pageEnd(users, overlap, place, RoleHolders.operation),
      }
    },
  })
}
