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

/** Parts of a document whose field `overlap` stands behind the list itself and has the directive and the fields given here. */
export const OVERLAP_PARAMETERS = '$overlaps: Boolean!, $overlapFirst: Int!, $overlapAfter: String'
export const OVERLAP_ARGUMENTS = 'first: $overlapFirst, after: $overlapAfter'
export const OVERLAP_FIELDS = '@include(if: $overlaps) { edges { node { id } } }'

/** What the field answers. */
export const OverlapRows = z.object({ edges: z.array(z.object({ node: z.object({ id: z.string() }) })) }).optional()

export const overlapVariables = ({ overlap }: Place) => ({
  overlaps: overlap !== undefined,
  overlapFirst: overlap?.first ?? 1,
  overlapAfter: overlap?.after,
})

/**
 * The place of the page after the one that was asked for at `place`; `undefined` after the last. Errors: as `nextCursor`.
 *
 * Why: a page without rows ends with the same row as the page before it.
 */
export function placeAfter(
  page: {
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[]
  },
  place: Place,
  operation: string,
): Place | undefined {
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
