/** The paging arguments every list of the API takes. */
export interface PageArguments {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}

/** Page size when none is asked for, and the largest one given. */
export interface PageSizes {
  readonly default: number
  readonly cap: number
}

export const PAGE_SIZES: PageSizes = { default: 50, cap: 100 }

export interface Edge<T> {
  readonly node: T
  readonly offset: number
}

/** One page of a list, in the shape the schema asks for. */
export interface Connection<T> {
  readonly totalCount: number
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
  readonly edges: readonly Edge<T>[]
}

export const encodeCursor = (offset: number): string =>
  Buffer.from(`arrayconnection:${String(offset)}`).toString('base64')

/** The offset in a cursor, `undefined` for text the API cannot read. */
export const decodeCursor = (cursor: string): number | undefined => {
  const match = /^arrayconnection:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('latin1'))
  return match ? Number(match[1]) : undefined
}

/**
 * Cuts one page out of a list.
 *
 * Cursors are offsets, so a list that changes between two calls shifts; a cursor that cannot be read is ignored, which
 * restarts the list. Both are the live API's behaviour.
 */
export const paginate = <T>(rows: readonly T[], args: PageArguments, sizes: PageSizes): Connection<T> => {
  const floor = (args.after ? (decodeCursor(args.after) ?? -1) : -1) + 1
  const ceiling = args.before ? (decodeCursor(args.before) ?? rows.length) : rows.length
  const backward = args.last != null && args.first == null
  const size = Math.min(Math.max(args.first ?? args.last ?? sizes.default, 0), sizes.cap)
  const end = backward ? Math.min(ceiling, rows.length) : Math.min(floor + size, ceiling, rows.length)
  const start = backward ? Math.max(floor, end - size) : floor
  const edges = rows.slice(start, Math.max(start, end)).map((node, index) => ({ node, offset: start + index }))
  const some = edges.length > 0
  return {
    totalCount: rows.length,
    pageInfo: {
      hasNextPage: end < rows.length && some,
      hasPreviousPage: start > 0 && some,
      startCursor: some ? encodeCursor(start) : null,
      endCursor: some ? encodeCursor(end - 1) : null,
    },
    edges,
  }
}
