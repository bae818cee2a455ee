import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ManyQuery } from '../twingate/ask-many.ts'
import type { ClientCall, TwingateClient } from '../twingate/client.ts'
import { placedConnectionOf } from '../twingate/connection.ts'
import { probeIdOf } from '../twingate/global-id.ts'
import { pageMany } from '../twingate/page-many.ts'
import { type Device, devicesOf } from './device-lookup.ts'
import { resourcesOfGroups, wholeLists } from './group-resources.ts'
import { GroupState, type Named, readUsers } from './lookup-by-id.ts'
import type { AccessRequest } from './access-request-node.ts'
import { pendingRequestsOf } from './access-request.ts'
import type { UserNode } from './user-node.ts'

const GroupPage = placedConnectionOf(GroupState)

const GroupsHeld: ManyQuery<{ groups: z.infer<typeof GroupPage> } | null> = {
  operation: 'GroupsHeld',
  field: `user(id: $user) {
    groups(first: 100, after: $after) { pageInfo { hasNextPage endCursor } edges { cursor node { id name type isActive } } }
  }`,
  parameters: { user: 'ID!', after: 'String' },
  fragments: '',
  answer: z.object({ groups: GroupPage }).nullable(),
  probe: { user: probeIdOf('User') },
}

/** Every question of this file, for the test that checks the documents made of them. */
export const holdingQueries = [GroupsHeld]

/** A resource that a person reaches, and the groups it is reached through. */
export interface ReachedThrough extends Named {
  readonly through: readonly string[]
}

/** Everything that a person holds, as far as the Admin API shows it. */
export interface Holdings {
  readonly user: UserNode
  readonly groups: readonly GroupState[]
  readonly resources: readonly ReachedThrough[]
  /** Those that are not archived. */
  readonly devices: readonly Device[]
  /** Requests for access that wait for a decision. */
  readonly requests: readonly AccessRequest[]
}

/**
 * Reads what a person holds, each list to its end.
 *
 * Errors: `not-found` where there is no such user; as `client.query`; `unavailable` where rows moved meanwhile.
 * Why: devices cannot be asked for by user, so all of them are read, a hundred a request.
 */
export async function readHoldings(client: TwingateClient, id: string, call: ClientCall): Promise<Holdings> {
  const user = (await readUsers(client, [id], call)).get(id)
  if (ConnectorError.is(user)) throw user
  if (!user) throw new ConnectorError('not-found', 'find user', `there is no user ${id}; look the user up again`)
  const [groups = []] = wholeLists(
    await pageMany(
      client,
      GroupsHeld,
      [{ user: id }],
      (answer) => (ConnectorError.is(answer) ? answer : answer?.groups),
      call,
    ),
  )
  const reached = await resourcesOfGroups(
    client,
    groups.map((group) => group.id),
    call,
  )
  const resources = new Map<string, { readonly id: string; readonly name: string; readonly through: string[] }>()
  for (const [i, group] of groups.entries())
    for (const resource of reached[i] ?? []) {
      const known = resources.get(resource.id)
      if (known) known.through.push(group.name)
      else resources.set(resource.id, { ...resource, through: [group.name] })
    }
  const devices = await devicesOf(client, id, call)
  const requests = await pendingRequestsOf(client, id, call)
  return { user, groups, resources: [...resources.values()], devices, requests }
}
