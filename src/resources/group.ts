import { z } from 'zod'
import type { Query, TwingateClient } from '../connector/client.ts'
import { decodeToken, nextCursor } from '../connector/cursor.ts'
import { countedConnectionOf, MEMBER, memberEntitlementId, TYPE_IDS } from '../connector/fragments.ts'
import { GROUP_FIELDS, groupFromNode, GroupNode } from '../connector/group-node.ts'
import { groupId, membershipGrant, membershipImmutable, userId } from '../connector/membership.ts'
import { joinRows, USER_FIELDS, UserNode, userRows } from '../connector/user-node.ts'
import type { Entitlement, ResourceType } from '../sdk/model.ts'
import type {
  Call,
  HolderLister,
  HoldersPage,
  ListPage,
  PageCall,
  ResourceSyncer,
  TargetedGetter,
} from '../sdk/syncer.ts'

export const groupType: ResourceType = Object.freeze({
  id: TYPE_IDS.group,
  displayName: 'Group',
  description: 'A group of users of the Twingate network',
  traits: ['group'],
  skipEntitlementsAndGrants: false,
} as const)

const Groups: Query<{ groups: z.infer<ReturnType<typeof countedConnectionOf<typeof GroupNode>>> }> = {
  operation: 'Groups',
  document: `query Groups($first: Int!, $after: String) {
    groups(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { node { ...GroupFields } }
    }
  } ${GROUP_FIELDS}`,
  answer: z.object({ groups: countedConnectionOf(GroupNode) }),
}

const Group: Query<{ group: GroupNode | null }> = {
  operation: 'Group',
  document: `query Group($id: ID!) { group(id: $id) { ...GroupFields } } ${GROUP_FIELDS}`,
  answer: z.object({ group: GroupNode.nullable() }),
}

const Members = z.object({ id: z.string(), type: z.string(), users: countedConnectionOf(UserNode) })

const GroupMembers: Query<{ group: z.infer<typeof Members> | null }> = {
  operation: 'GroupMembers',
  document: `query GroupMembers($id: ID!, $first: Int!, $after: String) {
    group(id: $id) {
      id
      type
      users(first: $first, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        edges { node { ...UserFields } }
      }
    }
  } ${USER_FIELDS}`,
  answer: z.object({ group: Members.nullable() }),
}

/** Every document of this file, for the test that checks them against the schema. */
export const groupQueries = [Groups, Group, GroupMembers]

const Token = z.strictObject({ after: z.string() })

function memberEntitlement(node: GroupNode): Entitlement {
  const resource = groupId(node.id)
  const name = node.name.trim() || node.id
  const immutable = membershipImmutable(node.type)
  return {
    id: memberEntitlementId(resource),
    resource,
    resourceName: name,
    slug: MEMBER,
    displayName: `${name} Group Member`,
    description: `Belongs to the group ${name} in Twingate`,
    purpose: 'assignment',
    grantableTo: [TYPE_IDS.user],
    ...(immutable && { immutable }),
  }
}

const rowsFromNodes = (nodes: readonly GroupNode[]) => ({
  resources: nodes.map(groupFromNode),
  entitlements: nodes.map(memberEntitlement),
  grants: [],
  holders: nodes.map((node) => ({
    entitlementId: memberEntitlementId(groupId(node.id)),
    resource: groupId(node.id),
    count: node.users.totalCount,
  })),
})

/**
 * Groups with how many members each has. Who they are comes with the users (user.ts) and must add up to these counts.
 */
export function groupResource(client: TwingateClient): ResourceSyncer & TargetedGetter & HolderLister {
  return Object.freeze({
    type: groupType,

    async list(call: PageCall): Promise<ListPage> {
      const after = call.token === '' ? undefined : decodeToken(call.token, (value) => Token.parse(value)).after
      const { groups } = await client.query(Groups, { first: call.size, after }, call)
      const next = nextCursor(groups.pageInfo, after, Groups.operation)
      return {
        ...rowsFromNodes(groups.edges.map((edge) => edge.node)),
        total: groups.totalCount,
        ...(next !== undefined && { next: JSON.stringify({ after: next }) }),
      }
    },

    async get(id: string, call: Call): Promise<ListPage | undefined> {
      const { group } = await client.query(Group, { id }, call)
      return group ? rowsFromNodes([group]) : undefined
    },

    async holders(id: string, call: PageCall): Promise<HoldersPage | undefined> {
      const after = call.token === '' ? undefined : decodeToken(call.token, (value) => Token.parse(value)).after
      const { group } = await client.query(GroupMembers, { id, first: call.size, after }, call)
      if (!group) return undefined
      const next = nextCursor(group.users.pageInfo, after, GroupMembers.operation)
      const nodes = group.users.edges.map((edge) => edge.node)
      const rows = joinRows(nodes.map((node) => userRows(node, call.scope)))
      return {
        ...rows,
        grants: [...rows.grants, ...nodes.map((node) => membershipGrant(group, userId(node.id)))],
        holders: [
          { entitlementId: memberEntitlementId(groupId(id)), resource: groupId(id), count: group.users.totalCount },
        ],
        ...(next !== undefined && { next: JSON.stringify({ after: next }) }),
      }
    },
  })
}
