import { ConnectorError } from '../sdk/ground/errors.ts'
import { malformed } from './graphql-errors.ts'

/** Pages without a new row that are followed, one after the other. They are legal, and a server that gives more of them never comes to an end. */
const MOST_EMPTY = 3

/**
 * The cursor of the next page, or `undefined` after the last. `empty` counts the pages without a new row up to this one, in a row.
 *
 * Errors: `unavailable` where the server says there is more but gives no cursor, the one just used, or page after page without a new row: reading
 * on would loop or stop short.
 */
export function nextCursor(
  pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null },
  after: string | undefined,
  operation: string,
  empty = 0,
): string | undefined {
  if (!pageInfo.hasNextPage) return undefined
  if (!pageInfo.endCursor) throw malformed('Twingate says there is another page but gives no cursor to it', operation)
  if (pageInfo.endCursor === after) throw malformed('Twingate gave the same cursor twice', operation)
  if (empty > MOST_EMPTY)
    throw new ConnectorError(
      'unavailable',
      operation,
      `Twingate gave ${empty} pages without a new row, one after the other, and says that there is another`,
      undefined,
      'no end',
    )
  return pageInfo.endCursor
}

/** Page tokens are our own small JSON objects, so that a cursor can be anything. Errors: `invalid-argument` for a token not made here. */
export function decodeToken<T>(token: string, parse: (value: unknown) => T): T {
  try {
    return parse(JSON.parse(token))
  } catch (error) {
    throw new ConnectorError(
      'invalid-argument',
      'read page token',
      'the page token was not made by this connector',
      error,
    )
  }
}
