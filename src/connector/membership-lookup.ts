import { z } from 'zod'
import { ConnectorError } from '../sdk/errors.ts'
import type { ManyQuery } from './ask-many.ts'
import type { ClientCall, TwingateClient } from './client.ts'
import { connectionOf } from './fragments.ts'
import { isIdOf } from './global-id.ts'
import { type GroupState, readGroups } from './lookup-by-id.ts'
import { pageMany } from './page-many.ts'

export interface MembershipPair {
  readonly userId: string
  readonly groupId: string
}

/** Names a pair in the answers of this file. */
export const membershipKey = (userId: string, groupId: string): string => JSON.stringify([userId, groupId])

const Answer = z.object({ groups: connectionOf(z.object({ id: z.string() })) }).nullable()

const MembershipsByName: ManyQuery<z.infer<typeof Answer>> = {
  operation: 'MembershipsByName',
  field: `user(id: $user) {
    groups(first: 100, after: $after, filter: { name: { eq: $name } }) {
      pageInfo { hasNextPage endCursor } edges { node { id } }
    }
  }`,
  parameters: { user: 'ID!', name: 'String!', after: 'String' },
  fragments: '',
  answer: Answer,
}

/** Every question of this file, for the test that checks the documents made of them. */
export const membershipQueries = [MembershipsByName]

/**
 * Which of the pairs exist, as `membershipKey`s. A pair with an unknown user or group does not.
 *
 * Errors: as `client.query`; `unavailable` where a group was renamed meanwhile.
 */
export async function readMemberships(
  client: TwingateClient,
  pairs: readonly MembershipPair[],
  call: ClientCall,
): Promise<ReadonlySet<string>> {
  const ids = pairs.map((pair) => pair.groupId)
  const groups = await readGroups(client, ids, call)
  const standings = await readStandings(client, pairs, groups, call)
  const doubtful = pairs.filter((pair) => standings.get(membershipKey(pair.userId, pair.groupId)) === 'not a member')
  await refuseRenamed(
    client,
    doubtful.flatMap((pair) => groups.get(pair.groupId) ?? []),
    call,
  )
  return new Set([...standings].flatMap(([key, standing]) => (standing === 'member' ? [key] : [])))
}

export type Standing = 'member' | 'not a member' | 'no such user'

/**
 * How each user stands to the group, by `membershipKey`; pairs of other groups than the given ones are left out.
 *
 * Why: the API can tell a user's groups by name only, in one request for 50 pairs; a group renamed since it was read makes a member look
 * like none, see `refuseRenamed`.
 */
export async function readStandings(
  client: TwingateClient,
  pairs: readonly MembershipPair[],
  groups: ReadonlyMap<string, GroupState>,
  call: ClientCall,
): Promise<ReadonlyMap<string, Standing>> {
  const standings = new Map<string, Standing>()
  const asked = pairs.flatMap(({ userId, groupId }) => {
    const key = membershipKey(userId, groupId)
    const group = groups.get(groupId)
    if (!group || standings.has(key)) return []
    standings.set(key, 'no such user')
    return isIdOf('User', userId) ? [{ key, groupId, item: { user: userId, name: group.name } }] : []
  })
  const found = await pageMany(
    client,
    MembershipsByName,
    asked.map(({ item }) => item),
    (answer) => answer?.groups,
    call,
  )
  for (const [i, { key, groupId }] of asked.entries()) {
    const groupsOfUser = found[i]
    if (groupsOfUser) standings.set(key, groupsOfUser.some(({ id }) => id === groupId) ? 'member' : 'not a member')
  }
  return standings
}

/** Errors: `unavailable` where one of the groups has another name by now, so that what was read by its name is void. */
export async function refuseRenamed(
  client: TwingateClient,
  groups: readonly GroupState[],
  call: ClientCall,
): Promise<void> {
  const ids = groups.map((group) => group.id)
  const now = await readGroups(client, ids, call)
  const renamed = groups.find((group) => now.has(group.id) && now.get(group.id)?.name !== group.name)
  if (renamed)
    throw new ConnectorError(
      'unavailable',
      'read memberships',
      `group "${renamed.name}" (${renamed.id}) was renamed while its members were read; try again`,
      undefined,
      'renamed',
    )
}
