import { ConnectorError } from '../../ground/errors.ts'
import { failureOf, UNKNOWN } from '../runtime/task-failure.ts'
import { message } from '../../wire/messages/message-of.ts'
import type { TaskHandler, TaskHandlers, WorkOf } from '../task-handler.ts'

/** Answers for what this connector does not have. Source: baton-service.md §4. */
export const listNoEventFeeds: TaskHandlers['list-event-feeds'] = async () => ({
  kind: 'success',
  response: message('ListEventFeedsResponse'),
})

export const noSuchEventFeed: TaskHandlers['list-events'] = async ({ feed }) =>
  failureOf(new ConnectorError('not-found', 'list events', `there is no event feed ${JSON.stringify(feed)}`))

/** The text and the code are what a platform knows from Go connectors. */
export const unsupportedTask: TaskHandlers['unsupported'] = async ({ name }, { log }) => {
  log.warn('a task of a kind that this version does not know', { name })
  return { kind: 'failure', code: UNKNOWN, message: 'unsupported task type', retryable: true }
}

const CREDENTIALS: Readonly<Record<string, string>> = {
  rotate_credentials: 'resource type does not have credential manager configured',
}

/** Credentials belong to provisioning, tickets do not. */
export const notOffered =
  (refuseChange: () => void): TaskHandler<WorkOf<'not-offered'>> =>
  async ({ name }) => {
    const text = CREDENTIALS[name]
    if (text === undefined)
      return { kind: 'failure', code: UNKNOWN, message: 'ticketing is not enabled', retryable: true }
    refuseChange()
    return failureOf(new ConnectorError('unimplemented', 'credentials', text))
  }
