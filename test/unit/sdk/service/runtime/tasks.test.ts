import { describe, expect, it } from 'vitest'
import type { TaskResult, TaskWork } from '../../../../../src/sdk/service/baton-service.ts'
import { type DaemonPlan, startDaemon } from '../../../../support/run-daemon-with.ts'

async function resultOf(work: TaskWork, plan: DaemonPlan = {}): Promise<TaskResult> {
  const daemon = startDaemon(plan)
  const id = daemon.peer.add(work)
  await daemon.peer.allFinished()
  await daemon.stop()
  expect(daemon.peer.violations).toEqual([])
  expect(daemon.peer.results(id)).toHaveLength(1)
  return daemon.peer.results(id)[0] as TaskResult
}

const messageOf = (name: string, value: object = {}) => ({ type: `c1.connector.v2.${name}`, value })

describe('a task without what it is about', () => {
  it.each<[string, TaskWork]>([
    ['malformed grant task', { kind: 'grant', entitlement: undefined, principal: { type: 'user', id: 'x' } }],
    [
      'malformed grant task',
      { kind: 'grant', entitlement: { id: 'x', slug: '', resource: undefined }, principal: undefined },
    ],
    ['invalid task type', { kind: 'revoke', grant: undefined }],
    [
      'malformed create account task',
      { kind: 'create-account', account: undefined, credentials: undefined, resourceType: '' },
    ],
    ['malformed create resource task', { kind: 'create-resource', resource: undefined }],
    ['malformed delete resource task', { kind: 'delete-resource', id: undefined }],
    ['malformed delete resource task', { kind: 'delete-resource', id: { type: 'user', id: '' } }],
  ])('ends for good with %j', async (text, work) => {
    expect(await resultOf(work)).toEqual({ kind: 'failure', code: 2, message: text, retryable: false })
  })

  it.each<[string, TaskWork]>([
    ['action name required', { kind: 'get-action', name: '' }],
    ['action name required', { kind: 'invoke-action', name: '', args: {}, resourceType: '' }],
    ['action id required', { kind: 'action-status', name: 'x', id: '' }],
  ])('ends, for an action, with %j', async (text, work) => {
    expect(await resultOf(work)).toEqual({ kind: 'failure', code: 2, message: text, retryable: true })
  })
})

describe('a task that names what is longer than any name', () => {
  const long = '\u{1f600}'.repeat(3_000_000)

  it.each<[string, TaskWork]>([
    ['a type', { kind: 'delete-resource', id: { type: long, id: 'x' } }],
    [
      'a principal',
      {
        kind: 'grant',
        entitlement: {
          id: 'group:R3JvdXA6MTE=:member',
          slug: 'member',
          resource: { type: 'group', id: 'R3JvdXA6MTE=' },
        },
        principal: { type: long, id: 'x' },
      },
    ],
    ['an argument', { kind: 'invoke-action', name: 'enable_user', args: { [long]: 'x' }, resourceType: '' }],
    ['an action', { kind: 'action-status', name: '', id: long }],
  ])('ends with a result that the service can take: %s', async (_, work) => {
    const text = JSON.stringify(await resultOf(work))
    expect(text.length).toBeLessThan(10_000)
    expect(text.isWellFormed() && !text.includes('\\ud83d"')).toBe(true)
  })
})

describe('what the connector does not offer', () => {
  it('is an unknown event feed', async () => {
    const work: TaskWork = { kind: 'list-events', feed: 'audit', cursor: '', startAt: undefined, size: 0 }
    const message = 'there is no event feed "audit"'
    expect(await resultOf(work)).toEqual({ kind: 'failure', code: 5, message, retryable: false })
  })

  it.each<TaskWork>([
    { kind: 'not-offered', name: 'create_ticket_task' },
    { kind: 'list-ticket-schemas' },
    { kind: 'get-tickets', ids: ['x'], bulk: false },
  ])('is %j, where ticketing is not enabled', async (work) => {
    const message = 'ticketing is not enabled'
    expect(await resultOf(work, { ticketing: false })).toEqual({ kind: 'failure', code: 2, message, retryable: true })
  })

  it.each(['event_feed', 'create_sync_diff', 'compact_syncs', ''])(
    'is the kind %j, which this version does not know',
    async (name) => {
      const message = 'unsupported task type'
      expect(await resultOf({ kind: 'unsupported', name })).toEqual({
        kind: 'failure',
        code: 2,
        message,
        retryable: true,
      })
    },
  )
})

describe('the actions', () => {
  it('are listed with their arguments', async () => {
    expect(await resultOf({ kind: 'list-actions', resourceType: '' })).toMatchObject({
      response: {
        type: 'c1.connector.v2.ListActionSchemasResponse',
        value: {
          schemas: [
            {
              name: 'enable_user',
              display_name: 'Enable user',
              action_type: expect.arrayContaining(['ACTION_TYPE_ACCOUNT_ENABLE']) as unknown,
              arguments: [{ name: 'user_id', is_required: true, string_field: {} }],
            },
            { name: 'disable_user' },
            { name: 'update_user' },
            { name: 'reset_mfa' },
            ...['trust', 'untrust', 'block', 'unblock', 'archive'].map((verb) => ({ name: `${verb}_device` })),
            { name: 'approve_access_request' },
            { name: 'reject_access_request' },
            { name: 'revoke_service_account_key' },
          ],
        },
      },
    })
  })

  it('belong to no resource type', async () => {
    expect(await resultOf({ kind: 'list-actions', resourceType: 'user' })).toMatchObject({
      response: { value: { schemas: [] } },
    })
  })

  it('are described one by one', async () => {
    const found = await resultOf({ kind: 'get-action', name: 'reset_mfa' })
    expect(found).toMatchObject({
      response: { type: 'c1.connector.v2.GetActionSchemaResponse', value: { schema: { name: 'reset_mfa' } } },
    })
    expect(await resultOf({ kind: 'get-action', name: 'make_coffee' })).toMatchObject({ code: 5, retryable: false })
  })
})

describe('a hello task', () => {
  it('is answered by a hello with its id and by nothing else', async () => {
    const daemon = startDaemon()
    const id = daemon.peer.add({ kind: 'hello' })
    await daemon.peer.allFinished()
    await daemon.stop()
    expect(daemon.peer.hellos.map((hello) => hello.taskId)).toEqual(['', id])
    expect(daemon.peer.results(id)).toEqual([])
    expect(daemon.events.filter(({ kind }) => kind === 'task-ended')).toMatchObject([{ id, outcome: 'success' }])
  })

  it('carries all that the service needs to know', async () => {
    const daemon = startDaemon()
    await daemon.peer.when(() => daemon.peer.hellos.length > 0)
    expect(daemon.peer.hellos[0]).toMatchObject({
      taskId: '',
      host: { kernelArch: 'x86_64' },
      metadata: {
        type: 'c1.connector.v2.ConnectorMetadata',
        value: {
          display_name: 'Twingate',
          capabilities: {
            connector_capabilities: expect.arrayContaining(['CAPABILITY_ACTIONS']) as unknown,
            credential_details: { capability_account_provisioning: {} },
            resource_type_capabilities: expect.arrayContaining(
              [
                { id: 'group', traits: ['TRAIT_GROUP'] },
                { id: 'network-resource', traits: [] },
                { id: 'user', annotations: [messageOf('SkipEntitlementsAndGrants')] },
              ].map(
                (type) =>
                  expect.objectContaining({ resource_type: expect.objectContaining(type) as unknown }) as unknown,
              ),
            ) as unknown,
          },
          account_creation_schema: {
            field_map: { email: { required: true, order: 1, string_field: {} }, role: { required: false } },
          },
        },
      },
    })
  })

  it('names no guide that is not an https address, which the service would refuse', async () => {
    const daemon = startDaemon()
    await daemon.peer.when(() => daemon.peer.hellos.length > 0)
    expect(daemon.peer.hellos[0]?.metadata.value).toHaveProperty('help_url', '')
  })
})

it('a task of the kind none is passed over', async () => {
  const daemon = startDaemon()
  const none = daemon.peer.add({ kind: 'none' })
  const other = daemon.peer.add({ kind: 'list-event-feeds' })
  await daemon.peer.when(() => daemon.peer.results(other).length > 0)
  expect(daemon.peer.results(none)).toEqual([])
  expect(daemon.events.filter((event) => event.kind === 'task-started')).toMatchObject([{ id: other }])
})

it('a task whose id is none is passed over, for it becomes part of a file name', async () => {
  const daemon = startDaemon()
  daemon.peer.add({ kind: 'list-event-feeds' }, '../../etc/passwd')
  const other = daemon.peer.add({ kind: 'list-event-feeds' })
  await daemon.peer.when(() => daemon.peer.results(other).length > 0)
  expect(daemon.peer.calls.filter(({ rpc }) => rpc === 'finish')).toMatchObject([{ task: other }])
})
