import type { FeedEvent } from '../../contract/event-feed.ts'
import { ConnectorError } from '../../ground/errors.ts'
import { message } from '../../wire/messages/message-of.ts'
import { resourceIdValue, resourceValue } from '../../wire/messages/resource-message.ts'
import type { TypedMessage } from '../baton-service.ts'
import type { ServiceModeOptions } from '../runtime/daemon-options.ts'
import type { TaskHandlers } from '../task-handler.ts'

/** Events where the service does not say how many, and most that it may ask for. Source: `c1.connector.v2.ListEventsRequest`. */
const USUAL_SIZE = 100
const MOST_SIZE = 1000

/** Names the event feeds, and gives a page of one. */
export const createEventHandlers = ({
  connector: { eventFeeds = [] },
}: ServiceModeOptions): Pick<TaskHandlers, 'list-event-feeds' | 'list-events'> => ({
  'list-event-feeds': async () => ({
    kind: 'success',
    response: message('ListEventFeedsResponse', {
      list: eventFeeds.map(({ id }) => ({ id, supported_event_types: ['EVENT_TYPE_RESOURCE_CHANGE'] })),
    }),
  }),

  async 'list-events'({ feed: id, cursor, startAt, size }, { signal, log }) {
    const feed = eventFeeds.find((candidate) => candidate.id === id)
    if (!feed) throw new ConnectorError('not-found', 'list events', `there is no event feed ${JSON.stringify(id)}`)
    const wanted = { cursor, size: Math.min(size || USUAL_SIZE, MOST_SIZE), ...(startAt && { startAt }) }
    const page = await feed.events(wanted, { signal, log })
    return {
      kind: 'success',
      response: message('ListEventsResponse', {
        events: page.events.map(eventValue),
        cursor: page.cursor,
        has_more: page.hasMore,
      }),
    }
  },
})

/** The fields of `c1.connector.v2.Event`. */
export const eventValue = ({ id, occurredAt, changed, about }: FeedEvent): TypedMessage['value'] => ({
  id,
  occurred_at: occurredAt.toISOString(),
  annotations: about.map((resource) => message('Resource', resourceValue(resource))),
  resource_change_event: { resource_id: resourceIdValue(changed) },
})
