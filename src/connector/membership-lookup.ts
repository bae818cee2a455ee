import { z } from 'zod'
import type { ManyQuery } from './ask-many.ts'
import type { ClientCall, TwingateClient } from './client.ts'
import { placedConnectionOf } from './fragments.ts'
import { isIdOf } from './global-id.ts'
import { pageMany } from './page-many.ts'

export interface MembershipPair {
  readonly userId: string
  readonly groupId: string
}

/** Names a pair in the answers of this file. */
export const membershipKey = (userId: string, groupId: string): string => JSON.stringify([userId, groupId])

const Answer = z.object({ groups: placedConnectionOf(z.object({ id: z.string() })) }).nullable()

const GroupsOfUsers: ManyQuery<z.infer<typeof Answer>> = {
  operation: 'GroupsOfUsers',
  field: `user(id: $user) {
    groups(first: 100, after: $after) { pageInfo { hasNextPage endCursor } edges { cursor node { id } } }
  }`,
  parameters: { user: 'ID!', after: 'String' },
  fragments: '',
  answer: Answer,
}

/** Every question of this file, for the test that checks the documents made of them. */
export const membershipQueries = [GroupsOfUsers]

export type Standing = 'member' | 'not a member' | 'no such user'

/**
 * How each user stands to the group, by `membershipKey`. Whether there is such a group is not looked at. One request for 50 users.
 *
 * Errors: as `client.query`; `unavailable` where a user's groups moved while they were read.
 * Why: all groups of a user are read, not those of the group's name. The server compares names by rules of its own, and a name that its filter
 * does not find would make a member look like none.
 */
export async function readStandings(
  client: TwingateClient,
  pairs: readonly MembershipPair[],
  call: ClientCall,
): Promise<ReadonlyMap<string, Standing>> {
  const users = [...new Set(pairs.map(({ userId }) => userId))].filter((id) => isIdOf('User', id))
  const lists = await pageMany(
    client,
    GroupsOfUsers,
    users.map((user) => ({ user })),
    (answer) => answer?.groups,
    call,
  )
  const groupsOf = new Map(users.map((user, i) => [user, lists[i] && new Set(lists[i].map(({ id }) => id))]))
  return new Map(
    pairs.map(({ userId, groupId }) => {
      const groups = groupsOf.get(userId)
      return [
        membershipKey(userId, groupId),
        groups ? (groups.has(groupId) ? 'member' : 'not a member') : 'no such user',
      ]
    }),
  )
}
