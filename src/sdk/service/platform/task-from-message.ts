import { z } from 'zod'
import type { ResourceId } from '../../model/model.ts'
import type { EncryptionConfig } from '../credentials/encrypt-secret.ts'
import type { AccountInfo, EntitlementRef, GrantRef, Task, TaskWork } from '../baton-service.ts'
import { plainFrom } from '../../wire/messages/struct-value.ts'

const text = z.string().default('')
const flag = z.boolean().default(false)

const resourceId = z
  .object({ resource_type: text, resource: text })
  .transform((id): ResourceId => ({ type: id.resource_type, id: id.resource }))

/** A part without its id is one with an empty id: left out of a list it would be work that nobody asked for. */
const NO_ID: ResourceId = { type: '', id: '' }

const resource = z.object({ id: resourceId.optional(), display_name: text })
const struct = z
  .custom<Parameters<typeof plainFrom>[0]>((value) => typeof value === 'object' && value !== null)
  .transform(plainFrom)

const entitlement = z
  .object({ id: text, slug: text, resource: resource.optional() })
  .transform((given): EntitlementRef => ({ id: given.id, slug: given.slug, resource: given.resource?.id }))

const grant = z
  .object({ id: text, entitlement: entitlement.optional(), principal: resource.optional() })
  .transform((given): GrantRef => ({
    id: given.id,
    entitlement: given.entitlement,
    principal: given.principal?.id,
  }))

const account = z
  .object({
    emails: z
      .array(z.object({ address: text, is_primary: flag }))
      .default([])
      .transform((emails) => emails.map(({ address, is_primary: isPrimary }) => ({ address, isPrimary }))),
    login: text,
    profile: struct.default({}),
  })
  .transform((given): AccountInfo => given)

const CREDENTIALS = {
  no_password: 'no-password',
  random_password: 'random-password',
  sso: 'sso',
  encrypted_password: 'encrypted-password',
} as const

const credentials = z
  .object({ options: z.enum(['no_password', 'random_password', 'sso', 'encrypted_password']).optional() })
  .transform(({ options }) => (options === undefined ? 'unset' : CREDENTIALS[options]))

const issueOptions = z
  .object({
    options: z.enum(['api_key', 'keypair', 'token', 'client_secret']).optional(),
    api_key: z.object({ scopes: z.array(z.string()).default([]) }).optional(),
  })
  .transform(({ options, api_key }) => ({ option: options ?? ('unset' as const), scopes: api_key?.scopes ?? [] }))

const encryption = z
  .object({
    provider: text,
    jwk_public_key_config: z.object({ pub_key: z.instanceof(Uint8Array).default(new Uint8Array()) }).optional(),
    age_recipient_config: z.object({ recipient: text }).optional(),
  })
  .transform(({ provider, jwk_public_key_config: jwk, age_recipient_config: age }): EncryptionConfig => ({
    provider,
    ...(jwk && { jwk: Buffer.from(jwk.pub_key).toString('utf8') }),
    ...(age && { recipient: age.recipient }),
  }))

const time = z
  .object({ seconds: z.number().default(0), nanos: z.number().default(0) })
  .transform(({ seconds, nanos }) => new Date(seconds * 1000 + Math.floor(nanos / 1_000_000)))

const ticket = z.object({ ticket_id: text }).transform(({ ticket_id: id }) => id)

const empty = z.unknown()
const named = (kind: 'not-offered' | 'unsupported', name: string) => empty.transform((): TaskWork => ({ kind, name }))
const plain = (kind: 'none' | 'hello' | 'list-event-feeds' | 'list-ticket-schemas') =>
  empty.transform((): TaskWork => ({ kind }))

/** One member of the oneof each, by its field name. Source: `c1.connectorapi.baton.v1.Task`. */
const WORK = {
  none: plain('none'),
  hello: plain('hello'),
  sync_full: z
    .object({
      skip_entitlements_and_grants: flag,
      skip_grants: flag,
      skip_expand_grants: flag,
      targeted_sync_resources: z.array(resource).default([]),
      sync_resource_type_ids: z.array(z.string()).default([]),
      storage_engine: text,
    })
    .transform((task): TaskWork => ({
      kind: 'sync-full',
      skipEntitlementsAndGrants: task.skip_entitlements_and_grants,
      skipGrants: task.skip_grants,
      skipExpandGrants: task.skip_expand_grants,
      targets: task.targeted_sync_resources.map(({ id }) => id ?? NO_ID),
      types: task.sync_resource_type_ids,
      storageEngine: task.storage_engine,
    })),
  grant: z
    .object({ entitlement: entitlement.optional(), principal: resource.optional() })
    .transform((task): TaskWork => ({
      kind: 'grant',
      entitlement: task.entitlement,
      principal: task.principal?.id,
    })),
  revoke: z.object({ grant: grant.optional() }).transform((task): TaskWork => ({ kind: 'revoke', grant: task.grant })),
  create_account: z
    .object({ account_info: account.optional(), credential_options: credentials.optional(), resource_type_id: text })
    .transform((task): TaskWork => ({
      kind: 'create-account',
      account: task.account_info,
      credentials: task.credential_options,
      resourceType: task.resource_type_id,
    })),
  create_resource: z.object({ resource: resource.optional() }).transform(({ resource: given }): TaskWork => ({
    kind: 'create-resource',
    resource: given && { id: given.id ?? NO_ID, displayName: given.display_name },
  })),
  delete_resource: z
    .object({ resource_id: resourceId.optional() })
    .transform((task): TaskWork => ({ kind: 'delete-resource', id: task.resource_id })),
  rotate_credentials: z
    .object({
      resource_id: resourceId.optional(),
      credential_options: credentials.optional(),
      encryption_configs: z.array(encryption).default([]),
    })
    .transform((task): TaskWork => ({
      kind: 'rotate-credential',
      id: task.resource_id,
      credentials: task.credential_options,
      encryption: task.encryption_configs,
    })),
  event_feed: named('unsupported', 'event_feed'),
  create_ticket_task: named('not-offered', 'create_ticket_task'),
  list_ticket_schemas: plain('list-ticket-schemas'),
  get_ticket: ticket.transform((id): TaskWork => ({ kind: 'get-tickets', ids: [id], bulk: false })),
  bulk_create_tickets: named('not-offered', 'bulk_create_tickets'),
  bulk_get_tickets: z
    .object({ ticket_requests: z.array(ticket).default([]) })
    .transform((task): TaskWork => ({ kind: 'get-tickets', ids: task.ticket_requests, bulk: true })),
  action_list_schemas: z
    .object({ resource_type_id: text })
    .transform((task): TaskWork => ({ kind: 'list-actions', resourceType: task.resource_type_id })),
  action_get_schema: z.object({ name: text }).transform(({ name }): TaskWork => ({ kind: 'get-action', name })),
  action_invoke: z
    .object({ name: text, args: struct.default({}), resource_type_id: text })
    .transform((task): TaskWork => ({
      kind: 'invoke-action',
      name: task.name,
      args: task.args,
      resourceType: task.resource_type_id,
    })),
  action_status: z
    .object({ name: text, id: text })
    .transform(({ name, id }): TaskWork => ({ kind: 'action-status', name, id })),
  create_sync_diff: named('unsupported', 'create_sync_diff'),
  compact_syncs: named('unsupported', 'compact_syncs'),
  list_event_feeds: plain('list-event-feeds'),
  list_events: z
    .object({ event_feed_id: text, cursor: text, start_at: time.optional(), page_size: z.number().default(0) })
    .transform((task): TaskWork => ({
      kind: 'list-events',
      feed: task.event_feed_id,
      cursor: task.cursor,
      startAt: task.start_at,
      size: task.page_size,
    })),
  issue_credential: z
    .object({
      identity_id: resourceId.optional(),
      credential_options: issueOptions.optional(),
      encryption_configs: z.array(encryption).default([]),
      expires_at: time.optional(),
    })
    .transform((task): TaskWork => ({
      kind: 'issue-credential',
      identity: task.identity_id,
      option: task.credential_options?.option,
      scopes: task.credential_options?.scopes ?? [],
      encryption: task.encryption_configs,
      until: task.expires_at,
    })),
} as const

const isWork = (name: string): name is keyof typeof WORK => Object.hasOwn(WORK, name)

/** A task as `decodeMessage` gives it. A member of its oneof that `proto/` does not know is left out by the decoder and so is no member. */
export const taskMessage = z.looseObject({ id: text, debug: flag, task_type: text }).transform((message): Task => {
  const { id, debug, task_type: name } = message
  const work: TaskWork = isWork(name) ? WORK[name].parse(message[name]) : { kind: 'unsupported', name: '' }
  return { id, debug, work }
})
