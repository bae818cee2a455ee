import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Kind, TargetObject } from '../model.ts'
import { type ListPage, readObject } from './answers.ts'
import type { LearnedProfile } from './learned-profile.ts'
import { firstPlace, type ListTools, type Place, readPage, USUAL_COUNT } from './list-page.ts'
import type { Listing } from './target.ts'

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
  /** Entries of the largest page, and of the last one that had any. */
  largest: number
  last: number
  /** No cursor followed the last page: the server itself says that this is the end. */
  ended: boolean
  requests: number
}

const noProgress = (): Progress => ({
  ...{ seen: new Set(), total: undefined, largest: 0, last: 0, requests: 0 },
  ...{ passed: false, short: false, told: false, sound: true, untold: true, ended: false },
})

/**
 * Lists every object of a kind. Pages follow by the number of entries that came, or by cursors where the server gives them; a page that shows no new id
 * ends the listing.
 *
 * Errors: as `Target`; `not-found` where there is no such endpoint.
 * Why: servers give fewer entries than asked for, repeat the first page past the end, and move entries between pages.
 */
export async function listObjects(
  kind: Kind,
  onPage: (objects: readonly TargetObject[]) => void,
  tools: ListTools,
  signal: AbortSignal,
): Promise<Listing> {
  const { learned } = tools
  const progress = noProgress()
  // Groups come with their members, which may be many.
  const { pageSize, mostCount = Infinity, totalsAreWhole = false } = learned.current()
  let count = Math.min(mostCount, kind === 'user' ? Math.max(USUAL_COUNT, pageSize) : USUAL_COUNT)
  let isRefused = false
  for (let place = firstPlace(learned.current()); ;) {
    const isBeyond = isPast(progress.total, place)
    const page = await readPage(kind, { place, count }, tools, signal).catch((error: unknown) => {
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
    if (page.nextCursor !== undefined) learned.learn({ cursors: true })
    const byCursors = learned.current().cursors === true
    if (isRefused && count < USUAL_COUNT && !byCursors)
      learned.learn({ mostCount: count, pageSize: Math.min(pageSize, count) })
    isRefused = false
    const fresh = takePage(kind, page, progress, { learned, isPastEnd: isBeyond })
    if (fresh.length > 0) onPage(fresh)
    const taken = { page, fresh, count }
    const next = byCursors ? afterCursor(place, taken, progress) : afterNumber(place, taken, progress, totalsAreWhole)
    if (!next) break
    if (kind === 'user' && !byCursors && page.resources.length < count && !isPast(progress.total, next))
      learned.learn({ pageSize: Math.max(1, progress.largest) })
    place = next
  }
  return listingOf(progress, count)
}

/** Errors that are not about the page. */
const ENDS = new Set(['canceled', 'unauthenticated', 'permission-denied'])

const isPast = (total: number | undefined, place: Place): boolean =>
  total !== undefined && 'startIndex' in place && place.startIndex > total

/** A page, what of it was new, and how many entries were asked for. */
interface Taken {
  readonly page: ListPage
  readonly fresh: readonly TargetObject[]
  readonly count: number
}

/** Where the page behind this one begins; `undefined` where this was the last. */
function afterNumber(
  place: Place,
  { page, fresh, count }: Taken,
  progress: Progress,
  totalsAreWhole: boolean,
): Place | undefined {
  const got = page.resources.length
  if (got > 0 && (fresh.length === 0 || progress.short)) progress.untold = false
  if (fresh.length === 0 || progress.short || 'cursor' in place) return undefined
  progress.short = progress.passed && got < progress.largest
  const next = { startIndex: place.startIndex + got }
  const isLast = isPast(progress.total, next) && !progress.passed
  // A total that equals the page size may be the page size only; the next page shows which it is.
  return isLast && !(place.startIndex === 1 && mayBeFull(got, count, totalsAreWhole)) ? undefined : next
}

/** The same for a server with cursors. One that leads in a circle is no end. */
function afterCursor(place: Place, { page, fresh }: Taken, progress: Progress): Place | undefined {
  const { nextCursor, resources } = page
  progress.ended = nextCursor === undefined
  if (nextCursor === undefined) return undefined
  const isCircle = 'cursor' in place && place.cursor === nextCursor
  if (!isCircle && (fresh.length > 0 || resources.length === 0)) return { cursor: nextCursor }
  progress.sound = progress.untold = false
  return undefined
}

/** Whether a page may be all that the server gives at once: as many as asked for, or a number that people choose. */
const mayBeFull = (got: number, count: number, totalsAreWhole: boolean): boolean =>
  got >= count || (!totalsAreWhole && got % 10 === 0)

/**
 * What the pages add up to. Where the server says more than it gives, and its pages came to an end in the middle of one, it counts what it does not show,
 * such as deleted users: two such listings alike are as good as one without a total. Pages that end full may have been cut off.
 */
function listingOf(
  { seen, total, told, passed, sound, untold: mayBeWhole, ended, largest, last, requests }: Progress,
  count: number,
): Listing {
  const objects = seen.size
  // The last request found nothing.
  const endsShort = requests > 2 ? last < largest : last === 0 || !mayBeFull(last, count, false)
  const isShort = total !== undefined && total > objects && endsShort
  const isEnd = told ? total === objects : ended
  const untold = !told || passed || ended ? 'no total' : isShort ? 'more than it shows' : undefined
  return { objects, complete: sound && isEnd, requests, ...(mayBeWhole && untold !== undefined && { untold }) }
}

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
  if (progress.total !== undefined && progress.total !== page.total) progress.sound = false
  progress.total = page.total
  progress.requests++
  if (page.resources.length > 0) progress.last = page.resources.length
  progress.largest = Math.max(progress.largest, progress.last)
  return fresh
}

/** What is not true of a target any more that has shown a member. */
export const SHOWN = { hidesMembers: undefined, membersUnverifiable: undefined } as const

const hasMembers = (kind: Kind, resource: unknown): boolean =>
  (readObject(kind, resource, { shown: false })?.members ?? []).length > 0
