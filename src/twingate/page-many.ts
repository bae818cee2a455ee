import { ConnectorError } from '../sdk/ground/errors.ts'
import { askMany, type ManyQuery, type Variables } from './ask-many.ts'
import type { ClientCall, TwingateClient } from './client.ts'
import { nextCursor } from './cursor.ts'

interface Page<N> {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly edges: readonly { readonly cursor: string; readonly node: N }[]
}

/** A list that has further pages. */
interface Open {
  readonly at: number
  readonly item: Variables
  /** Id of the row that the next page begins with, because the page before ended with it. */
  readonly overlap?: string
  /** Ids of the rows of the pages before. */
  readonly seen: ReadonlySet<string>
  /** Pages without a new row just before. */
  readonly empty?: number
}

/**
 * Asks for the list of every item and reads each to its end; only lists with further pages are asked again.
 *
 * Shape: nodes in the items' order, or what `pageOf` gives instead of a list, where the answer is none or the API refuses the item (`askMany`).
 * The query has a variable `after`.
 * Errors: as `client.query`; `unavailable` where rows moved between two pages, so that one may have been passed over.
 */
export async function pageMany<T, N extends { readonly id: string }>(
  client: TwingateClient,
  query: ManyQuery<T>,
  items: readonly Variables[],
  pageOf: (answer: T | ConnectorError, item: Variables) => Page<N> | ConnectorError | undefined,
  call: ClientCall,
): Promise<readonly (readonly N[] | ConnectorError | undefined)[]> {
  const nodes: (readonly N[] | ConnectorError | undefined)[] = items.map(() => undefined)
  let open: readonly Open[] = items.map((item, at) => ({ at, item, seen: new Set() }))
  while (open.length > 0) {
    const answers = await askMany(
      client,
      query,
      open.map(({ item }) => item),
      call,
    )
    open = open.flatMap((list, i): readonly Open[] => {
      const answer = answers[i]
      const page = answer === undefined ? undefined : pageOf(answer, list.item)
      if (page === undefined || ConnectorError.is(page)) {
        nodes[list.at] = page
        return []
      }
      const rows = page.edges.map((edge) => edge.node)
      if (list.overlap !== undefined && rows[0]?.id !== list.overlap) throw moved(query.operation)
      const earlier = nodes[list.at] ?? []
      if (!ConnectorError.is(earlier)) nodes[list.at] = [...earlier, ...rows.slice(list.overlap === undefined ? 0 : 1)]
      return nextPage(list, page, query.operation)
    })
  }
  return nodes
}

/**
 * The page behind this one, beginning with the row that this one ends with.
 *
 * Why: cursors are offsets (twingate-api.md §5). A row that goes from the part read before pulls another one over the boundary, which no page shows then.
 */
function nextPage<N extends { readonly id: string }>(list: Open, page: Page<N>, operation: string): readonly Open[] {
  const empty = page.edges.every(({ node }) => list.seen.has(node.id)) ? (list.empty ?? 0) + 1 : 0
  const after = nextCursor(page.pageInfo, list.item['after'], operation, empty)
  if (after === undefined) return []
  const seen = new Set([...list.seen, ...page.edges.map(({ node }) => node.id)])
  const [before, last] = page.edges.slice(-2)
  if (!before || !last) return [{ at: list.at, item: { ...list.item, after }, seen, empty }]
  return [{ at: list.at, item: { ...list.item, after: before.cursor }, overlap: last.node.id, seen, empty }]
}

const moved = (operation: string): ConnectorError =>
  new ConnectorError(
    'unavailable',
    operation,
    'rows moved while a list was read page by page; try again',
    undefined,
    'moved',
  )
