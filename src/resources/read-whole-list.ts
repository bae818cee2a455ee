import type { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ClientCall, Query, TwingateClient } from '../twingate/client.ts'
import type { countedConnectionOf } from '../twingate/connection.ts'
import { nextCursor } from '../twingate/cursor.ts'

/** A list of the query root, answered under the name `things`; its document has the variables `first` and `after`. */
export type WholeListQuery<Node> = Query<{
  readonly things: z.infer<ReturnType<typeof countedConnectionOf<z.ZodType<Node>>>>
}>

/**
 * Reads a list to its end, a hundred rows a request, held against its own count.
 *
 * Errors: as `client.query`; `unavailable` where the rows are not as many as the count says, because some moved while the list was read.
 */
export async function readWholeList<Node extends { readonly id: string }>(
  client: TwingateClient,
  query: WholeListQuery<Node>,
  variables: Readonly<Record<string, unknown>>,
  call: ClientCall,
): Promise<readonly Node[]> {
  const nodes = new Map<string, Node>()
  let empty = 0
  for (let after: string | undefined; ;) {
    const { things } = await client.query(query, { ...variables, first: 100, after }, call)
    const before = nodes.size
    for (const { node } of things.edges) nodes.set(node.id, node)
    empty = nodes.size === before ? empty + 1 : 0
    after = nextCursor(things.pageInfo, after, query.operation, empty)
    if (after !== undefined) continue
    if (nodes.size === things.totalCount) return [...nodes.values()]
    throw new ConnectorError(
      'unavailable',
      query.operation,
      `Twingate counts ${things.totalCount} and lists ${nodes.size}; rows moved while the list was read, try again`,
      undefined,
      'moved',
    )
  }
}
