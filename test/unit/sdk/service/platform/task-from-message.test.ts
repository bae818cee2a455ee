import { describe, expect, it } from 'vitest'
import { decodeMessage } from '../../../../../src/sdk/wire/messages/message-bytes.ts'
import { durationMs } from '../../../../../src/sdk/wire/messages/duration.ts'
import { taskMessage } from '../../../../../src/sdk/service/platform/task-from-message.ts'
import { BATON, encode, type Fields } from '../../../../platform/service/messages.ts'

const received = (fields: Fields) => taskMessage.parse(decodeMessage(`${BATON}.Task`, encode(`${BATON}.Task`, fields)))
const id = (type: string, name: string) => ({ resource_type: type, resource: name })

describe('task from message', () => {
  it.each<[Fields, object]>([
    [{ none: {} }, { kind: 'none' }],
    [{ hello: {} }, { kind: 'hello' }],
    [
      { sync_full: {} },
      {
        kind: 'sync-full',
        skipEntitlementsAndGrants: false,
        skipGrants: false,
        skipExpandGrants: false,
        targets: [],
        types: [],
        storageEngine: '',
      },
    ],
    [
      {
        sync_full: {
          skip_entitlements_and_grants: true,
          skip_grants: true,
          skip_expand_grants: true,
          targeted_sync_resources: [{ id: id('group', 'g1'), parent_resource_id: id('org', 'o') }],
          sync_resource_type_ids: ['group', 'user'],
          storage_engine: 'pebble',
        },
      },
      {
        kind: 'sync-full',
        skipEntitlementsAndGrants: true,
        skipGrants: true,
        skipExpandGrants: true,
        targets: [{ type: 'group', id: 'g1' }],
        types: ['group', 'user'],
        storageEngine: 'pebble',
      },
    ],
    [
      {
        grant: {
          entitlement: { id: 'group:g1:member', slug: 'member', resource: { id: id('group', 'g1') } },
          principal: { id: id('user', 'u1'), display_name: 'Ada' },
        },
      },
      {
        kind: 'grant',
        entitlement: { id: 'group:g1:member', slug: 'member', resource: { type: 'group', id: 'g1' } },
        principal: { type: 'user', id: 'u1' },
      },
    ],
    [{ grant: {} }, { kind: 'grant', entitlement: undefined, principal: undefined }],
    [
      { grant: { entitlement: { id: 'e' }, principal: {} } },
      { kind: 'grant', entitlement: { id: 'e', slug: '', resource: undefined }, principal: undefined },
    ],
    [
      { revoke: { grant: { id: 'x', entitlement: { id: 'e' }, principal: { id: id('user', 'u1') } } } },
      {
        kind: 'revoke',
        grant: {
          id: 'x',
          entitlement: { id: 'e', slug: '', resource: undefined },
          principal: { type: 'user', id: 'u1' },
        },
      },
    ],
    [{ revoke: {} }, { kind: 'revoke', grant: undefined }],
    [
      {
        create_account: {
          account_info: {
            emails: [{ address: 'a@x', is_primary: true }, { address: 'b@x' }],
            login: 'a',
            profile: { fields: { email: { stringValue: 'a@x' }, n: { nullValue: 0 } } },
          },
          credential_options: { no_password: {} },
          resource_type_id: 'user',
        },
      },
      {
        kind: 'create-account',
        account: {
          emails: [
            { address: 'a@x', isPrimary: true },
            { address: 'b@x', isPrimary: false },
          ],
          login: 'a',
          profile: { email: 'a@x', n: null },
        },
        credentials: 'no-password',
        resourceType: 'user',
      },
    ],
    [
      { create_account: { account_info: {}, credential_options: {} } },
      {
        kind: 'create-account',
        account: { emails: [], login: '', profile: {} },
        credentials: 'unset',
        resourceType: '',
      },
    ],
    [{ create_account: {} }, { kind: 'create-account', account: undefined, credentials: undefined, resourceType: '' }],
    ...(['random_password', 'sso', 'encrypted_password'] as const).map((option): [Fields, object] => [
      { create_account: { credential_options: { [option]: {} } } },
      { kind: 'create-account', account: undefined, credentials: option.replace('_', '-'), resourceType: '' },
    ]),
    [
      { create_resource: { resource: { id: id('group', ''), display_name: 'New' } } },
      { kind: 'create-resource', resource: { id: { type: 'group', id: '' }, displayName: 'New' } },
    ],
    [{ create_resource: {} }, { kind: 'create-resource', resource: undefined }],
    [
      { delete_resource: { resource_id: id('user', 'u1') } },
      { kind: 'delete-resource', id: { type: 'user', id: 'u1' } },
    ],
    [{ delete_resource: {} }, { kind: 'delete-resource', id: undefined }],
    [{ action_list_schemas: { resource_type_id: 'user' } }, { kind: 'list-actions', resourceType: 'user' }],
    [{ action_get_schema: { name: 'a' } }, { kind: 'get-action', name: 'a' }],
    [
      { action_invoke: { name: 'a', args: { fields: { id: { stringValue: 'u1' } } }, resource_type_id: 'user' } },
      { kind: 'invoke-action', name: 'a', args: { id: 'u1' }, resourceType: 'user' },
    ],
    [{ action_invoke: {} }, { kind: 'invoke-action', name: '', args: {}, resourceType: '' }],
    [{ action_status: { name: 'a', id: '7' } }, { kind: 'action-status', name: 'a', id: '7' }],
    [{ list_event_feeds: {} }, { kind: 'list-event-feeds' }],
    [
      { list_events: { event_feed_id: 'f', cursor: 'c', start_at: { seconds: 1 }, page_size: 7 } },
      { kind: 'list-events', feed: 'f', cursor: 'c', startAt: new Date(1000), size: 7 },
    ],
    [{ list_events: {} }, { kind: 'list-events', feed: '', cursor: '', startAt: undefined, size: 0 }],
    [
      { rotate_credentials: { resource_id: id('k', '1'), credential_options: { sso: {} } } },
      { kind: 'rotate-credential', id: { type: 'k', id: '1' }, credentials: 'sso', encryption: [] },
    ],
    [{ list_ticket_schemas: {} }, { kind: 'list-ticket-schemas' }],
    [{ get_ticket: { ticket_id: 't' } }, { kind: 'get-tickets', ids: ['t'], bulk: false }],
    [
      { bulk_get_tickets: { ticket_requests: [{ ticket_id: 't' }, {}] } },
      { kind: 'get-tickets', ids: ['t', ''], bulk: true },
    ],
    ...['create_ticket_task', 'bulk_create_tickets'].map((name): [Fields, object] => [
      { [name]: {} },
      { kind: 'not-offered', name },
    ]),
    ...['event_feed', 'create_sync_diff', 'compact_syncs'].map((name): [Fields, object] => [
      { [name]: {} },
      { kind: 'unsupported', name },
    ]),
    [{}, { kind: 'unsupported', name: '' }],
  ])('reads %j', (fields, work) => {
    expect(received({ id: 'a'.repeat(27), debug: true, ...fields })).toEqual({ id: 'a'.repeat(27), debug: true, work })
  })

  it('keeps a target without an id as one, so that a task for one resource never becomes one for all', () => {
    const task = received({ sync_full: { targeted_sync_resources: [{ display_name: 'x' }] } })
    expect(task.work).toMatchObject({ targets: [{ type: '', id: '' }] })
  })
})

describe('duration', () => {
  it.each([
    [undefined, 0],
    [{}, 0],
    [{ seconds: 90, nanos: 1_500_000 }, 90_001.5],
    [{ seconds: -5 }, 0],
  ])('%j is %d ms', (duration, ms) => {
    expect(durationMs.parse(duration)).toBe(ms)
  })
})
