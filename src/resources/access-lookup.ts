import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ManyQuery } from '../twingate/ask-many.ts'
import type { ClientCall, TwingateClient } from '../twingate/client.ts'
import { PageInfo } from '../twingate/connection.ts'
import { heldAgainst, isIdOf, notAnIdError, probeIdOf } from '../twingate/global-id.ts'
import { fragmentOn } from '../twingate/optional-fields.ts'
import { pageMany } from '../twingate/page-many.ts'
import { ACCESS_FIELDS, AccessEdge } from './access-edge.ts'
import type { ById } from './lookup-by-id.ts'

const Named = z.object({ id: z.string(), name: z.string() })

const ReachedNode = z.object({
  id: z.string().min(1),
  name: z.string(),
  routingMode: z.string().nullish(),
  securityPolicy: Named.nullish(),
  access: z.object({ pageInfo: PageInfo, edges: z.array(AccessEdge) }),
})
type ReachedNode = z.infer<typeof ReachedNode>

const AccessOfResources: ManyQuery<ReachedNode | null> = {
  operation: 'AccessOfResources',
  field: `resource(id: $resource) {
    id name securityPolicy { id name } ...RouteFields
    access(first: 100, after: $after) { pageInfo { hasNextPage endCursor } edges { ...AccessFields } }
  }`,
  parameters: { resource: 'ID!', after: 'String' },
  fragments: `${fragmentOn('RouteFields', 'NetworkResource', ['id', 'routingMode'])}\n${ACCESS_FIELDS}`,
  answer: ReachedNode.nullable(),
  probe: { resource: probeIdOf('Resource') },
}

/** Every question of this file, for the test that checks the documents made of them. */
export const accessQueries = [AccessOfResources]

/** A resource, and by principal id who reaches it. */
export interface ReachedResource extends Omit<ReachedNode, 'access'> {
  readonly edges: ReadonlyMap<string, Omit<AccessEdge, 'cursor'>>
}

/**
 * Resources by id with all who reach them, as `readGroups` gives groups. One request for 50 resources, and more where one is reached by more than
 * a hundred.
 *
 * Errors: as `client.query`; `unavailable` where edges moved while they were read.
 */
export async function readReached(
  client: TwingateClient,
  ids: readonly string[],
  call: ClientCall,
): Promise<ById<ReachedResource>> {
  const once = [...new Set(ids)]
  const asked = once.filter((id) => isIdOf('Resource', id))
  const heads = new Map<string, ReachedNode>()
  const lists = await pageMany(
    client,
    AccessOfResources,
    asked.map((resource) => ({ resource })),
    (answer, { resource = '' }) => {
      const found = heldAgainst('Resource', resource, answer)
      if (!found || ConnectorError.is(found)) return found
      heads.set(resource, found)
      const edges = found.access.edges.map(({ cursor, node, ...terms }) => ({
        cursor,
        node: { ...node, node, ...terms },
      }))
      return { pageInfo: found.access.pageInfo, edges }
    },
    call,
  )
  const found = new Map<string, ReachedResource | ConnectorError>()
  for (const id of once) if (!isIdOf('Resource', id)) found.set(id, notAnIdError('Resource', id))
  for (const [i, id] of asked.entries()) {
    const [list, head] = [lists[i], heads.get(id)]
    if (ConnectorError.is(list)) found.set(id, list)
    else if (list && head) found.set(id, { ...head, edges: new Map(list.map((edge) => [edge.id, edge])) })
  }
  return found
}
