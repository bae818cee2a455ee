import type { Resource, ResourceId } from '../model/model.ts'
import type { ProvisionCall } from './provisioner.ts'

/** Something that happened at the source, after which a resource is to be read again. Source: `c1.connector.v2.Event`. */
export interface FeedEvent {
  /** The same for the same event, however often it is read. */
  readonly id: string
  readonly occurredAt: Date
  /** The resource to read again. */
  readonly changed: ResourceId
  /** What the event is about, for whoever wants to show it. */
  readonly about: readonly Resource[]
}

export interface EventsWanted {
  /** `''` for the beginning, else a cursor that this feed gave. */
  readonly cursor: string
  /** Where a feed is read from its beginning: events from then on. @default all that the source still knows */
  readonly startAt?: Date
  /** Most events, at least 1. */
  readonly size: number
}

export interface EventPage {
  readonly events: readonly FeedEvent[]
  /** Where the next page begins, up to `MOST_CURSOR_BYTES`; also where there is nothing more yet. */
  readonly cursor: string
  readonly hasMore: boolean
}

/** Most bytes of a cursor that the platform takes. Source: `c1.connector.v2.ListEventsRequest`. */
export const MOST_CURSOR_BYTES = 4096

/**
 * One stream of events. Having one gives the connector EVENT_FEED_V2.
 *
 * Why the place is all in the cursor: any instance can answer for the next page, and none keeps anything.
 */
export interface EventFeed {
  readonly id: string
  /** Errors: `invalid-argument` for a cursor that is none of this feed's; others as the client maps them. */
  events(wanted: EventsWanted, call: ProvisionCall): Promise<EventPage>
}
