import { askMany, type ManyQuery, type Variables } from './ask-many.ts'
import type { ClientCall, TwingateClient } from './client.ts'
import { nextCursor } from './cursor.ts'

interface Page<N> {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly edges: readonly { readonly node: N }[]
}

/**
 * Asks for the list of every item and reads each to its end; only lists with further pages are asked again.
 *
 * Shape: nodes in the items' order; `undefined` where `pageOf` finds no list in the answer. The query has a variable `after`.
 */
export async function pageMany<T, N>(
  client: TwingateClient,
  query: ManyQuery<T>,
  items: readonly Variables[],
  pageOf: (answer: T) => Page<N> | undefined,
  call: ClientCall,
): Promise<readonly (readonly N[] | undefined)[]> {
  const nodes: (N[] | undefined)[] = items.map(() => undefined)
  let open = items.map((item, at) => ({ at, item }))
  while (open.length > 0) {
    const answers = await askMany(
      client,
      query,
      open.map(({ item }) => item),
      call,
    )
    open = open.flatMap(({ at, item }, i) => {
      const answer = answers[i]
      const page = answer === undefined ? undefined : pageOf(answer)
      if (!page) return []
      nodes[at] = [...(nodes[at] ?? []), ...page.edges.map((edge) => edge.node)]
      const after = nextCursor(page.pageInfo, item['after'], query.operation)
      return after === undefined ? [] : [{ at, item: { ...item, after } }]
    })
  }
  return nodes
}
