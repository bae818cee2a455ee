import { z } from 'zod'
import type { EventFeed, EventPage, EventsWanted, FeedEvent } from '../sdk/contract/event-feed.ts'
import type { ProvisionCall } from '../sdk/contract/provisioner.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Clock } from '../sdk/ground/ports.ts'
import { changeRetryPolicy, persist } from '../sdk/pacing/send-or-look.ts'
import type { TwingateClient } from '../twingate/client.ts'
import { countedConnectionOf } from '../twingate/connection.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { AccessRequest, REQUEST_FIELDS, requesterOf, requestResource } from './access-request-node.ts'
import { cursorOf, type FeedPlace, OVERLAP_MS, placeOf } from './access-request-place.ts'
import { readWholeList, type WholeListQuery } from './read-whole-list.ts'

/** Id of the feed, a public format. */
export const ACCESS_REQUEST_FEED = 'access-requests'

const AllRequests: WholeListQuery<AccessRequest> = {
  operation: 'AllRequests',
  document: `query AllRequests($first: Int!, $after: String) {
    things: accessRequests(first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ${REQUEST_FIELDS} } }
    }
  }`,
  answer: z.object({ things: countedConnectionOf(AccessRequest) }),
}

/** Every document of this file, for the test that checks them against the schema. */
export const accessRequestFeedQueries = [AllRequests]

/**
 * Requests for access as they are made and decided on. Each read takes the whole list, 100 a request: it has no order that could be relied on, and
 * a decision no time.
 *
 * Shape: a request is one event when it is made, at `requestedAt`, and one when it is decided on, at the time it was seen.
 */
export const accessRequestFeed = (client: TwingateClient, clock: Pick<Clock, 'now'>): EventFeed =>
  Object.freeze({
    id: ACCESS_REQUEST_FEED,
    async events(wanted: EventsWanted, call: ProvisionCall) {
      const place = placeOf(wanted.cursor)
      const retry = { operation: 'list events', retry: changeRetryPolicy, call }
      const requests = await persist(() => readWholeList(client, AllRequests, {}, call), retry)
      return pageAfter(place, requests, wanted, clock.now())
    },
  })

interface Made {
  readonly request: AccessRequest
  readonly at: number
}

/**
 * The next events behind a place. `now` is when the requests were read.
 *
 * Why a decision on a request from before `startAt` is told all the same: it may have come after it.
 */
export function pageAfter(
  place: FeedPlace,
  requests: readonly AccessRequest[],
  { size, startAt }: Pick<EventsWanted, 'size' | 'startAt'>,
  now: Date,
): EventPage {
  const made = requests.map((request) => ({ request, at: madeAt(request) })).toSorted(byTime)
  const listed = new Set(requests.map(({ id }) => id))
  // What is listed no more was removed with its user or resource, or is too old; nothing more will be told of it.
  const open = new Set([...place.open].filter((id) => listed.has(id)))
  const told = new Set(place.told)
  const from = place.from ?? (place.at === undefined ? startAt?.getTime() : undefined)
  const since = (place.at ?? -Infinity) - OVERLAP_MS
  let { at } = place
  const events: FeedEvent[] = []

  const page = (hasMore: boolean): EventPage => {
    const isRecent = ({ request, at: time }: Made): boolean => told.has(request.id) && time > (at ?? 0) - OVERLAP_MS
    const recent = new Set(made.filter(isRecent).map(({ request }) => request.id))
    return { events, cursor: cursorOf({ at, from, open, told: recent }), hasMore }
  }

  for (const { request, at: requestedAt } of made) {
    const { id, status } = request
    const isNew = !open.has(id) && !told.has(id) && requestedAt > since
    if (!isNew && !open.has(id)) continue
    if (isNew) {
      const isWanted = from === undefined || requestedAt >= from
      if (isWanted && events.length === size) return page(true)
      if (isWanted) events.push(eventOf(request, 'requested', new Date(requestedAt)))
      open.add(id)
      at = Math.max(at ?? requestedAt, requestedAt)
    }
    if (status === 'PENDING') continue
    if (events.length === size) return page(true)
    events.push(eventOf(request, status.toLowerCase(), now))
    open.delete(id)
    told.add(id)
  }
  return page(false)
}

const byTime = (a: Made, b: Made): number => a.at - b.at || (a.request.id < b.request.id ? -1 : 1)

function madeAt({ id, requestedAt }: AccessRequest): number {
  const at = Date.parse(requestedAt)
  if (!Number.isNaN(at)) return at
  throw new ConnectorError('unavailable', 'list events', `Twingate gives no time for the request ${id}`)
}

const eventOf = (request: AccessRequest, what: string, occurredAt: Date): FeedEvent => ({
  id: `access-request:${request.id}:${what}`,
  occurredAt,
  changed: { type: TYPE_IDS.networkResource, id: request.resource.id },
  about: [requestResource(request), requesterOf(request)],
})
