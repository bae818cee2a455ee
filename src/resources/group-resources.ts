import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ManyQuery } from '../twingate/ask-many.ts'
import type { ClientCall, TwingateClient } from '../twingate/client.ts'
import { placedConnectionOf } from '../twingate/connection.ts'
import { probeIdOf } from '../twingate/global-id.ts'
import { pageMany } from '../twingate/page-many.ts'
import type { Named } from './lookup-by-id.ts'

const ResourcePage = placedConnectionOf(z.object({ id: z.string().min(1), name: z.string() }))

const ResourcesOfGroups: ManyQuery<{ resources: z.infer<typeof ResourcePage> } | null> = {
  operation: 'ResourcesOfGroups',
  field: `group(id: $group) {
    resources(first: 100, after: $after) { pageInfo { hasNextPage endCursor } edges { cursor node { id name } } }
  }`,
  parameters: { group: 'ID!', after: 'String' },
  fragments: '',
  answer: z.object({ resources: ResourcePage }).nullable(),
  probe: { group: probeIdOf('Group') },
}

/** Every question of this file, for the test that checks the documents made of them. */
export const groupResourceQueries = [ResourcesOfGroups]

/**
 * The resources that each group reaches, in the order of the groups; none where there is no such group.
 *
 * Errors: as `client.query`; the first list that could not be read; `unavailable` where rows moved meanwhile.
 */
export async function resourcesOfGroups(
  client: TwingateClient,
  groups: readonly string[],
  call: ClientCall,
): Promise<readonly (readonly Named[])[]> {
  const items = groups.map((group) => ({ group }))
  const lists = await pageMany(
    client,
    ResourcesOfGroups,
    items,
    (answer) => (ConnectorError.is(answer) ? answer : answer?.resources),
    call,
  )
  return wholeLists(lists)
}

/** What is not whole is no plan. Errors: the first list that could not be read. */
export function wholeLists<N>(
  lists: readonly (readonly N[] | ConnectorError | undefined)[],
): readonly (readonly N[])[] {
  return lists.map((list) => {
    if (ConnectorError.is(list)) throw list
    return list ?? []
  })
}
