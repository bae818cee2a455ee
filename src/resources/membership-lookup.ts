import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ManyQuery } from '../twingate/ask-many.ts'
import type { ClientCall, TwingateClient } from '../twingate/client.ts'
import { placedConnectionOf } from '../twingate/connection.ts'
import { heldAgainst, isIdOf, notAnIdError, probeIdOf } from '../twingate/global-id.ts'
import { pageMany } from '../twingate/page-many.ts'

export interface MembershipPair {
  readonly userId: string
  readonly groupId: string
}

/** Names a pair in the answers of this file. */
export const membershipKey = (userId: string, groupId: string): string => JSON.stringify([userId, groupId])

const Answer = z.object({ id: z.string(), groups: placedConnectionOf(z.object({ id: z.string() })) }).nullable()

const GroupsOfUsers: ManyQuery<z.infer<typeof Answer>> = {
  operation: 'GroupsOfUsers',
  field: `user(id: $user) {
    id groups(first: 50, after: $after) { pageInfo { hasNextPage endCursor } edges { cursor node { id } } }
  }`,
  parameters: { user: 'ID!', after: 'String' },
  fragments: '',
  answer: Answer,
  probe: { user: probeIdOf('User') },
}

/** Every question of this file, for the test that checks the documents made of them. */
export const membershipQueries = [GroupsOfUsers]

/** How a user stands to a group; an error says why the id is none of a user, or why the user cannot be read. */
export type Standing = 'member' | 'not a member' | 'no such user' | ConnectorError

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
  const users = [...new Set(pairs.map(({ userId }) => userId))]
  const asked = users.filter((id) => isIdOf('User', id))
  const lists = await pageMany(
    client,
    GroupsOfUsers,
    asked.map((user) => ({ user })),
    (answer, { user = '' }) => {
      const found = heldAgainst('User', user, answer)
      return ConnectorError.is(found) ? found : found?.groups
    },
    call,
  )
  const groupsOf = new Map(
    asked.map((user, i) => {
      const list = lists[i]
      return [user, ConnectorError.is(list) ? list : list && new Set(list.map(({ id }) => id))]
    }),
  )
  return new Map(
    pairs.map(({ userId, groupId }) => {
      const groups = groupsOf.has(userId) ? groupsOf.get(userId) : notAnIdError('User', userId)
      return [membershipKey(userId, groupId), standing(groups, groupId)]
    }),
  )
}

function standing(groups: ReadonlySet<string> | ConnectorError | undefined, groupId: string): Standing {
  if (!groups) return 'no such user'
  if (ConnectorError.is(groups)) return groups
  return groups.has(groupId) ? 'member' : 'not a member'
}
