import { z } from 'zod'
import type { Query, TwingateClient } from '../twingate/client.ts'
import { displayNameOf } from '../twingate/display-name.ts'
import { connectionOf, countedConnectionOf } from '../twingate/connection.ts'
import { MEMBER, memberEntitlementId, TYPE_IDS } from '../twingate/type-ids.ts'
import { documentFor, type ManyQuery } from '../twingate/ask-many.ts'
import { getMany } from '../twingate/get-many.ts'
import { probeIdOf } from '../twingate/global-id.ts'
import { placeOf, sweepDocument, sweepIds, type IdSweep } from '../twingate/id-sweep.ts'
import { memberCount } from './member-counts.ts'
import { GROUP_FIELDS, GROUP_LACKS, groupFromNode, ListedGroup } from './group-node.ts'
import {
  groupId,
  MEMBER_GROUP_FIELDS,
  MEMBER_GROUP_LACKS,
  MemberGroup,
  membershipGrant,
  membershipImmutable,
  userId,
} from './membership.ts'
import {
  overlapField,
  OVERLAP_PARAMETERS,
  OverlapRows,
  pageEnd,
  pageVariables,
  readPlace,
} from '../twingate/overlap.ts'
import { queryById } from '../twingate/query-by-id.ts'
import { joinRows, ListedUser, USER_FIELDS, USER_LACKS, userRows } from './user-node.ts'
import type { Entitlement, ResourceType } from '../sdk/model/model.ts'
import type {
  Call,
  HolderLister,
  HoldersPage,
  IdCall,
  IdLister,
  IdList,
  ListPage,
  ManyHoldersLister,
  PageCall,
  ResourceSyncer,
  SizedCall,
  TargetedGetter,
} from '../sdk/contract/syncer.ts'

export const groupType: ResourceType = Object.freeze({
  id: TYPE_IDS.group,
  displayName: 'Group',
  description: 'A group of users of the Twingate network',
  traits: ['group'],
  skipEntitlementsAndGrants: false,
} as const)

/** A page of groups as a sync asks for it, and its answer. The fragment is `GROUP_FIELDS`. */
export const GROUPS_PAGE = '{ totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ...GroupFields } } }'
export const GroupsPage = countedConnectionOf(ListedGroup)

const GroupsAnswer = z.object({ groups: GroupsPage, overlap: OverlapRows })

const Groups: Query<z.infer<typeof GroupsAnswer>> = {
  operation: 'Groups',
  document: `query Groups($first: Int!, $after: String, ${OVERLAP_PARAMETERS}) {
    groups(first: $first, after: $after) ${GROUPS_PAGE}
    ${overlapField('groups')}
  }\n${GROUP_FIELDS}`,
  answer: GroupsAnswer,
  lacks: GROUP_LACKS,
}

interface GroupAnswer<T> {
  readonly group: T | null
}

const groupIn = <T>({ group }: GroupAnswer<T>): T | null => group

const Group: Query<GroupAnswer<ListedGroup>> = {
  operation: 'Group',
  document: `query Group($id: ID!) { group(id: $id) { ...GroupFields } }\n${GROUP_FIELDS}`,
  answer: z.object({ group: ListedGroup.nullable() }),
  lacks: GROUP_LACKS,
}

const Members = MemberGroup.extend({ users: countedConnectionOf(ListedUser), overlap: OverlapRows })

type Members = z.infer<typeof Members>

const GroupMembers: Query<GroupAnswer<Members>> = {
  operation: 'GroupMembers',
  document: `query GroupMembers($id: ID!, $first: Int!, $after: String, ${OVERLAP_PARAMETERS}) {
    group(id: $id) {
      ...MemberGroupFields
      users(first: $first, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        edges { cursor node { ...UserFields } }
      }
      ${overlapField('users')}
    }
  }\n${MEMBER_GROUP_FIELDS}\n${USER_FIELDS}`,
  answer: z.object({ group: Members.nullable() }),
  lacks: new Set([...USER_LACKS, ...MEMBER_GROUP_LACKS]),
}

const GroupsAgain: ManyQuery<ListedGroup | null> = {
  operation: 'GroupsAgain',
  field: 'group(id: $id) { ...GroupFields }',
  parameters: { id: 'ID!' },
  fragments: GROUP_FIELDS,
  answer: ListedGroup.nullable(),
  lacks: GROUP_LACKS,
  probe: { id: probeIdOf('Group') },
}

/** The first members of a group, by their ids alone. */
const FirstMembers = MemberGroup.extend({
  users: connectionOf(z.object({ id: z.string() })).extend({ totalCount: z.number().int().nonnegative() }),
})

const membersOfMany = (first: number): ManyQuery<z.infer<typeof FirstMembers> | null> => ({
  operation: 'MembersOfGroups',
  field: `group(id: $id) { ...MemberGroupFields users(first: ${first}) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } } }`,
  parameters: { id: 'ID!' },
  fragments: MEMBER_GROUP_FIELDS,
  answer: FirstMembers.nullable(),
  lacks: new Set(MEMBER_GROUP_LACKS),
  probe: { id: probeIdOf('Group') },
})

const GroupIds: IdSweep = { operation: 'GroupIds', list: 'groups' }

const MemberIds: IdSweep = {
  operation: 'MemberIds',
  list: 'users',
  within: { field: 'group(id: $id)', fields: 'id type' },
}

/** Every document of this file, for the test that checks them against the schema. */
export const groupQueries = [
  ...[Groups, Group, GroupMembers],
  ...[GroupsAgain, membersOfMany(100)].map((query) => ({
    operation: query.operation,
    document: documentFor(query, 2),
  })),
  ...[GroupIds, MemberIds].map((sweep) => ({ operation: sweep.operation, document: sweepDocument(sweep, 2) })),
]

function memberEntitlement(node: ListedGroup): Entitlement {
  const resource = groupId(node.id)
  const name = displayNameOf(node.name, node.id)
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

/** The rows of groups of a list, with how many members each has. */
export const groupRows = (nodes: readonly ListedGroup[]) => ({
  resources: nodes.map(groupFromNode),
  entitlements: nodes.map(memberEntitlement),
  grants: [],
  holders: nodes.map(memberCount),
})

/**
 * Groups with how many members each has. Who they are comes with the users (user.ts) and must add up to these counts.
 */
export function groupResource(
  client: TwingateClient,
): ResourceSyncer & TargetedGetter & HolderLister & IdLister & ManyHoldersLister {
  return Object.freeze({
    type: groupType,
    neverEmpty: 'every network has the built-in group Everyone',

    async list(call: PageCall): Promise<ListPage> {
      const place = readPlace(call.token)
      const variables = pageVariables(place, call.size)
      const { groups, overlap } = await client.query(Groups, variables, call)
      return {
        ...groupRows(groups.edges.map((edge) => edge.node)),
        total: groups.totalCount,
        ...placeOf(place, call.size, groups.edges.length),
        ...pageEnd(groups, overlap, place, Groups.operation),
      }
    },

    async get(id: string, call: Call): Promise<ListPage | undefined> {
      const question = { kind: 'Group', id, query: Group, variables: {}, objectIn: groupIn<ListedGroup> } as const
      const group = await queryById(client, question, call)
      return group ? groupRows([group]) : undefined
    },

    async ids({ places, ...call }: IdCall): Promise<IdList | undefined> {
      const swept = await sweepIds(client, GroupIds, places, {}, call)
      return swept && { ids: swept.ids, holders: [] }
    },

    async getMany(ids: readonly string[], call: Call): Promise<readonly (ListPage | undefined)[]> {
      const groups = await getMany(client, GroupsAgain, ids, call)
      return groups.map((group) => group && groupRows([group]))
    },

    async holders(id: string, call: PageCall): Promise<HoldersPage | undefined> {
      const place = readPlace(call.token)
      const variables = pageVariables(place, call.size)
      const question = { kind: 'Group', id, query: GroupMembers, variables, objectIn: groupIn<Members> } as const
      const group = await queryById(client, question, call)
      if (!group) return undefined
      const nodes = group.users.edges.map((edge) => edge.node)
      const rows = joinRows(nodes.map((node) => userRows(node, call.scope)))
      return {
        ...rows,
        grants: [...rows.grants, ...nodes.map((node) => membershipGrant(group, userId(node.id)))],
        holders: [memberCount(group)],
        ...placeOf(place, call.size, nodes.length),
        ...pageEnd(group.users, group.overlap, place, GroupMembers.operation),
      }
    },

    async holdersOfMany(ids: readonly string[], call: SizedCall): Promise<readonly (HoldersPage | undefined)[]> {
      const groups = await getMany(client, membersOfMany(call.size), ids, call)
      return groups.map((group) => {
        if (!group) return undefined
        const members = group.users.edges.map(({ node }) => node.id)
        return {
          ...membersOnly(group, members, group.users.totalCount),
          ...(group.users.pageInfo.hasNextPage && { next: '' }),
        }
      })
    },

    async holdersAtOnce(id: string, places: readonly string[], call: Call): Promise<HoldersPage | undefined> {
      const swept = await sweepIds(client, MemberIds, places, { id }, call)
      const group = swept && MemberGroup.parse(swept.answer)
      return group && membersOnly(group, swept.ids, swept.ids.length)
    },
  })
}

const membersOnly = (
  group: z.infer<typeof MemberGroup>,
  members: readonly string[],
  totalCount: number,
): HoldersPage => ({
  resources: [],
  entitlements: [],
  grants: members.map((member) => membershipGrant(group, userId(member))),
  holders: [memberCount({ id: group.id, users: { totalCount } })],
})
