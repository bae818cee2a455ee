import { z } from 'zod'
import { decodeToken, nextCursor } from './cursor.ts'

/** Names the last row that was read, and how to ask for it again: it is the last of `first` rows after `after`. */
const Overlap = z.strictObject({
  id: z.string().min(1),
  first: z.number().int().positive(),
  after: z.string().optional(),
})
export type Overlap = z.infer<typeof Overlap>

/** Where a page begins: behind this cursor, and behind the row of the overlap. */
export const Place = z.strictObject({
  after: z.string().optional(),
  overlap: Overlap.optional(),
  /** Pages without a row just before it; absent where there are none. */
  empty: z.number().int().positive().optional(),
})
export type Place = z.infer<typeof Place>

/** The place that a page token of a single list holds. Errors: `invalid-argument` for a token not made here. */
export const readPlace = (token: string): Place =>
  token === '' ? {} : decodeToken(token, (value) => Place.required({ after: true }).parse(value))

/** Parameters of a document that asks for an overlap, as `pageVariables` gives them. */
export const OVERLAP_PARAMETERS = '$overlaps: Boolean!, $overlapFirst: Int!, $overlapAfter: String'

/** The field `overlap`, which stands behind the list that is paged. `filter` is the list's own; `row` asks for the id of a row. */
export const overlapField = (list: string, filter = '', row = 'id'): string =>
  `overlap: ${list}(first: $overlapFirst, after: $overlapAfter${filter}) @include(if: $overlaps) { edges { node { ${row} } } }`

/** What the field answers. */
export const OverlapRows = z.object({ edges: z.array(z.object({ node: z.object({ id: z.string() }) })) }).optional()

/** The variables of a page of `size` rows at a place. */
export const pageVariables = ({ after, overlap }: Place, size: number) => ({
  first: size,
  after,
  overlaps: overlap !== undefined,
  overlapFirst: overlap?.first ?? 1,
  overlapAfter: overlap?.after,
})

/** A page of a list, as far as paging looks at it. */
interface PagedList {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[]
}

/**
 * The place of the page after the one that was asked for at `place`; `undefined` after the last. Errors: as `nextCursor`.
 *
 * Why: a page without rows ends with the same row as the page before it.
 */
export function placeAfter(page: PagedList, place: Place, operation: string): Place | undefined {
  const empty = page.edges.length === 0 ? (place.empty ?? 0) + 1 : 0
  const after = nextCursor(page.pageInfo, place.after, operation, empty)
  if (after === undefined) return undefined
  const last = page.edges.at(-1)
  if (!last) return { ...place, after, empty }
  const start = page.edges.at(-2)?.cursor ?? place.after
  return { after, overlap: { id: last.node.id, first: 1, ...(start !== undefined && { after: start }) } }
}

/**
 * Says whether rows before a page moved since the page before was read: the row that ended it no longer stands where it stood.
 *
 * Why: cursors are offsets (twingate-api.md §5). A row deleted before a page pulls another one over the boundary, which no page shows then,
 * and counts may balance. The overlap travels in the request for the page itself and is asked for behind it, so that whatever moved before
 * the page was read shows. Where cursors name rows, nothing moves and the overlap agrees.
 */
export const hasMoved = ({ overlap }: Place, rows: z.infer<typeof OverlapRows>): boolean =>
  overlap !== undefined && rows?.edges.at(-1)?.node.id !== overlap.id

/** What a page says about its listing besides its rows: the token of the page after it, and whether rows moved before it. Errors: as `placeAfter`. */
export function pageEnd(
  page: PagedList,
  overlap: z.infer<typeof OverlapRows>,
  place: Place,
  operation: string,
): { readonly next?: string; readonly moved?: true } {
  const next = placeAfter(page, place, operation)
  return { ...(next && { next: JSON.stringify(next) }), ...(hasMoved(place, overlap) && { moved: true }) }
}

/**
 * Where the rest of a nested list begins, of which the page of its owner held the first rows; `undefined` where it held all. Errors: as `nextCursor`.
 *
 * Why: the overlap is the whole first part, which needs no cursors: with those of a hundred groups of a hundred users every page of users
 * would be half as large again, for the few users who need them.
 */
export function placeBehind(
  {
    pageInfo,
    edges,
  }: Pick<PagedList, 'pageInfo'> & { readonly edges: readonly { readonly node: { readonly id: string } }[] },
  operation: string,
): Place | undefined {
  const after = nextCursor(pageInfo, undefined, operation)
  if (after === undefined) return undefined
  const last = edges.at(-1)?.node.id
  return { after, ...(last !== undefined && { overlap: { id: last, first: edges.length } }) }
}
