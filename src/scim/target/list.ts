import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Kind, TargetObject } from '../model.ts'
import { type ListPage, readListPage, readObject } from './answers.ts'
import type { Exchange } from './exchange.ts'
import { readQuery } from './group-query.ts'
import type { LearnedProfile } from './learned-profile.ts'
import { malformedAnswer, refusal, type ScimAnswer } from './refusal.ts'
import { ENDPOINT } from './schemas.ts'
import type { Listing } from './target.ts'

/** A page that any server takes; larger ones are for servers that were seen to give them. */
export const USUAL_COUNT = 100

/** A 400 for so few entries is about something else. */
const LEAST_REFUSED = 2

export interface ListTools {
  readonly exchange: Exchange
  readonly learned: LearnedProfile
}

/** What the pages have shown so far. */
interface Progress {
  readonly seen: Set<string>
  total: number | undefined
  /** Entries came past the total, which is that of a page. */
  passed: boolean
  /** And one of those pages was smaller than others: it is the last. */
  short: boolean
  /** A page said a total. */
  told: boolean
  sound: boolean
  untold: boolean
  largest: number
  requests: number
}

/**
 * Lists every object of a kind. Pages follow by the number of entries that came; a page that shows no new id ends the listing.
 *
 * Errors: as `Target`; `not-found` where there is no such endpoint.
 * Why: servers give fewer entries than asked for, repeat the first page past the end, and move entries between pages.
 */
export async function listObjects(
  kind: Kind,
  onPage: (objects: readonly TargetObject[]) => void,
  { exchange, learned }: ListTools,
  signal: AbortSignal,
): Promise<Listing> {
  const progress: Progress = {
    seen: new Set(),
    total: undefined,
    passed: false,
    short: false,
    told: false,
    sound: true,
    untold: true,
    largest: 0,
    requests: 0,
  }
  // Groups come with their members, which may be many.
  const { pageSize, mostCount = Infinity, totalsAreWhole = false } = learned.current()
  let count = Math.min(mostCount, kind === 'user' ? Math.max(USUAL_COUNT, pageSize) : USUAL_COUNT)
  let isRefused = false
  for (let startIndex = 1; ;) {
    const isBeyond = progress.total !== undefined && startIndex > progress.total
    const page = await readPage(kind, { startIndex, count }, { exchange, learned }, signal).catch((error: unknown) => {
      if (isBeyond && ConnectorError.is(error) && !ENDS.has(error.code)) return undefined
      throw error
    })
    // What lies beyond the total need not be answered.
    if (!page || (isBeyond && page === 'too large')) {
      if (progress.passed) progress.untold = false
      break
    }
    if (page === 'too large') {
      count = Math.ceil(count / 4)
      isRefused = true
      continue
    }
    if (isRefused && count < USUAL_COUNT) learned.learn({ mostCount: count, pageSize: Math.min(pageSize, count) })
    isRefused = false
    progress.requests++
    const got = page.resources.length
    const fresh = takePage(kind, page, progress, { learned, isPastEnd: isBeyond })
    if (fresh.length > 0) onPage(fresh)
    if (fresh.length === 0) {
      if (got > 0) progress.untold = false
      break
    }
    if (progress.short) {
      progress.untold = false
      break
    }
    progress.short = progress.passed && got < progress.largest
    startIndex += got
    const { total } = progress
    const isLast = total !== undefined && startIndex > total && !progress.passed
    // A total that equals the page size may be the page size only; the next page shows which it is.
    if (isLast && !(startIndex === got + 1 && mayBeFull(got, count, totalsAreWhole))) break
    if (kind === 'user' && !isLast && got < count) learned.learn({ pageSize: Math.max(1, progress.largest) })
  }
  const { seen, total, passed, sound, requests } = progress
  const untold = progress.untold && (!progress.told || passed)
  return { objects: seen.size, complete: sound && total === seen.size, requests, ...(untold && { untold }) }
}

/** Errors that are not about the page. */
const ENDS = new Set(['canceled', 'unauthenticated', 'permission-denied'])

/** Whether a page may be all that the server gives at once: as many as asked for, or a number that people choose. */
const mayBeFull = (got: number, count: number, totalsAreWhole: boolean): boolean =>
  got >= count || (!totalsAreWhole && got % 10 === 0)

/** The objects of a page that no page before it showed. */
function takePage(
  kind: Kind,
  page: ListPage,
  progress: Progress,
  { learned, isPastEnd }: { readonly learned: LearnedProfile; readonly isPastEnd: boolean },
): readonly TargetObject[] {
  const { seen } = progress
  const shows = kind === 'group' && page.resources.some((resource) => hasMembers(kind, resource))
  if (shows) learned.learn({ listShowsMembers: true, ...SHOWN })
  const shown = learned.current().listShowsMembers === true
  const fresh: TargetObject[] = []
  for (const resource of page.resources) {
    const object = readObject(kind, resource, { shown })
    if (object && !seen.has(object.id)) {
      seen.add(object.id)
      fresh.push(object)
    } else if (!object || !isPastEnd || progress.passed) progress.sound = progress.untold = false
  }
  if (isPastEnd && fresh.length > 0 && page.total !== undefined && page.total < seen.size) progress.passed = true
  if (page.total !== undefined) progress.told = true
  if (page.total !== undefined && page.total > seen.size) learned.learn({ totalsAreWhole: true })
  if (page.total === undefined || (progress.total !== undefined && progress.total !== page.total))
    progress.sound = false
  progress.total = page.total
  progress.largest = Math.max(progress.largest, page.resources.length)
  return fresh
}

/** What is not true of a target any more that has shown a member. */
export const SHOWN = { hidesMembers: undefined, membersUnverifiable: undefined } as const

const hasMembers = (kind: Kind, resource: unknown): boolean =>
  (readObject(kind, resource, { shown: false })?.members ?? []).length > 0

/** Reads one page; `too large` where fewer entries have to be asked for. Errors: as `listObjects`. */
export async function readPage(
  kind: Kind,
  { startIndex, count }: { readonly startIndex: number; readonly count: number },
  tools: ListTools,
  signal: AbortSignal,
): Promise<ListPage | 'too large'> {
  const operation = `list ${kind}s`
  const answer = await askForPage(kind, { startIndex, count }, tools, signal).catch((error: unknown) => {
    if (ConnectorError.is(error) && error.reason === 'too large' && count > 1) return undefined
    throw error
  })
  if (!answer || (answer.status === 400 && count > LEAST_REFUSED)) return 'too large'
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
 * Asks for a page. Where the first one fails with 500 each time, the server is asked to make pages of its own size; that is learned where it works.
 *
 * Why: Canaille fails wherever a number of entries is asked for.
 */
async function askForPage(
  kind: Kind,
  { startIndex, count }: { readonly startIndex: number; readonly count: number },
  { exchange, learned }: ListTools,
  signal: AbortSignal,
): Promise<ScimAnswer> {
  const own = { startIndex: String(startIndex), ...readQuery(kind, learned.current()) }
  const counted = { ...own, count: String(count) }
  const ask = (query: Readonly<Record<string, string>>, gives500: boolean): Promise<ScimAnswer> =>
    exchange.read({ path: ENDPOINT[kind], query, gives500, operation: `list ${kind}s` }, signal)
  if (learned.current().ownPages === true) return ask(own, false)
  if (startIndex > 1) return ask(counted, false)
  for (let tries = 0; tries < TRIES_WITH_COUNT; tries++) {
    const answer = await ask(counted, true)
    if (answer.status !== 500) return answer
  }
  const answer = await ask(own, true)
  if (answer.status >= 300) return ask(counted, false)
  learned.learn({ ownPages: true })
  return answer
}
