import { ConnectorError } from '../sdk/ground/errors.ts'
import { malformed } from './graphql-errors.ts'

/**
 * The cursor of the next page, or `undefined` after the last.
 *
 * Errors: `unavailable` where the server says there is more but gives no cursor, or the one just used: reading on would loop or stop short.
 */
export function nextCursor(
  pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null },
  after: string | undefined,
  operation: string,
): string | undefined {
  if (!pageInfo.hasNextPage) return undefined
  if (!pageInfo.endCursor) throw malformed('Twingate says there is another page but gives no cursor to it', operation)
  if (pageInfo.endCursor === after) throw malformed('Twingate gave the same cursor twice', operation)
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
