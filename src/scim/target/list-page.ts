import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Kind } from '../model.ts'
import { type ListPage, readListPage } from './answers.ts'
import type { Exchange } from './exchange.ts'
import { readQuery } from './group-query.ts'
import type { LearnedProfile } from './learned-profile.ts'
import type { TargetProfile } from './profile.ts'
import { malformedAnswer, refusal, type ScimAnswer } from './refusal.ts'
import { ENDPOINT } from './schemas.ts'

/** A page that any server takes; larger ones are for servers that were seen to give them. */
export const USUAL_COUNT = 100

/** A 400 for so few entries is about something else. */
const LEAST_REFUSED = 2

export interface ListTools {
  readonly exchange: Exchange
  readonly learned: LearnedProfile
}

/**
 * Where a page begins: at the entry of a number, or where a cursor points to; the empty cursor begins a listing.
 *
 * Source: RFC 7644 §3.4.2.4; RFC 9865 §2.
 */
export type Place = { readonly startIndex: number } | { readonly cursor: string }

/** Where a listing begins at this server. */
export const firstPlace = ({ cursors }: TargetProfile): Place => (cursors === true ? { cursor: '' } : { startIndex: 1 })

const isFirst = (place: Place): boolean => ('cursor' in place ? place.cursor === '' : place.startIndex === 1)

/** Which page is asked for, and how many entries of it. */
export interface PageAsked {
  readonly place: Place
  readonly count: number
}

/** Reads one page; `too large` where fewer entries have to be asked for. Errors: as `listObjects`. */
export async function readPage(
  kind: Kind,
  asked: PageAsked,
  tools: ListTools,
  signal: AbortSignal,
): Promise<ListPage | 'too large'> {
  const { place, count } = asked
  const operation = `list ${kind}s`
  const answer = await askForPage(kind, asked, tools, signal).catch((error: unknown) => {
    if (ConnectorError.is(error) && error.reason === 'too large' && count > 1) return undefined
    throw error
  })
  // A cursor that is refused is over, whatever the number of entries.
  const isOfCount = count > LEAST_REFUSED && (isFirst(place) || !('cursor' in place))
  if (!answer || (answer.status === 400 && isOfCount)) return 'too large'
  if (answer.status === 404)
    throw new ConnectorError(
      'not-found',
      operation,
      `${answer.host} has no SCIM at this address (404); check the target's url`,
      undefined,
      'http 404',
    )
  if (answer.status >= 300) throw refusal(answer)
  const page = readListPage(answer.body)
  if (!page) throw malformedAnswer(answer.host, operation, false)
  return page
}

/** How often a first page is requested with `count` before it is requested without. */
const TRIES_WITH_COUNT = 2

/**
 * Asks for a page. Where the first one fails with 500 each time, the server is asked to make pages of its own size; where it is refused for any number of
 * entries, the server is asked for pages by cursors. Either is learned where it works.
 *
 * Why: Canaille fails wherever a number of entries is asked for.
 */
async function askForPage(
  kind: Kind,
  { place, count }: PageAsked,
  { exchange, learned }: ListTools,
  signal: AbortSignal,
): Promise<ScimAnswer> {
  const queryOf = (from: Place) => ({
    ...('cursor' in from ? from : { startIndex: String(from.startIndex) }),
    ...readQuery(kind, learned.current()),
  })
  const own = queryOf(place)
  const counted = { ...own, count: String(count) }
  const ask = (query: Readonly<Record<string, string>>, gives500: boolean): Promise<ScimAnswer> =>
    exchange.read({ path: ENDPOINT[kind], query, gives500, operation: `list ${kind}s` }, signal)
  if (learned.current().ownPages === true) return ask(own, false)
  if (!isFirst(place)) return ask(counted, false)
  for (let tries = 0; tries < TRIES_WITH_COUNT; tries++) {
    const answer = await ask(counted, true)
    if (answer.status === 400 && count <= LEAST_REFUSED && !('cursor' in place)) {
      const byCursor = await ask({ ...queryOf({ cursor: '' }), count: String(USUAL_COUNT) }, false)
      if (byCursor.status < 300) learned.learn({ cursors: true })
      return byCursor.status < 300 ? byCursor : answer
    }
    if (answer.status !== 500) return answer
  }
  const answer = await ask(own, true)
  if (answer.status >= 300) return ask(counted, false)
  learned.learn({ ownPages: true })
  return answer
}
