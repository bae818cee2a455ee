import type { EventFeed } from '../sdk/contract/event-feed.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import { eventValue } from '../sdk/service/tasks/list-events.ts'
import type { OneShot } from '../sdk/settings/one-shot.ts'
import { message } from '../sdk/wire/messages/message-of.ts'
import { messageJson } from '../sdk/wire/messages/message-json.ts'
import type { ChangeContext } from './context.ts'

/** Events a page. Source: baton-sdk `pkg/tasks/local/event_feed.go`, as is the start a day ago. */
const SIZE = 100
const DAY_MS = 86_400_000

/** `--event-feed`: the events of a feed up to now, as `c1.connector.v2.Event` in protobuf's JSON, and the cursor to go on with on stderr. */
export async function readFeed(
  { connector, call, ambient, io }: ChangeContext,
  { feed: id, startAt, cursor: given = '' }: Extract<OneShot, { kind: 'event-feed' }>,
): Promise<void> {
  const feed = feedCalled(connector.eventFeeds ?? [], id)
  const from = startAt ?? new Date(ambient.clock.now().getTime() - DAY_MS)
  for (let cursor = given; ;) {
    const page = await feed.events({ cursor, startAt: from, size: SIZE }, call)
    io.status.set('')
    for (const event of page.events)
      io.stdout.write(`${JSON.stringify(messageJson(message('Event', eventValue(event))))}\n`)
    ;({ cursor } = page)
    if (page.hasMore) continue
    io.stderr.write(`go on with --event-feed-cursor ${cursor}\n`)
    return
  }
}

/** Errors: `not-found`, with the feeds there are. */
function feedCalled(feeds: readonly EventFeed[], id: string | undefined): EventFeed {
  const found = id === undefined && feeds.length === 1 ? feeds[0] : feeds.find((feed) => feed.id === id)
  if (found) return found
  const known = feeds.map((feed) => feed.id).join(', ')
  const what = id === undefined ? 'say which feed with --event-feed-id' : `there is no event feed ${JSON.stringify(id)}`
  throw new ConnectorError('not-found', 'list events', `${what}; there ${feeds.length === 1 ? 'is' : 'are'} ${known}`)
}
