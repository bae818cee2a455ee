import { describe, expect, it } from 'vitest'
import type { TaskResult, TaskWork } from '../../../../../src/sdk/service/baton-service.ts'
import { connectorFor, type DaemonPlan, startDaemon } from '../../../../support/run-daemon-with.ts'
import { ConnectorError } from '../../../../../src/sdk/ground/errors.ts'
import { groupCalled, person, tenantOf, writes } from '../../../../tenant/tenant-of.ts'
import type { RunningTenant } from '../../../../tenant/start-tenant.ts'
import { createToyConnector, toyGrant } from '../../../../support/toy-connector.ts'

/** Runs one task to its end against a tenant and gives what the service was told. */
async function resultOf(server: RunningTenant, work: TaskWork, plan: DaemonPlan = {}): Promise<TaskResult> {
  const daemon = startDaemon({ connector: connectorFor(server), ...plan })
  const id = daemon.peer.add(work)
  await daemon.peer.allFinished()
  await daemon.stop()
  expect(daemon.peer.violations).toEqual([])
  const [result, ...more] = daemon.peer.results(id)
  expect(more).toEqual([])
  if (!result) throw new Error('the task has no result')
  return result
}

const userOf = (id: string) => ({ type: 'user', id })
const groupOf = (id: string) => ({ type: 'group', id })
const memberOf = (group: string) => ({ id: `group:${group}:member`, slug: 'member', resource: groupOf(group) })
const messageOf = (name: string, value: object = {}) => ({ type: `c1.connector.v2.${name}`, value })

const grantOf = (server: RunningTenant, group: string, firstName: string): TaskWork => ({
  kind: 'grant',
  entitlement: memberOf(groupCalled(server, group).id),
  principal: userOf(person(server, firstName).id),
})

const revokeOf = (server: RunningTenant, group: string, firstName: string): TaskWork => ({
  kind: 'revoke',
  grant: {
    id: '🧸_UNKNOWN_GRANT_ID',
    entitlement: memberOf(groupCalled(server, group).id),
    principal: userOf(person(server, firstName).id),
  },
})

const isMember = (server: RunningTenant, group: string, firstName: string): boolean =>
  person(server, firstName).groups.includes(groupCalled(server, group))

describe('a grant task', () => {
  it('makes the membership and tells which grant it made', async () => {
    const server = await tenantOf()
    const [group, user] = [groupCalled(server, 'Contractors').id, person(server, 'Ada').id]
    expect(await resultOf(server, grantOf(server, 'Contractors', 'Ada'))).toEqual({
      kind: 'success',
      response: messageOf('GrantManagerServiceGrantResponse', {
        annotations: [],
        grants: [
          {
            id: `group:${group}:member:user:${user}`,
            entitlement: {
              id: `group:${group}:member`,
              slug: 'member',
              resource: { id: { resource_type: 'group', resource: group } },
            },
            principal: { id: { resource_type: 'user', resource: user } },
          },
        ],
      }),
      annotations: [],
    })
    expect(isMember(server, 'Contractors', 'Ada')).toBe(true)
  })

  it('whose entitlement is there already says so in the response and beside it, and sends nothing', async () => {
    const server = await tenantOf()
    const already = messageOf('GrantAlreadyExists')
    expect(await resultOf(server, grantOf(server, 'Contractors', 'Hana'))).toEqual({
      kind: 'success',
      response: messageOf('GrantManagerServiceGrantResponse', { annotations: [already], grants: [] }),
      annotations: [already],
    })
    expect(writes(server)).toEqual([])
  })

  it('of a role names the grant of the role before, which the user has no more', async () => {
    const server = await tenantOf()
    const ada = person(server, 'Ada')
    const id = { type: 'role', id: 'devops' }
    const before = `role:${ada.role.toLowerCase()}:member:user:${ada.id}`
    const entitlement = { id: 'role:devops:member', slug: 'member', resource: id }
    const replaced = messageOf('GrantReplaced', { replaced_grant_id: before })
    expect(await resultOf(server, { kind: 'grant', entitlement, principal: userOf(ada.id) })).toMatchObject({
      kind: 'success',
      response: { value: { annotations: [replaced], grants: [{ id: `role:devops:member:user:${ada.id}` }] } },
      annotations: [replaced],
    })
    expect(person(server, 'Ada').role).toBe('DEVOPS')
  })

  it('reads the entitlement from its id where its parts are missing', async () => {
    const server = await tenantOf()
    const { id } = groupCalled(server, 'Contractors')
    const entitlement = { id: `group:${id}:member`, slug: '', resource: undefined }
    const work: TaskWork = { kind: 'grant', entitlement, principal: userOf(person(server, 'Ada').id) }
    expect(await resultOf(server, work)).toMatchObject({ kind: 'success' })
    expect(isMember(server, 'Contractors', 'Ada')).toBe(true)
  })

  it('refused by a guard is declined, so that the service cancels the request', async () => {
    const server = await tenantOf()
    const result = await resultOf(server, grantOf(server, 'Finance', 'Ada'))
    expect(result).toMatchObject({ kind: 'failure', code: 9, retryable: false })
    if (result.kind !== 'failure') return
    expect(result.message).toMatch(/^members of "Finance" cannot be changed: /)
    expect(result.details).toEqual([
      {
        type: 'google.rpc.ErrorInfo',
        value: {
          reason: 'grant_cancelled',
          domain: 'github.com/conductorone/baton-sdk',
          metadata: { reason: result.message },
        },
      },
    ])
    expect(writes(server)).toEqual([])
  })

  it.each([
    ['another slug', { slug: 'owner' }, 5, /^there is no entitlement/],
    ['a type whose access cannot be changed', { resource: userOf('VXNlcjox') }, 12, /^access to a user cannot be/],
    ['neither resource nor readable id', { id: 'nonsense', resource: undefined }, 3, /is not of the form/],
    ['a resource without its type', { id: '', resource: { type: '', id: 'x' } }, 3, /is not of the form/],
  ])('for %s is refused for good', async (_what, part, code, text) => {
    const server = await tenantOf()
    const entitlement = { ...memberOf(groupCalled(server, 'Contractors').id), ...part }
    const work: TaskWork = { kind: 'grant', entitlement, principal: userOf(person(server, 'Ada').id) }
    const message = expect.stringMatching(text) as string
    expect(await resultOf(server, work)).toEqual({ kind: 'failure', code, message, retryable: false })
    expect(writes(server)).toEqual([])
  })

  it('that fails for an outage may be handed out again', async () => {
    const server = await tenantOf({ faults: [{ operation: 'GroupMembersUpdate', kind: '503' }] })
    const result = await resultOf(server, grantOf(server, 'Contractors', 'Ada'))
    expect(result).toMatchObject({ kind: 'failure', code: 14, retryable: true })
  })

  it('that fails for the rate limit says so in a form that programs read', async () => {
    const toy = createToyConnector({
      apply: () => Promise.reject(new ConnectorError('unavailable', 'call', 'too often', undefined, 'rate limit')),
    })
    const daemon = startDaemon({ connector: toy.connector })
    const id = daemon.peer.add(toyGrant('g', 'u'))
    await daemon.peer.allFinished()
    const details = [messageOf('RateLimitDescription', { status: 'STATUS_OVERLIMIT' })]
    expect(daemon.peer.results(id)).toEqual([
      { kind: 'failure', code: 14, message: 'too often', retryable: true, details },
    ])
  })

  it('whose write was made and whose answer was lost is a success', async () => {
    const server = await tenantOf({ faults: [{ operation: 'GroupMembersUpdate', kind: 'lost-answer', times: 1 }] })
    expect(await resultOf(server, grantOf(server, 'Contractors', 'Ada'))).toMatchObject({ kind: 'success' })
    expect(writes(server)).toEqual(['GroupMembersUpdate'])
  })
})

describe('a change that meets no one it could be refused by', () => {
  it.each([
    ['failed-precondition', 'CERT_HAS_EXPIRED', 9],
    ['invalid-argument', 'ENOTFOUND', 3],
  ] as const)('ends retryable after %s for %s and cancels no request', async (code, reason, number) => {
    const toy = createToyConnector({
      apply: () => Promise.reject(new ConnectorError(code, 'call', 'no way through', undefined, reason)),
    })
    const daemon = startDaemon({ connector: toy.connector })
    const id = daemon.peer.add(toyGrant('g', 'u'))
    await daemon.peer.allFinished()
    expect(daemon.peer.results(id)).toEqual([
      { kind: 'failure', code: number, message: 'no way through', retryable: true },
    ])
  })

  it('cancels no request where Twingate redirects elsewhere', async () => {
    const reason = 'http 308'
    const toy = createToyConnector({
      apply: () => Promise.reject(new ConnectorError('failed-precondition', 'call', 'elsewhere', undefined, reason)),
    })
    const daemon = startDaemon({ connector: toy.connector })
    const id = daemon.peer.add(toyGrant('g', 'u'))
    await daemon.peer.allFinished()
    expect(daemon.peer.results(id)).toEqual([{ kind: 'failure', code: 9, message: 'elsewhere', retryable: false }])
  })
})

describe('a revoke task', () => {
  it('ends the membership by its ends, whatever the id of the grant says', async () => {
    const server = await tenantOf()
    expect(await resultOf(server, revokeOf(server, 'Contractors', 'Hana'))).toEqual({
      kind: 'success',
      response: messageOf('GrantManagerServiceRevokeResponse', { annotations: [] }),
      annotations: [],
    })
    expect(isMember(server, 'Contractors', 'Hana')).toBe(false)
  })

  it('of what is gone already says so', async () => {
    const server = await tenantOf()
    const already = messageOf('GrantAlreadyRevoked')
    expect(await resultOf(server, revokeOf(server, 'Contractors', 'Ada'))).toMatchObject({
      kind: 'success',
      annotations: [already],
      response: { value: { annotations: [already] } },
    })
  })

  it('reads the ends from the id where they are missing', async () => {
    const server = await tenantOf()
    const [group, user] = [groupCalled(server, 'Contractors').id, person(server, 'Hana').id]
    const grant = { id: `group:${group}:member:user:${user}`, entitlement: undefined, principal: undefined }
    expect(await resultOf(server, { kind: 'revoke', grant })).toMatchObject({ kind: 'success' })
    expect(isMember(server, 'Contractors', 'Hana')).toBe(false)
  })
})

describe('a create-account task', () => {
  const account = {
    emails: [],
    login: '',
    profile: { email: 'grace@acme.example', first_name: 'Grace', role: 'DEVOPS' },
  }
  const create = (part: Partial<Extract<TaskWork, { kind: 'create-account' }>> = {}): TaskWork => ({
    kind: 'create-account',
    account,
    credentials: 'no-password',
    resourceType: 'user',
    ...part,
  })
  const graceIn = (server: RunningTenant) => server.tenant.users.find(({ email }) => email === 'grace@acme.example')

  it('makes the account of the form and gives the user with its trait', async () => {
    const server = await tenantOf()
    const result = await resultOf(server, create())
    const user = graceIn(server)
    expect(user).toMatchObject({ firstName: 'Grace', role: 'DEVOPS' })
    expect(result).toMatchObject({
      kind: 'success',
      response: {
        type: 'c1.connector.v2.CreateAccountResponse',
        value: {
          success: {
            is_create_account_result: true,
            resource: {
              id: { resource_type: 'user', resource: user?.id },
              display_name: 'Grace',
              status: { status: 'RESOURCE_STATUS_ENABLED' },
              annotations: [
                {
                  type: 'c1.connector.v2.UserTrait',
                  value: {
                    emails: [{ address: 'grace@acme.example', is_primary: true }],
                    account_type: 'ACCOUNT_TYPE_HUMAN',
                    status: { status: 'STATUS_ENABLED' },
                  },
                },
              ],
            },
          },
        },
      },
    })
  })

  it('for an address that has one already is a success that says so', async () => {
    const server = await tenantOf()
    const facts = { emails: [], login: '', profile: { email: 'ADA.okafor@acme.example' } }
    const result = await resultOf(server, create({ account: facts }))
    const resource = { id: { resource: person(server, 'Ada').id } }
    expect(result).toMatchObject({ response: { value: { already_exists: { resource } } } })
    expect(writes(server)).toEqual([])
  })

  it('for an address that has one with other facts is refused', async () => {
    const server = await tenantOf()
    const facts = { emails: [], login: '', profile: { email: 'ada.okafor@acme.example', role: 'SUPPORT' } }
    expect(await resultOf(server, create({ account: facts }))).toMatchObject({ code: 6, retryable: false })
  })

  it('takes the address from the form, else the primary one beside it, else the login', async () => {
    const server = await tenantOf()
    const emails = [
      { address: 'second@acme.example', isPrimary: false },
      { address: 'first@acme.example', isPrimary: true },
    ]
    await resultOf(server, create({ account: { emails, login: 'login@acme.example', profile: {} } }))
    await resultOf(server, create({ account: { emails: [], login: 'login@acme.example', profile: { email: '' } } }))
    await resultOf(server, create({ account: { emails, login: 'login@acme.example', profile: account.profile } }))
    const made = server.tenant.users.slice(-3).map(({ email }) => email)
    expect(made).toEqual(['first@acme.example', 'login@acme.example', 'grace@acme.example'])
  })

  it.each(['no-password', 'random-password', 'sso', undefined] as const)(
    'makes an account without a password for the credential option %s',
    async (credentials) => {
      const server = await tenantOf()
      expect(await resultOf(server, create({ credentials }))).toMatchObject({ kind: 'success' })
    },
  )

  it.each([
    ['credential options without an option', { credentials: 'unset' }, 3, 'invalid credential options'],
    ['a given password', { credentials: 'encrypted-password' }, 3, /have no password/],
    ['a type without accounts', { resourceType: 'group' }, 12, 'a group cannot be created here'],
    ['no address', { account: { emails: [], login: '', profile: {} } }, 3, /^the account has no e-mail/],
    ['a name that is no text', { account: { emails: [], login: 'a@b.example', profile: { role: 7 } } }, 3, /role must/],
  ] as const)('is refused for %s', async (_what, part, code, text) => {
    const server = await tenantOf()
    const result = await resultOf(server, create(part))
    expect(result).toMatchObject({ kind: 'failure', code, retryable: false })
    expect(result).toHaveProperty('message', typeof text === 'string' ? text : expect.stringMatching(text))
    expect(writes(server)).toEqual([])
  })

  it('takes the only type with accounts where the task names none', async () => {
    const server = await tenantOf()
    expect(await resultOf(server, create({ resourceType: '' }))).toMatchObject({ kind: 'success' })
  })
})

describe('a task that creates or deletes a resource', () => {
  it('creates a group by its name', async () => {
    const server = await tenantOf()
    const resource = { id: groupOf(''), displayName: 'Data' }
    const result = await resultOf(server, { kind: 'create-resource', resource })
    const id = { resource_type: 'group', resource: groupCalled(server, 'Data').id }
    expect(result).toMatchObject({
      kind: 'success',
      response: { type: 'c1.connector.v2.CreateResourceResponse', value: { created: { id, display_name: 'Data' } } },
    })
  })

  it.each([
    ['a name that is taken', { id: groupOf(''), displayName: 'Contractors' }, 6],
    ['a type that cannot be created', { id: { type: 'role', id: '' }, displayName: 'Root' }, 12],
    ['a name that is blank', { id: groupOf(''), displayName: ' ' }, 3],
  ])('does not create %s', async (_what, resource, code) => {
    const server = await tenantOf()
    const result = await resultOf(server, { kind: 'create-resource', resource })
    expect(result).toMatchObject({ kind: 'failure', code, retryable: false })
    expect(writes(server)).toEqual([])
  })

  it('deletes a user, and what is gone already is a success', async () => {
    const server = await tenantOf()
    const id = userOf(person(server, 'Hana').id)
    const gone = { kind: 'success', response: messageOf('DeleteResourceResponse') }
    expect(await resultOf(server, { kind: 'delete-resource', id })).toEqual(gone)
    expect(await resultOf(server, { kind: 'delete-resource', id })).toEqual(gone)
    expect(writes(server)).toEqual(['UserDelete'])
  })

  it('does not delete what an identity provider owns', async () => {
    const server = await tenantOf()
    const id = userOf(person(server, 'Jaya').id)
    expect(await resultOf(server, { kind: 'delete-resource', id })).toMatchObject({ code: 9, retryable: false })
  })
})

describe('an action task', () => {
  it('carries the action out and gives its end', async () => {
    const server = await tenantOf()
    const { id } = person(server, 'Hana')
    const args = { user_id: id, first_name: 'Hannah' }
    const result = await resultOf(server, { kind: 'invoke-action', name: 'update_user', args, resourceType: '' })
    expect(result).toMatchObject({
      kind: 'success',
      response: {
        type: 'c1.connector.v2.InvokeActionResponse',
        value: {
          name: 'update_user',
          status: 'BATON_ACTION_STATUS_COMPLETE',
          response: { success: true, changed: true },
        },
      },
    })
    expect(person(server, 'Hannah').id).toBe(id)
  })

  it('tells the end of an action by the id of its task', async () => {
    const server = await tenantOf()
    const daemon = startDaemon({ connector: connectorFor(server) })
    const { peer } = daemon
    const invoke = (id: string): string =>
      peer.add({ kind: 'invoke-action', name: 'enable_user', args: { user_id: id }, resourceType: '' })
    const done = invoke(person(server, 'Kofi').id)
    const failed = invoke(person(server, 'Jaya').id)
    await peer.allFinished()
    const ask = (id: string, name = ''): string => peer.add({ kind: 'action-status', id, name })
    const asked = [ask(done), ask(failed), ask(done, 'reset_mfa'), ask('nobody')]
    await peer.allFinished()
    expect(asked.map((id) => peer.results(id)[0])).toMatchObject([
      { response: { value: { id: done, name: 'enable_user', status: 'BATON_ACTION_STATUS_COMPLETE' } } },
      { response: { value: { id: failed, status: 'BATON_ACTION_STATUS_FAILED', response: { success: false } } } },
      { code: 5, retryable: true },
      { code: 5, retryable: true },
    ])
    expect(peer.results(failed)).toMatchObject([{ kind: 'failure', code: 9, retryable: false }])
  })

  it.each([
    ['of an unknown name', { name: 'make_coffee' }, 5],
    ['of a resource type', { resourceType: 'group' }, 5],
    ['with a wrong argument', { args: { user: 'x' } }, 3],
  ])('%s is refused', async (_what, part, code) => {
    const server = await tenantOf()
    const work: TaskWork = { kind: 'invoke-action', name: 'enable_user', args: {}, resourceType: '', ...part }
    expect(await resultOf(server, work)).toMatchObject({ kind: 'failure', code, retryable: false })
  })
})

describe('with provisioning off', () => {
  it.each([
    'grant',
    'revoke',
    'create-account',
    'create-resource',
    'delete-resource',
    'invoke-action',
    'rotate-credential',
    'issue-credential',
  ])('%s is refused with the way to switch it on, and nothing is sent', async (kind) => {
    const server = await tenantOf()
    const work = {
      grant: grantOf(server, 'Contractors', 'Ada'),
      revoke: revokeOf(server, 'Contractors', 'Hana'),
      'create-account': {
        kind: 'create-account',
        account: { emails: [], login: 'x@acme.example', profile: {} },
        credentials: undefined,
        resourceType: '',
      },
      'create-resource': { kind: 'create-resource', resource: { id: groupOf(''), displayName: 'Data' } },
      'delete-resource': { kind: 'delete-resource', id: userOf(person(server, 'Hana').id) },
      'invoke-action': {
        kind: 'invoke-action',
        name: 'disable_user',
        args: { user_id: person(server, 'Hana').id },
        resourceType: '',
      },
      'issue-credential': {
        ...{ kind: 'issue-credential', identity: undefined, option: undefined, scopes: [] },
        ...{ encryption: [], until: undefined },
      },
      'rotate-credential': { kind: 'rotate-credential', id: undefined, credentials: undefined, encryption: [] },
    }[kind] as TaskWork
    const result = await resultOf(server, work, { provisioning: false })
    expect(result).toMatchObject({ kind: 'failure', code: 9, retryable: false })
    expect(result).toHaveProperty(
      'message',
      expect.stringMatching(/^provisioning is not enabled; .*--provisioning \(BATON_PROVISIONING\)/),
    )
    expect(result).not.toHaveProperty('details')
    expect(server.requests).toEqual([])
  })
})

describe('a task about access to a resource', () => {
  const WIKI = 'Wiki'

  async function site() {
    const server = await tenantOf()
    const { network, groups } = server.tenant
    const wiki = network.addResource(network.addRemoteNetwork(), { name: WIKI })
    const [team, other] = groups
    if (!team || !other) throw new Error('the demo has no groups')
    network.allow(wiki, other)
    const pipeline = network.addServiceAccount({ name: 'Pipeline' })
    const resource = { type: 'network-resource', id: wiki.id }
    const entitlement = { id: `network-resource:${wiki.id}:access`, slug: 'access', resource }
    const task = (kind: 'grant' | 'revoke', principal: { readonly type: string; readonly id: string }): TaskWork =>
      kind === 'grant' ? { kind, entitlement, principal } : { kind, grant: { id: '', entitlement, principal } }
    const reaching = () => wiki.access.map(({ node }) => node.name)
    return { server, wiki, team, other, pipeline, task, reaching }
  }

  it('gives and takes single edges, and a second time says that it is so', async () => {
    const { server, wiki, team, other, pipeline, task, reaching } = await site()
    for (const principal of [groupOf(team.id), { type: 'service-account', id: pipeline.id }]) {
      const id = `network-resource:${wiki.id}:access:${principal.type}:${principal.id}`
      expect(await resultOf(server, task('grant', principal))).toMatchObject({
        kind: 'success',
        response: { value: { annotations: [], grants: [{ id }] } },
      })
      expect(await resultOf(server, task('grant', principal))).toMatchObject({
        kind: 'success',
        annotations: [messageOf('GrantAlreadyExists')],
      })
      expect(reaching()).toHaveLength(2)
      expect(await resultOf(server, task('revoke', principal))).toMatchObject({ kind: 'success', annotations: [] })
      expect(await resultOf(server, task('revoke', principal))).toMatchObject({
        kind: 'success',
        annotations: [messageOf('GrantAlreadyRevoked')],
      })
    }
    expect([reaching(), writes(server)]).toEqual([
      [other.name],
      ['ResourceAccessAdd', 'ResourceAccessRemove', 'ResourceAccessAdd', 'ResourceAccessRemove'],
    ])
  })

  it('that leaves nobody there is done as the service decided', async () => {
    const { server, other, task, reaching } = await site()
    expect(await resultOf(server, task('revoke', groupOf(other.id)))).toMatchObject({ kind: 'success' })
    expect(reaching()).toEqual([])
  })

  it('for a user is declined, because users reach resources through groups', async () => {
    const { server, other, task, reaching } = await site()
    const result = await resultOf(server, task('grant', userOf(person(server, 'Ada').id)))
    expect(result).toMatchObject({ kind: 'failure', retryable: false })
    expect([reaching(), writes(server)]).toEqual([[other.name], []])
  })

  it('whose answer was lost is looked at, and not sent twice', async () => {
    const server = await tenantOf({ faults: [{ operation: 'ResourceAccessAdd', kind: 'lost-answer', times: 1 }] })
    const { network, groups } = server.tenant
    const wiki = network.addResource(network.addRemoteNetwork(), { name: WIKI })
    const resource = { type: 'network-resource', id: wiki.id }
    const entitlement = { id: `network-resource:${wiki.id}:access`, slug: 'access', resource }
    const principal = groupOf(groups[0]?.id ?? '')
    expect(await resultOf(server, { kind: 'grant', entitlement, principal })).toMatchObject({ kind: 'success' })
    expect([wiki.access.length, writes(server)]).toEqual([1, ['ResourceAccessAdd']])
  })
})
