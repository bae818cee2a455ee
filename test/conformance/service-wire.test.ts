import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { describeTwingate } from '../../src/connector/describe.ts'
import { createTransport } from '../../src/sdk/http/transport.ts'
import type { BatonService, TaskResult, TypedMessage } from '../../src/sdk/service/baton-service.ts'
import { connectorMetadata } from '../../src/sdk/wire/messages/connector-metadata.ts'
import { createGrpcService } from '../../src/sdk/service/platform/grpc-service.ts'
import { hostFacts } from '../../src/sdk/service/platform/host-facts.ts'
import { silentLogger } from '../../src/sdk/ground/ports.ts'
import { Secret } from '../../src/sdk/ground/secret.ts'
import type { BatonPeer } from '../judges/baton-peer.ts'
import type { TaskJson } from '../judges/peer-commands.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined
const call = { signal: new AbortController().signal }
const C1 = 'c1.connector.v2'

describe.skipIf(missing)(`messages of service mode, as the official stubs read them ${missing ?? ''}`, () => {
  /** A service and a client that has said hello. */
  async function open(): Promise<{ peer: BatonPeer; service: BatonService; folder: string }> {
    const folder = mkdtempSync(join(tmpdir(), 'baton-twingate-wire-'))
    const peer = await (found as OfficialTools).startPeer({ certificates: folder, uploads: folder })
    const env = { SSL_CERT_FILE: peer.caFile, BATON_C1_API_HOST: peer.host }
    const service = createGrpcService({
      clientId: peer.clientId,
      clientSecret: new Secret(peer.clientSecret),
      rereadSecret: () => Promise.resolve(undefined),
      hostId: 'host-1',
      version: '0.1.0',
      transportFor: (parts) => createTransport({ timeoutMs: 30_000, env, ...parts }),
      env,
      clock: { now: () => new Date(), monotonicMs: () => performance.now() },
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      log: silentLogger,
    })
    onTestFinished(async () => {
      service.close()
      await peer.close()
      rmSync(folder, { recursive: true, force: true })
    })
    const build = { langVersion: process.version, package: 'baton-twingate', packageVersion: '0.1.0' }
    const metadata = connectorMetadata(describeTwingate())
    await service.hello({ taskId: '', build, host: hostFacts({}), metadata }, call)
    return { peer, service, folder }
  }

  test('a hello is whole and breaks no rule', async () => {
    const { peer } = await open()
    expect(await peer.heard('rpc')).toMatchObject({
      rpc: 'Hello',
      request: {
        hostId: 'host-1',
        connectorMetadata: {
          displayName: 'Twingate',
          capabilities: { credentialDetails: { capabilityAccountProvisioning: {} } },
          accountCreationSchema: { fieldMap: { email: { required: true, order: 1, stringField: {} } } },
        },
      },
    })
    expect(await peer.violations()).toEqual([])
  })

  const id = (resourceType: string, resource: string) => ({ id: { resourceType, resource } })
  const entitlement = { id: 'group:g:member', slug: 'member', resource: id('group', 'g') }
  test.each<[TaskJson, object]>([
    [{ hello: {} }, { kind: 'hello' }],
    [
      {
        syncFull: {
          skipGrants: true,
          skipEntitlementsAndGrants: true,
          targetedSyncResources: [id('user', 'u')],
          syncResourceTypeIds: ['user'],
          storageEngine: 'pebble',
        },
      },
      {
        kind: 'sync-full',
        skipGrants: true,
        skipEntitlementsAndGrants: true,
        targets: [{ type: 'user', id: 'u' }],
        types: ['user'],
        storageEngine: 'pebble',
      },
    ],
    [
      { grant: { entitlement, principal: id('user', 'u') } },
      {
        kind: 'grant',
        entitlement: { id: 'group:g:member', slug: 'member', resource: { type: 'group', id: 'g' } },
        principal: { type: 'user', id: 'u' },
      },
    ],
    [
      { revoke: { grant: { id: 'x', entitlement, principal: id('user', 'u') } } },
      { kind: 'revoke', grant: { id: 'x', principal: { type: 'user', id: 'u' } } },
    ],
    [
      {
        createAccount: {
          accountInfo: { login: 'a', emails: [{ address: 'a@x.example' }], profile: { n: 1, l: [true, null, 'x'] } },
          credentialOptions: { randomPassword: { length: '20' } },
          resourceTypeId: 'user',
        },
      },
      {
        kind: 'create-account',
        account: {
          login: 'a',
          emails: [{ address: 'a@x.example', isPrimary: false }],
          profile: { n: 1, l: [true, null, 'x'] },
        },
        credentials: 'random-password',
        resourceType: 'user',
      },
    ],
    [
      { createResource: { resource: { ...id('group', 'g'), displayName: 'G' } } },
      { kind: 'create-resource', resource: { id: { type: 'group', id: 'g' }, displayName: 'G' } },
    ],
    [
      { deleteResource: { resourceId: id('user', 'u').id } },
      { kind: 'delete-resource', id: { type: 'user', id: 'u' } },
    ],
    [
      {
        rotateCredentials: {
          resourceId: id('service-account-key', 'k').id,
          credentialOptions: { noPassword: {} },
          encryptionConfigs: [{ ageRecipientConfig: { recipient: 'age1x' } }],
        },
      },
      {
        ...{ kind: 'rotate-credential', id: { type: 'service-account-key', id: 'k' }, credentials: 'no-password' },
        encryption: [{ provider: '', recipient: 'age1x' }],
      },
    ],
    [{ eventFeed: { startAt: '2026-01-01T00:00:00Z' } }, { kind: 'unsupported', name: 'event_feed' }],
    [{ createTicketTask: { ticketSchema: { id: 's' } } }, { kind: 'not-offered', name: 'create_ticket_task' }],
    [{ listTicketSchemas: {} }, { kind: 'list-ticket-schemas' }],
    [{ getTicket: { ticketId: 't' } }, { kind: 'get-tickets', ids: ['t'], bulk: false }],
    [{ bulkCreateTickets: {} }, { kind: 'not-offered', name: 'bulk_create_tickets' }],
    [
      { bulkGetTickets: { ticketRequests: [{ ticketId: 'a' }, { ticketId: 'b' }] } },
      { kind: 'get-tickets', ids: ['a', 'b'], bulk: true },
    ],
    [{ actionListSchemas: { resourceTypeId: 'user' } }, { kind: 'list-actions', resourceType: 'user' }],
    [{ actionGetSchema: { name: 'a' } }, { kind: 'get-action', name: 'a' }],
    [
      { actionInvoke: { name: 'a', args: { id: 'u' }, resourceTypeId: 'user' } },
      { kind: 'invoke-action', name: 'a', args: { id: 'u' }, resourceType: 'user' },
    ],
    [{ actionStatus: { name: 'a', id: '7' } }, { kind: 'action-status', name: 'a', id: '7' }],
    [{ createSyncDiff: { baseSyncId: 'a' } }, { kind: 'unsupported', name: 'create_sync_diff' }],
    [{ compactSyncs: {} }, { kind: 'unsupported', name: 'compact_syncs' }],
    [{ listEventFeeds: {} }, { kind: 'list-event-feeds' }],
    [
      { listEvents: { eventFeedId: 'f', pageSize: 5, cursor: 'c', startAt: '2026-01-02T03:04:05.5Z' } },
      { kind: 'list-events', feed: 'f', cursor: 'c', size: 5, startAt: new Date('2026-01-02T03:04:05.500Z') },
    ],
    [{ listEvents: {} }, { kind: 'list-events', feed: '', cursor: '', size: 0, startAt: undefined }],
    [
      { issueCredential: {} },
      {
        ...{ kind: 'issue-credential', identity: undefined, option: undefined, scopes: [], encryption: [] },
        until: undefined,
      },
    ],
    [
      {
        issueCredential: {
          identityId: id('service-account', 's').id,
          credentialOptions: { apiKey: {} },
          encryptionConfigs: [
            { provider: 'baton/jwk/v1', jwkPublicKeyConfig: { pubKey: Buffer.from('{}').toString('base64') } },
            { ageRecipientConfig: { recipient: 'age1x' } },
          ],
          expiresAt: '2030-01-01T00:00:00Z',
        },
      },
      {
        kind: 'issue-credential',
        identity: { type: 'service-account', id: 's' },
        option: 'api_key',
        scopes: [],
        encryption: [
          { provider: 'baton/jwk/v1', jwk: '{}' },
          { provider: '', recipient: 'age1x' },
        ],
        until: new Date('2030-01-01T00:00:00Z'),
      },
    ],
    [{}, { kind: 'unsupported', name: '' }],
    [{ debug: true, hello: {} }, { kind: 'hello' }],
  ])('the task %j is read as it was made', async (task, work) => {
    const { peer, service } = await open()
    const [taskId] = await peer.enqueue(task)
    expect((await service.getTask(call)).tasks).toMatchObject([{ id: taskId, debug: task['debug'] ?? false, work }])
  })

  const type = (name: string) => ({ '@type': `type.googleapis.com/${C1}.${name}` })
  const response = (name: string, value: TypedMessage['value']): TaskResult => ({
    kind: 'success',
    response: { type: `${C1}.${name}`, value },
  })
  const resource = {
    id: { resource_type: 'group', resource: 'g' },
    display_name: 'G',
    created_at: '2026-01-02T03:04:05Z',
  }
  const told = { id: { resourceType: 'group', resource: 'g' }, displayName: 'G', createdAt: '2026-01-02T03:04:05Z' }
  const exists = { type: `${C1}.GrantAlreadyExists`, value: {} }
  test.each<[string, TaskJson, TaskResult, object]>([
    [
      'a grant',
      { grant: { entitlement, principal: id('user', 'u') } },
      {
        ...response('GrantManagerServiceGrantResponse', {
          annotations: [exists],
          grants: [
            { id: 'x', principal: resource, entitlement: { id: 'e', resource, purpose: 'PURPOSE_VALUE_ASSIGNMENT' } },
          ],
        }),
        annotations: [exists],
      } as TaskResult,
      {
        success: {
          annotations: [type('GrantAlreadyExists')],
          response: {
            ...type('GrantManagerServiceGrantResponse'),
            annotations: [type('GrantAlreadyExists')],
            grants: [{ id: 'x', principal: told, entitlement: { id: 'e', purpose: 'PURPOSE_VALUE_ASSIGNMENT' } }],
          },
        },
      },
    ],
    [
      'an account',
      { createAccount: { accountInfo: { login: 'a' } } },
      response('CreateAccountResponse', { already_exists: { resource, is_create_account_result: true } }),
      { success: { response: { alreadyExists: { resource: told, isCreateAccountResult: true } } } },
    ],
    [
      'a new resource',
      { createResource: { resource: id('group', 'g') } },
      response('CreateResourceResponse', { created: resource }),
      { success: { response: { created: told } } },
    ],
    [
      'a deletion',
      { deleteResource: { resourceId: id('group', 'g').id } },
      response('DeleteResourceResponse', {
        annotations: [{ type: `${C1}.ResourceDeleted`, value: { resource_id: resource.id } }],
      }),
      { success: { response: { annotations: [{ ...type('ResourceDeleted'), resourceId: told.id }] } } },
    ],
    [
      'an action',
      { actionInvoke: { name: 'a' } },
      response('InvokeActionResponse', {
        id: '7',
        name: 'a',
        status: 'BATON_ACTION_STATUS_COMPLETE',
        response: { success: true, n: 1.5 },
      }),
      {
        success: {
          response: { id: '7', name: 'a', status: 'BATON_ACTION_STATUS_COMPLETE', response: { success: true, n: 1.5 } },
        },
      },
    ],
    [
      'schemas of actions',
      { actionListSchemas: {} },
      response('ListActionSchemasResponse', {
        schemas: [
          {
            name: 'a',
            action_type: ['ACTION_TYPE_ACCOUNT_DISABLE'],
            arguments: [{ name: 'id', is_required: true, string_field: {} }],
            return_types: [{ name: 'success', bool_field: {} }],
          },
        ],
      }),
      {
        success: {
          response: {
            schemas: [
              {
                name: 'a',
                actionType: ['ACTION_TYPE_ACCOUNT_DISABLE'],
                arguments: [{ name: 'id', isRequired: true, stringField: {} }],
                returnTypes: [{ name: 'success', boolField: {} }],
              },
            ],
          },
        },
      },
    ],
    [
      'no event feeds',
      { listEventFeeds: {} },
      response('ListEventFeedsResponse', {}),
      { success: { response: type('ListEventFeedsResponse') } },
    ],
    [
      'a failure with its details',
      { grant: { entitlement, principal: id('user', 'u') } },
      {
        kind: 'failure',
        code: 9,
        message: 'must not be, ünd \ud800',
        retryable: false,
        details: [
          { type: 'google.rpc.ErrorInfo', value: { reason: 'grant_cancelled', metadata: { reason: 'r' } } },
          {
            type: `${C1}.RateLimitDescription`,
            value: { status: 'STATUS_OVERLIMIT', limit: 60, reset_at: '2026-01-02T03:04:05.5Z' },
          },
        ],
      },
      {
        status: {
          code: 9,
          message: 'must not be, ünd \ufffd',
          details: [
            { reason: 'grant_cancelled', metadata: { reason: 'r' } },
            { status: 'STATUS_OVERLIMIT', limit: '60', resetAt: '2026-01-02T03:04:05.500Z' },
          ],
        },
        error: { nonRetryable: true },
      },
    ],
  ])('a result with %s arrives as it was meant', async (_, task, result, request) => {
    const { peer, service } = await open()
    const [taskId = ''] = await peer.enqueue(task)
    await service.getTask(call)
    await service.finishTask(taskId, result, call)
    expect((await peer.finished(taskId)).request).toMatchObject(request)
    expect(await peer.violations()).toEqual([])
  })

  test('heartbeats and an upload break no rule', async () => {
    const { peer, service, folder } = await open()
    const [taskId = ''] = await peer.enqueue({ syncFull: {} })
    await service.getTasks({ pageSize: 6, known: [] }, call)
    expect((await service.heartbeat(taskId, call)).cancelled).toBe(false)
    const path = join(folder, 'file')
    writeFileSync(path, Buffer.alloc(1_500_000, 7))
    await service.upload(taskId, path, call)
    await service.finishTask(taskId, { kind: 'success' }, call)
    expect(await peer.heard('upload')).toMatchObject({ taskId, bytes: 1_500_000, whole: true, code: 0 })
    expect(await peer.violations()).toEqual([])
  })
})
