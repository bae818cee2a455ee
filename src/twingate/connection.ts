import { z } from 'zod'

export const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })

/** A Relay connection as far as it is read: nodes in order and page info. */
export const connectionOf = <T extends z.ZodType>(node: T) =>
  z.object({ pageInfo: PageInfo, edges: z.array(z.object({ node })) })

/** The same with the place of every row, for lists whose pages overlap (overlap.ts). */
export const placedConnectionOf = <T extends z.ZodType>(node: T) =>
  connectionOf(node).extend({ edges: z.array(z.object({ cursor: z.string(), node })) })

export const countedConnectionOf = <T extends z.ZodType>(node: T) =>
  placedConnectionOf(node).extend({ totalCount: z.number().int().nonnegative() })

/** A time as the API writes it (ISO 8601 with offset); `undefined` for anything that is none, so that one odd date costs no user. */
export function parseApiTime(text: string): Date | undefined {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : new Date(ms)
}
