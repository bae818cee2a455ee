import { ConnectorError } from '../../../sdk/ground/errors.ts'
import type { GraphObject } from './graph-answer.ts'
import { type Expired, followLink, type GraphClient } from './graph-client.ts'

/** How often one read may be told to begin anew. A tenant that is moved says so once. */
const MOST_RESTARTS = 3

/**
 * Reads a delta query from a link to its end and gives the link where the next one begins; an expired token is the result, not an error.
 *
 * Source: "Use delta query to track changes in Microsoft Graph data": pages end with the deltaLink, empty ones may come before it.
 */
export async function readDelta(
  client: GraphClient,
  operation: string,
  start: URL,
  onPage: (objects: readonly GraphObject[]) => void,
  signal: AbortSignal,
): Promise<string | Expired> {
  const followed = new Set<string>()
  for (let url = start; ;) {
    followLink(url, followed, operation)
    const page = await client.deltaPage(operation, url, signal)
    if ('expired' in page) return page
    onPage(page.value)
    const next = page['@odata.nextLink']
    const last = page['@odata.deltaLink']
    if (next !== undefined) url = client.url(next)
    else if (last !== undefined) return client.url(last).href
  }
}

/**
 * Reads a collection from its beginning. Where the server asks to begin anew (410), `onRestart` is called, what was read is void, and the read goes
 * on from the address that it names.
 *
 * Errors: `unavailable` where it asks again and again.
 */
export async function readWhole(
  client: GraphClient,
  operation: string,
  start: URL,
  on: { readonly page: (objects: readonly GraphObject[]) => void; readonly restart: () => void },
  signal: AbortSignal,
): Promise<string> {
  let from = start
  for (let restarts = 0; restarts <= MOST_RESTARTS; restarts++) {
    const result = await readDelta(client, operation, from, on.page, signal)
    if (typeof result === 'string') return result
    on.restart()
    from = result.location ?? start
  }
  throw new ConnectorError(
    'unavailable',
    operation,
    `${start.host} asked to begin anew ${MOST_RESTARTS + 1} times; run again later`,
    undefined,
    'resync',
  )
}
