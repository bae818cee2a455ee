import { afterEach, describe, expect, it } from 'vitest'
import { groupMembership } from '../../../src/resources/group-membership.ts'
import { membership, provisionTenant } from '../../tenant/provision-tenant.ts'
import { call, clientOf } from '../../tenant/tenant-client.ts'
import { READ_KEY } from '../../tenant/api-keys.ts'
import { globalId } from '../../tenant/global-id.ts'
import { startTenant, type RunningTenant, type TenantOptions } from '../../tenant/start-tenant.ts'
import { Tenant } from '../../tenant/tenant.ts'

const servers: RunningTenant[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

async function serve(options: Omit<TenantOptions, 'tenant'> = {}) {
  const tenant = new Tenant()
  const group = tenant.addGroup({ name: 'O"Neil \\ \n 🚀' })
  const users = Array.from({ length: 3 }, () => tenant.addUser())
  const server = await startTenant({ tenant, ...options })
  servers.push(server)
  const [ada, mary, cher] = users.map((user) => user.id) as [string, string, string]
  const members = () => group.users.map((user) => user.id)
  return { server, tenant, group, users, ada, mary, cher, members, isMember: (id: string) => members().includes(id) }
}

const missing = globalId('User', 7)
const unreadable = 'User 7'
const slip = (text: string) => Buffer.from(text).toString('base64')

describe('membership of a group', () => {
  it('is given to several users in one write, and said to be given the second time', async () => {
    const { server, group, ada, mary, members } = await serve()
    const changes = [membership('grant', group.id, ada), membership('grant', group.id, mary)]
    const first = await provisionTenant(server, changes)
    expect(first).toMatchObject({ outcomes: ['granted', 'granted'], error: undefined, writes: 1 })
    expect(first.reports[0]).toMatchObject({ before: 'not a member', after: 'member' })
    expect(members()).toEqual([ada, mary])
    const second = await provisionTenant(server, changes)
    expect(second).toMatchObject({ outcomes: ['already-granted', 'already-granted'], error: undefined, writes: 0 })
  })

  it('is taken away, and said to be gone the second time', async () => {
    const { server, tenant, group, users, ada, mary, members } = await serve()
    for (const user of users) tenant.addMember(group, user)
    const changes = [membership('revoke', group.id, ada)]
    expect(await provisionTenant(server, changes)).toMatchObject({ outcomes: ['revoked'], writes: 1 })
    expect(members()).not.toContain(ada)
    expect(members()).toContain(mary)
    expect(await provisionTenant(server, changes)).toMatchObject({ outcomes: ['already-revoked'], writes: 0 })
  })

  it('changes by the difference alone, never by the whole list', async () => {
    const { server, group, ada } = await serve()
    await provisionTenant(server, [membership('grant', group.id, ada)])
    expect(server.requests.at(-1)?.variables).toEqual({ id: group.id, added: [ada] })
    await provisionTenant(server, [membership('revoke', group.id, ada)])
    expect(server.requests.at(-1)?.variables).toEqual({ id: group.id, removed: [ada] })
  })

  it('is told by a dry run without a write', async () => {
    const { server, group, ada, members } = await serve()
    const result = await provisionTenant(server, [membership('grant', group.id, ada)], { dryRun: true })
    expect(result.reports).toMatchObject([{ outcome: 'planned', before: 'not a member', after: 'member' }])
    expect([result.writes, members()]).toEqual([0, []])
  })

  it('of an inactive group changes all the same and says so', async () => {
    const { server, group, ada, isMember } = await serve()
    group.isActive = false
    const { reports } = await provisionTenant(server, [membership('grant', group.id, ada)])
    expect(reports).toMatchObject([{ outcome: 'granted', after: 'member (the group is inactive)' }])
    expect(isMember(ada)).toBe(true)
  })

  it.each([
    ['SYNCED', /follows the identity provider: change it there/],
    ['SYSTEM', /a built-in group: Twingate itself keeps its membership/],
  ] as const)('of a %s group is refused and nothing is sent', async (type, words) => {
    const { server, group, ada, isMember } = await serve()
    group.type = type
    for (const kind of ['grant', 'revoke'] as const) {
      const result = await provisionTenant(server, [membership(kind, group.id, ada)])
      expect(result).toMatchObject({ outcomes: ['refused'], error: { code: 'failed-precondition' }, writes: 0 })
      expect(result.error?.detail).toMatch(words)
    }
    expect(isMember(ada)).toBe(false)
  })

  it('is refused for all changes of a run where one is refused', async () => {
    const { server, tenant, group, ada, members } = await serve()
    const synced = tenant.addGroup({ type: 'SYNCED' })
    const changes = [membership('grant', group.id, ada), membership('grant', synced.id, ada)]
    const result = await provisionTenant(server, changes)
    expect(result.reports.map(({ change, outcome }) => [change.resource.id, outcome])).toEqual([
      [group.id, 'not-attempted'],
      [synced.id, 'refused'],
    ])
    expect([result.writes, members()]).toEqual([0, []])
  })

  it.each([
    ['another entitlement', { slug: 'owner' }, 'not-found', /only group:.*:member$/],
    [
      'another kind of principal',
      { principal: { type: 'group', id: 'x' } },
      'failed-precondition',
      /only users can be/,
    ],
    [
      'the id of a group',
      { principal: { type: 'user', id: globalId('Group', 7) } },
      'failed-precondition',
      /id of a group/,
    ],
    ['an unknown group', { resource: { type: 'group', id: globalId('Group', 7) } }, 'not-found', /no group/],
    ['an unknown user', { principal: { type: 'user', id: missing } }, 'not-found', /no user/],
    ['an unreadable user', { principal: { type: 'user', id: unreadable } }, 'not-found', /not the id of a user/],
  ])('is not given for %s', async (_, fields, code, words) => {
    const { server, group, ada } = await serve()
    const result = await provisionTenant(server, [{ ...membership('grant', group.id, ada), ...fields }])
    expect(result).toMatchObject({ outcomes: ['refused'], error: { code }, writes: 0 })
    expect(result.error?.detail).toMatch(words)
  })

  it.each([
    ['group', { resource: { type: 'group', id: globalId('Group', 7) } }, /no such group/],
    ['user', { principal: { type: 'user', id: missing } }, /no such user/],
  ])('is gone already with the %s', async (_, fields, words) => {
    const { server, group, ada } = await serve()
    const result = await provisionTenant(server, [{ ...membership('revoke', group.id, ada), ...fields }])
    expect(result).toMatchObject({ outcomes: ['already-revoked'], error: undefined, writes: 0 })
    expect(result.reports[0]?.before).toMatch(words)
  })

  it.each([
    ['user', { principal: { type: 'user', id: unreadable } }],
    ['group', { resource: { type: 'group', id: globalId('User', 7) } }],
    ['user', { principal: { type: 'user', id: slip('User:3O') } }],
    ['user', { principal: { type: 'user', id: slip('User:') } }],
    ['group', { resource: { type: 'group', id: slip('Group:2a') } }],
  ])('is not believed gone where the %s cannot be one: somebody would keep access', async (_, fields) => {
    const { server, group, ada } = await serve()
    const result = await provisionTenant(server, [{ ...membership('revoke', group.id, ada), ...fields }])
    expect(result).toMatchObject({ outcomes: ['refused'], error: { code: 'not-found' }, writes: 0 })
  })

  it('is not believed gone with the group where the user cannot be one', async () => {
    const { server } = await serve()
    const result = await provisionTenant(server, [membership('revoke', globalId('Group', 7), `${missing} `)])
    expect(result).toMatchObject({ outcomes: ['refused'], error: { code: 'not-found' }, writes: 0 })
  })

  it.each([
    ['cuts blanks', 'Ops ', { trims: true }],
    ['reads composed letters only', 'Équipe'.normalize('NFD'), { normalizes: 'NFC' }],
    ['reads decomposed letters only', 'Équipe'.normalize('NFC'), { normalizes: 'NFD' }],
    ['reads small letters only', 'PLATFORM', { lowers: true }],
  ] as const)('is taken away also where a filter by name %s and finds no group %j', async (_, name, filters) => {
    const { server, tenant, group, users, ada, isMember } = await serve({ habits: { filters } })
    group.name = name
    tenant.addMember(group, users[0]!)
    expect(await provisionTenant(server, [membership('revoke', group.id, ada)])).toMatchObject({
      outcomes: ['revoked'],
      error: undefined,
      writes: 1,
    })
    expect(isMember(ada)).toBe(false)
  })

  it('is not believed gone where the group is renamed while it is read', async () => {
    const { server, tenant, group, users, ada, isMember } = await serve()
    tenant.addMember(group, users[0]!)
    server.plan({ changes: [{ when: { operation: 'GroupsOfUsers' }, apply: () => void (group.name = 'Another') }] })
    const result = await provisionTenant(server, [membership('revoke', group.id, ada)])
    expect([result.outcomes, isMember(ada)]).toEqual([['revoked'], false])
  })

  it('refuses to mix groups in one write', async () => {
    const { server, tenant, group, ada } = await serve()
    const changes = [membership('grant', group.id, ada), membership('grant', tenant.addGroup().id, ada)]
    await expect(groupMembership(clientOf(server)).apply(changes, call)).rejects.toMatchObject({ code: 'internal' })
  })
})

describe('a refusal of the server', () => {
  it.each(['http-403', 'errors-200'] as const)('of a read key as %s names the level a key needs', async (refusal) => {
    const { server, group, ada, members } = await serve({ refusal })
    const result = await provisionTenant(server, [membership('grant', group.id, ada)], { key: READ_KEY })
    expect(result).toMatchObject({ outcomes: ['refused'], error: { code: 'permission-denied' }, writes: 1 })
    expect(result.error?.detail).toContain('Read & Write')
    expect(members()).toEqual([])
  })

  it('of the key is told before anything is sent', async () => {
    const { server, group, ada } = await serve()
    const result = await provisionTenant(server, [membership('grant', group.id, ada)], { key: 'wrong' })
    expect([result.error?.code, server.counts().writes]).toEqual(['unauthenticated', 0])
  })

  it('in the payload is passed on word for word, and the other groups of the run are changed all the same', async () => {
    const { server, tenant, group, ada, mary, members } = await serve({
      faults: [{ kind: 'ok-false', message: 'No "more" seats.', times: 1 }],
    })
    const other = tenant.addGroup()
    const changes = [membership('grant', group.id, ada), membership('grant', other.id, mary)]
    const result = await provisionTenant(server, changes)
    expect(result).toMatchObject({ outcomes: ['refused', 'granted'], writes: 2 })
    expect(result.error).toMatchObject({ code: 'failed-precondition', detail: 'Twingate refused: No "more" seats.' })
    expect(members()).toEqual([])
  })

  it('as ok without an entity is not believed before it was looked at', async () => {
    const { server, group, ada, isMember } = await serve({ faults: [{ kind: 'ok-true-null-entity' }] })
    const result = await provisionTenant(server, [membership('grant', group.id, ada)])
    expect(result).toMatchObject({ outcomes: ['granted'], error: undefined, writes: 1 })
    expect(isMember(ada)).toBe(true)
  })
})
