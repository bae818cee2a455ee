import { afterEach, describe, expect, it } from 'vitest'
import { activeAdmins, type ById, findUsersByEmail, readGroups, readUsers } from '../../../src/resources/lookup.ts'
import { type MembershipPair, readStandings } from '../../../src/resources/membership-lookup.ts'
import { ConnectorError } from '../../../src/sdk/ground/errors.ts'
import { sound } from '../../../src/sdk/contract/refuse.ts'
import { call, clientOf, type ClientPlan } from '../../tenant/tenant-client.ts'
import { globalId } from '../../tenant/global-id.ts'
import { startTenant, type TenantOptions } from '../../tenant/start-tenant.ts'
import { Tenant } from '../../tenant/tenant.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function serve(tenant: Tenant, options: Omit<TenantOptions, 'tenant'> = {}, plan: ClientPlan = {}) {
  const server = await startTenant({ tenant, ...options })
  closers.push(() => server.close())
  return { server, client: clientOf(server, plan) }
}

/** Ids in whose place an error stands, with its code. */
const codes = (found: ById<unknown>) =>
  [...found].flatMap(([id, object]) => (ConnectorError.is(object) ? [[id, object.code]] : []))

const manyUsers = (count: number) => {
  const tenant = new Tenant()
  const users = Array.from({ length: count }, () => tenant.addUser())
  return { tenant, users, ids: users.map((user) => user.id) }
}

describe('reading users and groups by id', () => {
  it('asks for 50 in one request and leaves out unknown ones', async () => {
    const { tenant, ids } = manyUsers(120)
    const { server, client } = await serve(tenant)
    const found = await readUsers(client, [...ids, globalId('User', 7)], call)
    expect([...found.keys()]).toEqual(ids)
    expect(server.counts().total).toBe(3)
  })

  it('asks for an id that stands twice once', async () => {
    const { tenant, ids } = manyUsers(1)
    const { server, client } = await serve(tenant)
    await readUsers(client, [...ids, ...ids], call)
    expect(server.requests[0]?.variables).toEqual({ id0: ids[0] })
  })

  it('never sends what cannot be an id of that kind, and nothing at all for none', async () => {
    const { tenant } = manyUsers(1)
    const { server, client } = await serve(tenant)
    const wrong = ['', 'ada', globalId('Group', 1), `${globalId('User', 1)}!`, '"} { evil']
    expect(codes(await readUsers(client, wrong, call))).toEqual(wrong.map((id) => [id, 'not-found']))
    expect(codes(await readGroups(client, [globalId('User', 1)], call))).toEqual([[globalId('User', 1), 'not-found']])
    expect(server.counts().total).toBe(0)
  })

  describe.each([
    ['the words of the live API', undefined],
    ['other words', "Field 'id' expected a number but got '3O'."],
    ['words that could be of an outage', 'Incorrect padding'],
    ['words that could be of the schema', 'Variable got invalid value'],
  ])('an id that the API cannot read, in %s', (_, unreadableId) => {
    const habits = unreadableId === undefined ? {} : { unreadableId }
    const odd = ['User:3O', 'User:', 'User:12a'].map((text) => Buffer.from(text).toString('base64'))

    it.each([false, true])('is told from one that is gone, alone (errors without a path: %s)', async (pathless) => {
      const { tenant } = manyUsers(1)
      const { server, client } = await serve(tenant, { habits: { ...habits, pathless } })
      const found = await readUsers(client, [odd[0]!], call)
      expect(codes(found)).toEqual([[odd[0], 'not-found']])
      expect([...found.values()]).toMatchObject([
        { detail: expect.stringContaining(unreadableId ?? 'Unable to parse') },
      ])
      expect(server.counts().total).toBeLessThanOrEqual(3)
    })

    it.each([false, true])('leaves its neighbours as they are (errors without a path: %s)', async (pathless) => {
      const { tenant, ids } = manyUsers(45)
      const { server, client } = await serve(tenant, { habits: { ...habits, pathless } })
      const asked = [...ids.slice(0, 20), ...odd, globalId('User', 7), ...ids.slice(20)]
      const found = await readUsers(client, asked, call)
      expect(codes(found)).toEqual(odd.map((id) => [id, 'not-found']))
      expect([...found.keys()]).toEqual(asked.filter((id) => id !== globalId('User', 7)))
      expect(server.counts().total).toBeLessThanOrEqual(pathless ? 25 : 5)
    })
  })

  it('is no id where the API finds nothing under an id of an unknown form, or something else', async () => {
    const { tenant } = manyUsers(1)
    tenant.addUser({ number: 30 })
    const { client } = await serve(tenant, { habits: { looseIds: true } })
    const odd = ['User:030', 'User:007'].map((text) => Buffer.from(text).toString('base64'))
    expect(codes(await readUsers(client, odd, call))).toEqual(odd.map((id) => [id, 'not-found']))
  })

  it('does not blame an id for an error that passes, nor for one that every id gets', async () => {
    const { tenant, ids } = manyUsers(2)
    const { server, client } = await serve(tenant, { faults: [{ kind: 'errors-200', times: 1 }] })
    expect([...(await readUsers(client, [ids[0]!], call)).values()]).toMatchObject([{ id: ids[0] }])
    server.plan({ faults: [{ kind: 'errors-200' }] })
    await expect(readUsers(client, ids, call)).rejects.toMatchObject({ code: 'unavailable', reason: 'graphql errors' })
    expect(server.requests.length).toBeLessThanOrEqual(6)
  })

  it.each([
    ['a 503', { kind: '503' }],
    ['a complexity refusal', { kind: 'errors-200', message: 'Query is too complex.' }],
    ['a timeout', { kind: 'slow', delayMs: 60_000 }],
  ] as const)('halves a request that fails with %s', async (_, fault) => {
    const { tenant, ids } = manyUsers(50)
    // Short of the answer that is held back, and long enough for all others.
    const { server, client } = await serve(tenant, { faults: [{ ...fault, times: 1 }] }, { timeoutMs: 3_000 })
    expect((await readUsers(client, ids, call)).size).toBe(50)
    expect(server.requests.map((request) => Object.keys(request.variables).length)).toEqual([50, 25, 25])
  })

  it('gives up on an outage after halving down to one', async () => {
    const { tenant, ids } = manyUsers(50)
    const { server, client } = await serve(tenant, { faults: [{ kind: '500' }] })
    await expect(readUsers(client, ids, call)).rejects.toMatchObject({ code: 'unavailable', reason: 'http 500' })
    expect(server.counts().total).toBeLessThanOrEqual(7)
  })

  it('does not halve a refusal of the key', async () => {
    const { tenant, ids } = manyUsers(50)
    const { server, client } = await serve(tenant, { faults: [{ kind: '401' }] })
    await expect(readUsers(client, ids, call)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(server.counts().total).toBe(1)
  })

  it('gives the facts that decide about a group', async () => {
    const tenant = new Tenant()
    const group = tenant.addGroup({ name: 'O"Neil \\ \n 🚀', type: 'SYNCED', isActive: false })
    const { client } = await serve(tenant)
    expect((await readGroups(client, [group.id], call)).get(group.id)).toEqual({
      id: group.id,
      name: 'O"Neil \\ \n 🚀',
      type: 'SYNCED',
      isActive: false,
    })
  })
})

describe('reading memberships', () => {
  const standings = async (server: Awaited<ReturnType<typeof serve>>, pairs: readonly MembershipPair[]) => [
    ...(await readStandings(server.client, pairs, call)).values(),
  ]

  it('tells members from others, also among groups of the same name', async () => {
    const { tenant, users, ids } = manyUsers(2)
    const [here, there] = [tenant.addGroup({ name: 'Twins' }), tenant.addGroup({ name: 'Twins' })]
    tenant.addMember(here, users[0]!)
    tenant.addMember(there, users[1]!)
    const pairs = [...ids, globalId('User', 7)].flatMap((userId) =>
      [here.id, there.id].map((groupId) => ({ userId, groupId })),
    )
    expect(await standings(await serve(tenant), pairs)).toEqual([
      ...['member', 'not a member'],
      ...['not a member', 'member'],
      ...['no such user', 'no such user'],
    ])
  })

  it('follows the pages of a user in more groups than one page holds', async () => {
    const { tenant, users, ids } = manyUsers(2)
    const groups = Array.from({ length: 230 }, () => tenant.addGroup())
    for (const group of groups) tenant.addMember(group, users[0]!)
    const pairs = ids.flatMap((userId) => groups.map(({ id }) => ({ userId, groupId: id })))
    const served = await serve(tenant)
    expect(await standings(served, pairs)).toEqual([
      ...Array<string>(230).fill('member'),
      ...Array<string>(230).fill('not a member'),
    ])
    expect(served.server.counts().total).toBe(5)
  })

  it('believes no list whose rows moved between two pages', async () => {
    const { tenant, users, ids } = manyUsers(1)
    const groups = Array.from({ length: 130 }, () => tenant.addGroup())
    for (const group of groups) tenant.addMember(group, users[0]!)
    const leave = {
      when: { operation: 'GroupsOfUsers' },
      at: 'after',
      apply: () => tenant.removeMember(groups[5]!, users[0]!),
    } as const
    const { client } = await serve(tenant, { changes: [leave] })
    await expect(readStandings(client, [{ userId: ids[0]!, groupId: groups[100]!.id }], call)).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'moved',
    })
  })

  it('costs 20 requests for 1,000 members of a group, and for 1,000 members of two', async () => {
    const { tenant, users, ids } = manyUsers(1_000)
    const groups = [tenant.addGroup(), tenant.addGroup()]
    for (const user of users) for (const group of groups) tenant.addMember(group, user)
    const served = await serve(tenant)
    const pairs = groups.flatMap(({ id }) => ids.map((userId) => ({ userId, groupId: id })))
    expect(new Set(await standings(served, pairs))).toEqual(new Set(['member']))
    expect(served.server.counts().total).toBe(20)
  })
})

describe('finding users by address', () => {
  it('finds any case, all who share it, under the address as given', async () => {
    const tenant = new Tenant()
    const first = tenant.addUser({ email: 'Ada@Example.com' })
    const second = tenant.addUser({ email: 'ada@example.com', type: 'SYNCED' })
    tenant.addUser({ email: null })
    const { server, client } = await serve(tenant)
    const found = await findUsersByEmail(client, [' ADA@example.com ', 'nobody@example.com', ''], call)
    expect([...found].map(([email, users]) => [email, sound(users).map((user) => user.id)])).toEqual([
      [' ADA@example.com ', [first.id, second.id]],
      ['nobody@example.com', []],
      ['', []],
    ])
    expect(server.counts().total).toBe(1)
  })
})

describe('finding the active administrators', () => {
  it('reads all pages and leaves out those who cannot sign in', async () => {
    const tenant = new Tenant()
    const active = Array.from({ length: 150 }, () => tenant.addUser({ role: 'ADMIN' }).id)
    tenant.addUser({ role: 'ADMIN', state: 'PENDING' })
    tenant.addUser({ role: 'ADMIN', state: 'DISABLED' })
    tenant.addUser({ role: 'DEVOPS' })
    const { client } = await serve(tenant)
    expect(await activeAdmins(client, call)).toEqual(new Set(active))
  })
})
