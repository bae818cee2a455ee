import { describe, expect, it } from 'vitest'
import type { TaskJson } from '../judges/peer-commands.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { openOwnFixture } from '../judges/own-fixture.ts'
import { ownTasks } from '../judges/own-tasks.ts'
import { globalId } from '../tenant/global-id.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

const user = { resourceType: 'user', resource: globalId('User', 101) }
const action = (name: string, args: object = {}): TaskJson => ({ actionInvoke: { name, args } })

const success = (response: string) => ({
  outcome: 'success',
  request: { success: { response: { '@type': `type.googleapis.com/c1.connector.v2.${response}` } } },
})
const failure = (outcome: 'failed' | 'retryable', code: number, message: string) => ({
  outcome,
  code,
  message: expect.stringContaining(message) as string,
})

/** Each kind of task, and the ends of it that no other file asks the official stubs about. */
const KINDS: Readonly<Record<string, readonly [TaskJson, object]>> = {
  hello: [{ hello: {} }, { outcome: 'hello' }],
  sync: [ownTasks.syncTypes('role'), { outcome: 'success' }],
  'sync of an unknown type': [ownTasks.syncTypes('planet'), failure('failed', 3, 'no resource type planet')],
  grant: [ownTasks.grant(), success('GrantManagerServiceGrantResponse')],
  'refused grant': [ownTasks.grant(139, 12), failure('failed', 9, 'cannot be changed')],
  revoke: [ownTasks.revoke(), success('GrantManagerServiceRevokeResponse')],
  account: [ownTasks.createAccount('dana'), success('CreateAccountResponse')],
  'account without an address': [{ createAccount: { accountInfo: {} } }, failure('failed', 3, 'no e-mail')],
  resource: [
    { createResource: { resource: { id: { resourceType: 'group' }, displayName: 'Made here' } } },
    success('CreateResourceResponse'),
  ],
  'resource of another type': [
    { createResource: { resource: { id: { resourceType: 'role' }, displayName: 'Root' } } },
    failure('failed', 12, ''),
  ],
  deletion: [ownTasks.deleteUser(), success('DeleteResourceResponse')],
  actions: [{ actionListSchemas: {} }, success('ListActionSchemasResponse')],
  'one action': [{ actionGetSchema: { name: 'reset_mfa' } }, success('GetActionSchemaResponse')],
  'no such action': [{ actionGetSchema: { name: 'fly' } }, failure('failed', 5, 'fly')],
  invocation: [action('reset_mfa', { user_id: user.resource }), success('InvokeActionResponse')],
  'invocation without arguments': [action('reset_mfa'), failure('failed', 3, 'user_id')],
  'end of an action': [{ actionStatus: { name: 'reset_mfa', id: 'none' } }, failure('retryable', 5, 'no action')],
  'event feeds': [{ listEventFeeds: {} }, success('ListEventFeedsResponse')],
  'events of requests': [
    { listEvents: { eventFeedId: 'access-requests', startAt: '2020-01-01T00:00:00Z' } },
    success('ListEventsResponse'),
  ],
  events: [{ listEvents: { eventFeedId: 'none' } }, failure('failed', 5, 'no event feed')],
  rotation: [{ rotateCredentials: { resourceId: user } }, failure('failed', 12, 'given another credential')],
  credential: [{ issueCredential: {} }, failure('failed', 2, 'malformed issue credential task')],
  ticket: [
    { createTicketTask: { ticketRequest: { displayName: 't' }, ticketSchema: { id: 's' } } },
    failure('retryable', 2, 'ticketing is not enabled'),
  ],
  'schemas of tickets': [{ listTicketSchemas: {} }, failure('retryable', 2, 'ticketing is not enabled')],
  'state of a ticket': [{ getTicket: { ticketId: 't' } }, failure('retryable', 2, 'ticketing is not enabled')],
  'event feed': [{ eventFeed: {} }, failure('retryable', 2, 'unsupported task type')],
  difference: [{ createSyncDiff: {} }, failure('retryable', 2, 'unsupported task type')],
  compaction: [{ compactSyncs: {} }, failure('retryable', 2, 'unsupported task type')],
}

describe.skipIf(missing)(`each kind of task ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  it('ends once, in a form that the official stubs take, with what it is to end with', async ({ onTestFinished }) => {
    const at = await openOwnFixture(tools, onTestFinished)
    const names = Object.keys(KINDS)
    const ids = await at.peer.enqueue({ none: {} }, ...Object.values(KINDS).map(([task]) => task))
    at.start()
    const ends = await Promise.all(
      ids.slice(1).map((id) => at.peer.heard('finished', ({ taskId }) => taskId === id, { within: 120_000 })),
    )
    expect(Object.fromEntries(ends.map((end, i) => [names[i], end]))).toMatchObject(
      Object.fromEntries(Object.entries(KINDS).map(([name, [, end]]) => [name, { ...end, times: 1 }])),
    )
    const { tasks } = await at.peer.summary()
    expect(
      tasks.find(({ taskId }) => taskId === ids[0]),
      'none is no work',
    ).toMatchObject({ finishes: 0 })
    await at.tidied()
    expect(await at.peer.violations()).toEqual([])
  })
})
