import { z } from 'zod'
import type { IdCall, IdList } from '../sdk/contract/syncer.ts'
import type { TwingateClient } from '../twingate/client.ts'
import { type IdSweep, sweepIds } from '../twingate/id-sweep.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { GROUPS_PAGE, GroupsPage, groupRows } from './group.ts'
import { GROUP_FIELDS, GROUP_LACKS } from './group-node.ts'
import { countedIn, countsBeside, countVariables } from './member-counts.ts'
import type { Memberships } from './membership.ts'
import {
  groupVariables,
  LISTED_USER_LACKS,
  ROW_FIELDS,
  USER_FRAGMENTS,
  usersRows,
  UserWithGroups,
} from './users-page.ts'

/** Pages of users in one request. A request with a page of every list asks for as many rows, and where there are more pages the ids cost less. */
export const WHOLE_UP_TO = 5

const FULL_PAGE = 100

/** Users with all that a sync asks of them, and beside them the groups or, where these may be more than a page, counts of their members. */
export function usersAtOnceSweep(counted: readonly string[]): IdSweep {
  const withGroups = counted.length < FULL_PAGE
  return {
    operation: 'UsersAtOnce',
    list: 'users',
    row: { fields: ROW_FIELDS, parameters: ['$groups: Int!', '$withGroups: Boolean!'] },
    fragments: withGroups ? `${USER_FRAGMENTS}\n${GROUP_FIELDS}` : USER_FRAGMENTS,
    beside: withGroups ? { fields: `groups(first: $groups) ${GROUPS_PAGE}`, parameters: [] } : countsBeside(counted),
    lacks: new Set([...LISTED_USER_LACKS, ...GROUP_LACKS]),
  }
}

/**
 * A short list of users and the groups as one moment showed them; `undefined` where they do not prove themselves, and where the API refuses to give so
 * much at once. `counted` are the groups that are known.
 *
 * Why: ids that are known have to be read by id, and what is read later tells of a later moment: each costs a request, which is much beside a few pages.
 */
export async function usersAtOnce(
  client: TwingateClient,
  { places, counted, ...call }: IdCall,
  memberships: Memberships,
): Promise<IdList | undefined> {
  const about = { ...countVariables(counted), ...groupVariables({ size: FULL_PAGE, scope: call.scope }) }
  const swept = await sweepIds(client, usersAtOnceSweep(counted), places, about, call)
  const users = z.array(UserWithGroups).safeParse(swept?.rows)
  if (!swept || !users.success) return undefined
  const { ids, answer } = swept
  const user = usersRows(users.data, call.scope, memberships)
  const groups = GroupsPage.safeParse(answer['groups'])
  if (!groups.success || groups.data.pageInfo.hasNextPage)
    return { ids, holders: countedIn(answer), whole: { [TYPE_IDS.user]: user } }
  const group = groupRows(groups.data.edges.map(({ node }) => node))
  return { ids, holders: [], whole: { [TYPE_IDS.user]: user, [TYPE_IDS.group]: group } }
}
