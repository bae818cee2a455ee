import type { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { SyncEvent } from '../../../../src/sdk/sync/request.ts'
import { readSnapshot } from '../../../support/snapshot-rows.ts'
import { syncTenant, temporaryFolder, type SyncOptions } from '../../../tenant/sync-tenant.ts'
import { identityTruthOf } from '../../../tenant/tenant-truth.ts'
import { demoTenant } from '../../../tenant/demo-tenant.ts'
import { edgeTenant } from '../../../tenant/edge-tenant.ts'
import { seedTenant } from '../../../tenant/seed-tenant.ts'
import { askedOf, startTenant, type TenantOptions } from '../../../tenant/start-tenant.ts'
import { Tenant } from '../../../tenant/tenant.ts'

/** Right after a network was made. */
function smallestTenant(): Tenant {
  const tenant = new Tenant()
  tenant.addGroup({ name: 'Everyone', type: 'SYSTEM' })
  tenant.addUser({ firstName: 'Ann', role: 'ADMIN' })
  return tenant
}

async function setUp(options: TenantOptions) {
  const server = await startTenant(options)
  onTestFinished(() => server.close())
  const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
  return {
    server,
    file,
    sync: (more: SyncOptions = {}) => syncTenant(server, file, more),
    rows: () => {
      const { resources, entitlements, grants } = readSnapshot(file)
      return { resources, entitlements, grants }
    },
    truth: () => identityTruthOf(server.tenant),
    asked: (operation: string) => askedOf(server.requests, operation),
  }
}

describe('a sync of a quiet tenant', () => {
  it.each([
    ['the demo tenant', demoTenant],
    ['a tenant with overflowing nested lists', edgeTenant],
    ['the smallest tenant', smallestTenant],
    ['a tenant of exactly one page', () => seedTenant({ users: 100, groups: 100 })],
    ['a tenant one over a page', () => seedTenant({ users: 101, groups: 101, membershipsPerUser: 101 })],
  ])('holds exactly what %s holds', async (_, tenant) => {
    const { sync, rows, truth } = await setUp({ tenant: tenant() })
    const result = await sync()
    expect(rows()).toEqual(truth())
    expect(result.repairs).toEqual({ relisted: 0, rereadResources: 0, fetchedResources: 0, removedResources: 0 })
    expect(result.retries).toEqual({})
  })

  it('costs the floor of requests and not one more', async () => {
    const { server, sync, rows, truth } = await setUp({ tenant: seedTenant({ users: 1_000, groups: 100 }) })
    await sync()
    expect(rows()).toEqual(truth())
    // The one page of groups travels with the first page of users.
    expect(server.requests).toHaveLength(10)
  })

  it('costs one request more for each further hundred groups of a user', async () => {
    const { server, sync } = await setUp({ tenant: edgeTenant() })
    await sync({ oneListingARequest: true })
    const { users, groups } = server.tenant
    const overflow = users.reduce((sum, user) => sum + Math.max(0, Math.ceil(user.groups.length / 100) - 1), 0)
    expect(overflow).toBeGreaterThan(1)
    const [pages, others] = [Math.ceil(users.length / 100), Math.ceil(groups.length / 100)]
    expect(server.requests).toHaveLength(pages + others + overflow)
    await sync()
    // What overflows may travel with the other list.
    expect(server.requests.length - (pages + others + overflow)).toBeLessThanOrEqual(Math.max(pages, others) + overflow)
  })

  it('tells before the long part how many requests it will take', async () => {
    const events: SyncEvent[] = []
    const { sync } = await setUp({ tenant: seedTenant({ users: 450, groups: 120 }) })
    await sync({ onEvent: (event) => events.push(event) })
    const at = events.findIndex((event) => event.kind === 'estimate')
    expect(events[at]).toEqual({ kind: 'estimate', requests: 5 })
    expect(events.slice(0, at).filter((event) => event.kind === 'page').length).toBeLessThanOrEqual(4)
  })

  it('tells of the nested lists that overflow, as far as the first pages show them', async () => {
    const events: SyncEvent[] = []
    const tenant = seedTenant({ users: 450, groups: 110, membershipsPerUser: 3 })
    for (const [index, user] of tenant.users.entries())
      if (index % 20 === 0) for (const group of tenant.groups) tenant.addMember(group, user)
    const { server, sync } = await setUp({ tenant })
    await sync({ workers: 1, onEvent: (event) => events.push(event) })
    const at = events.findIndex((event) => event.kind === 'estimate')
    expect(events[at]).toEqual({ kind: 'estimate', requests: 5 + 23 })
    expect(
      events
        .slice(0, at)
        .filter((event) => event.kind === 'page')
        .map((event) => event.type),
    ).toEqual(['role', 'group', 'user'])
    expect(server.requests).toHaveLength(5 + 23)
  })

  it('tells when it goes on what is left, not what is done', async () => {
    const { server, sync } = await setUp({ tenant: seedTenant({ users: 950, groups: 20 }) })
    const stop = new AbortController()
    const stopped = sync({
      workers: 1,
      signal: stop.signal,
      onEvent: (event) => event.kind === 'page' && event.pages === 8 && stop.abort(),
    })
    await expect(stopped).rejects.toMatchObject({ code: 'canceled' })
    const events: SyncEvent[] = []
    const before = server.requests.length
    await sync({ workers: 1, onEvent: (event) => events.push(event) })
    const [estimate] = events.filter((event) => event.kind === 'estimate')
    // Besides the trial of the key.
    expect(estimate).toEqual({ kind: 'estimate', requests: server.requests.length - before - 1 })
  })

  it('gives the same rows with one worker as with three', async () => {
    const { sync, rows, truth } = await setUp({ tenant: edgeTenant() })
    await sync({ workers: 1 })
    expect(rows()).toEqual(truth())
    await sync({ workers: 3 })
    expect(rows()).toEqual(truth())
  })
})

describe('a sync of a server that lies', () => {
  it('holds a listing against its ids when the server leaves out users', async () => {
    const { sync, rows, truth } = await setUp({
      tenant: seedTenant({ users: 650, groups: 20 }),
      faults: [{ operation: 'Users', page: 1, attempt: 1, kind: 'drop-rows', rows: 3 }],
    })
    expect((await sync()).repairs).toMatchObject({ relisted: 0, fetchedResources: 3 })
    expect(rows()).toEqual(truth())
  })

  it('holds a listing against its ids when the server leaves out groups', async () => {
    const { sync, rows, truth } = await setUp({
      tenant: seedTenant({ users: 50, groups: 220 }),
      faults: [{ operation: 'Groups', page: 1, attempt: 1, kind: 'drop-rows', rows: 3 }],
    })
    expect((await sync()).repairs).toMatchObject({ relisted: 0, fetchedResources: 3 })
    expect(rows()).toEqual(truth())
  })

  it('reads a listing of one page again when the server leaves out users', async () => {
    const { sync, rows, truth } = await setUp({
      tenant: seedTenant({ users: 50, groups: 20 }),
      faults: [{ operation: 'Users', attempt: 1, kind: 'drop-rows', rows: 3 }],
    })
    expect((await sync()).repairs).toMatchObject({ relisted: 1 })
    expect(rows()).toEqual(truth())
  })

  it('reads a group from its own side when memberships were left out', async () => {
    const { sync, rows, truth, asked } = await setUp({
      tenant: seedTenant({ users: 650, groups: 20 }),
      faults: [{ operation: 'Users', page: 2, attempt: 1, kind: 'drop-nested', rows: 1 }],
    })
    const { repairs } = await sync()
    expect(rows()).toEqual(truth())
    expect(repairs.relisted).toBe(0)
    expect(repairs.rereadResources).toBeGreaterThan(0)
    expect(asked('GroupMembers').length).toBeGreaterThanOrEqual(repairs.rereadResources)
  })

  it('ends unfinished and says what is missing when the server never agrees with itself', async () => {
    const { sync, file } = await setUp({
      tenant: seedTenant({ users: 120, groups: 20 }),
      faults: [
        { operation: 'Users', page: 1, kind: 'drop-rows', rows: 2 },
        { operation: 'UserIds', kind: 'drop-rows', rows: 2 },
        { operation: 'UsersAtOnce', kind: 'drop-rows', rows: 2 },
      ],
    })
    const error: unknown = await sync().catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'aborted', detail: expect.stringContaining('118 read, 120 counted') as string })
    const { syncs } = readSnapshot(file, 'latest')
    expect(syncs.map((s) => s.finished)).toEqual([false])
  })

  it.each(['repeat-cursor', 'null-cursor', 'null-node', 'errors-partial'] as const)(
    'asks again after %s',
    async (kind) => {
      const { sync, rows, truth } = await setUp({
        tenant: seedTenant({ users: 350, groups: 20 }),
        faults: [{ operation: 'Users', page: 1, attempt: 1, kind, times: 1 }],
      })
      const { retries } = await sync()
      expect(Object.values(retries)).toEqual([1])
      expect(rows()).toEqual(truth())
    },
  )
})

describe('a sync of a tenant that moves', () => {
  const moving = (apply: (tenant: Tenant) => void, page = 2) => ({
    tenant: seedTenant({ users: 450, groups: 30, everyone: true }),
    changes: [{ when: { operation: 'Users', page }, apply }],
  })

  it.each([
    ['a user read already is deleted', (t: Tenant) => t.removeUser(t.users[10]!)],
    ['a user not read yet is deleted', (t: Tenant) => t.removeUser(t.users[440]!)],
    ['a user appears', (t: Tenant) => t.addMember(t.groups[3]!, t.addUser({ firstName: 'New' }))],
    [
      'one user goes and another comes',
      (t: Tenant) => {
        t.removeUser(t.users[0]!)
        t.addMember(t.groups[5]!, t.addUser({ firstName: 'New' }))
      },
    ],
    ['a membership of a user read already appears', (t: Tenant) => t.addMember(t.groups[0]!, t.users[400]!)],
    ['a membership not read yet goes', (t: Tenant) => t.removeMember(t.users[430]!.groups[1]!, t.users[430]!)],
    ['a group is deleted', (t: Tenant) => t.removeGroup(t.groups[7]!)],
  ])('holds its last state when %s', async (_, apply) => {
    const { sync, rows, truth } = await setUp(moving(apply))
    await sync()
    expect(rows()).toEqual(truth())
  })

  it('fetches a group that appears after the groups were read', async () => {
    const { sync, rows, truth } = await setUp(
      moving((t) => {
        const group = t.addGroup({ name: 'Late' })
        t.addMember(group, t.users[449]!)
        t.addMember(group, t.users[1]!)
      }, 3),
    )
    const { repairs } = await sync()
    expect(repairs.fetchedResources).toBe(1)
    expect(rows()).toEqual(truth())
  })

  it('never finishes a sync while the tenant keeps moving through every repetition and its ids prove nothing', async () => {
    const { server, sync, file } = await setUp({
      tenant: seedTenant({ users: 450, groups: 30 }),
      changes: [1, 2, 3].map((attempt) => ({
        when: { operation: 'Users', page: 2, attempt },
        apply: (t: Tenant) => t.removeUser(t.users[0]!),
      })),
      faults: [
        { operation: 'UserIds', kind: 'errors-200' },
        { operation: 'UsersAtOnce', kind: 'errors-200' },
      ],
    })
    await expect(sync()).rejects.toMatchObject({ code: 'aborted' })
    expect(readSnapshot(file, 'latest').syncs.map((s) => s.finished)).toEqual([false])
    server.plan({})
    await sync()
    const { resources } = readSnapshot(file)
    expect(resources).toEqual(identityTruthOf(server.tenant).resources)
  })
})

describe('a sync of a server that stumbles', () => {
  it.each([
    '500',
    '502-html',
    '503',
    'html-200',
    'errors-200',
    'errors-429-200',
    'reset',
    'reset-mid-body',
    'truncated-json',
  ] as const)('is whole after every seventh answer was %s', async (kind) => {
    const { sync, rows, truth } = await setUp({
      tenant: seedTenant({ users: 2_000, groups: 130 }),
      every: { nth: 7, kinds: [kind] },
    })
    await sync()
    expect(rows()).toEqual(truth())
  })

  it('halves a page the server cannot answer in time and grows it again', async () => {
    const { sync, rows, truth, asked } = await setUp({
      tenant: seedTenant({ users: 800, groups: 20 }),
      faults: [{ variables: { after: btoa('arrayconnection:199') }, whenFirstAbove: 30, kind: '503' }],
    })
    const { retries } = await sync({ workers: 1 })
    expect(rows()).toEqual(truth())
    expect(retries).toEqual({ 'http 503': 2 })
    expect(asked('Users').map((request) => request.variables['first'])).toEqual([
      100, 100, 100, 50, 25, 50, 100, 100, 100, 100, 100, 100,
    ])
  })

  it('gives up soon where nothing answers from the start', async () => {
    const { server, sync, file } = await setUp({ every: { nth: 1, kinds: ['503'] } })
    await expect(sync({ workers: 1 })).rejects.toMatchObject({ code: 'unavailable' })
    expect(server.requests).toHaveLength(3)
    expect(existsSync(file)).toBe(false)
  })

  it('does not try a wrong key twice, and leaves nothing behind', async () => {
    const { server, sync, file } = await setUp({ keys: {} })
    await expect(sync({ workers: 1 })).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(server.requests).toHaveLength(1)
    expect(readdirSync(join(file, '..'))).toEqual([])
  })
})

describe('a sync that is stopped', () => {
  it.each([1, 2, 3, 5, 6, 7])('goes on after page %i and ends with the rows of an uninterrupted run', async (pages) => {
    const { server, sync, rows, truth, file } = await setUp({ tenant: edgeTenant() })
    const stop = new AbortController()
    const stopped = sync({
      workers: 1,
      signal: stop.signal,
      onEvent: (event) => event.kind === 'page' && event.pages === pages && stop.abort(),
    })
    await expect(stopped).rejects.toMatchObject({ code: 'canceled' })
    const { syncs } = readSnapshot(file, 'latest')
    expect(syncs.map((s) => s.finished)).toEqual([false])

    const before = server.requests.length
    const resumed = await sync({ workers: 1 })
    expect(resumed.resumed).toBe(true)
    expect(resumed.syncId).toBe(syncs[0]?.id)
    expect(rows()).toEqual(truth())
    const { groups, users } = server.tenant
    const floor =
      Math.ceil(users.length / 100) +
      Math.ceil(groups.length / 100) +
      users.reduce((sum, user) => sum + Math.max(0, Math.ceil(user.groups.length / 100) - 1), 0)
    expect(server.requests.length - before).toBeLessThanOrEqual(floor - pages + 2)
  })

  it('never goes on with what another network has told, nor seals it with a key that may not read', async () => {
    const { server, sync, file } = await setUp({ tenant: edgeTenant() })
    const stop = new AbortController()
    await sync({
      signal: stop.signal,
      onEvent: (event) => event.kind === 'page' && event.pages === 3 && stop.abort(),
    }).catch(() => {})
    const other = await startTenant({ tenant: demoTenant() })
    onTestFinished(() => other.close())
    const result = await syncTenant(other, file)
    expect(result.resumed).toBe(false)
    expect(readSnapshot(file).resources).toEqual(identityTruthOf(other.tenant).resources)
    const again = new AbortController()
    await sync({
      signal: again.signal,
      onEvent: (event) => event.kind === 'page' && event.pages === 3 && again.abort(),
    }).catch(() => {})
    await expect(sync({ key: 'wrong-key' })).rejects.toMatchObject({ code: 'unauthenticated' })
    await sync()
    expect(readSnapshot(file).resources).toEqual(identityTruthOf(server.tenant).resources)
  })

  it('starts anew when asked for something else', async () => {
    const { sync, file } = await setUp({ tenant: edgeTenant() })
    const stop = new AbortController()
    await sync({
      signal: stop.signal,
      onEvent: (event) => event.kind === 'page' && event.pages === 3 && stop.abort(),
    }).catch(() => {})
    const result = await sync({ types: ['user', 'role'] })
    expect(result.resumed).toBe(false)
    expect(readSnapshot(file).resources.some((id) => id.startsWith('group:'))).toBe(false)
  })
})

describe('a sync of a part', () => {
  it('holds no memberships where groups are not wanted, and asks for none', async () => {
    const { sync, rows, truth, server } = await setUp({ tenant: demoTenant() })
    await sync({ types: ['user', 'role'] })
    const whole = truth()
    expect(rows()).toEqual({
      resources: whole.resources.filter((id) => !id.startsWith('group:')),
      entitlements: whole.entitlements.filter((id) => id.startsWith('role:')),
      grants: whole.grants.filter((id) => id.startsWith('role:')),
    })
    expect(server.requests.map((request) => request.variables['withGroups'])).toEqual([false])
  })

  it('holds groups without grants where users are not wanted', async () => {
    const { sync, rows, truth } = await setUp({ tenant: demoTenant() })
    await sync({ types: ['group'] })
    const whole = truth()
    expect(rows()).toEqual({
      resources: whole.resources.filter((id) => id.startsWith('group:')),
      entitlements: whole.entitlements.filter((id) => id.startsWith('group:')),
      grants: [],
    })
  })

  it('holds resources alone, as a sync of its own type', async () => {
    const { sync, rows, truth, file } = await setUp({ tenant: demoTenant() })
    await sync({ entitlements: false, grants: false })
    expect(rows()).toEqual({ resources: truth().resources, entitlements: [], grants: [] })
    expect(readSnapshot(file).syncs.map((s) => s.type)).toEqual(['resources_only'])
  })

  it('names the types there are when asked for another', async () => {
    const { sync } = await setUp({})
    await expect(sync({ types: ['satellite'] })).rejects.toMatchObject({
      code: 'invalid-argument',
      detail: expect.stringMatching(
        /^there is no resource type satellite; the types are user, group, role, network-resource, /,
      ) as string,
    })
  })

  it('reads of single resources nothing that is a part of what another has', async () => {
    const { server, sync, file } = await setUp({ tenant: edgeTenant() })
    const group = server.tenant.groups.find((g) => g.users.length > 200)!
    const user = server.tenant.users.find(({ groups }) => !groups.includes(group))!
    await sync({
      targets: [
        { type: 'group', id: group.id },
        { type: 'user', id: user.id },
      ],
    })
    const { resources, entitlements, grants } = readSnapshot(file)
    const users = [...group.users, user].map(({ id }) => `user:${id}`)
    expect(resources).toEqual([`group:${group.id}`, ...users].sort())
    expect(entitlements).toEqual([`group:${group.id}:member`])
    expect(grants).toHaveLength(group.users.length)
  })

  it('reads single resources, with who holds them, as a partial sync upon the whole one', async () => {
    const { server, sync, file } = await setUp({ tenant: edgeTenant() })
    await sync()
    const group = server.tenant.groups.find((g) => g.users.length > 200)!
    const { warnings, kind, repairs } = await sync({
      targets: [
        { type: 'group', id: group.id },
        { type: 'role', id: 'admin' },
        { type: 'group', id: 'R3JvdXA6OTk5OTk5' },
      ],
    })
    const { syncs, grants, resources } = readSnapshot(file)
    expect([kind, syncs.map((s) => s.type), syncs[1]?.parent]).toEqual(['partial', ['full', 'partial'], syncs[0]?.id])
    expect(grants.filter((id) => id.startsWith('group:'))).toEqual(
      group.users.map((user) => `group:${group.id}:member:user:${user.id}`).sort(),
    )
    expect(resources).toContain('role:admin')
    expect(warnings).toEqual(['group R3JvdXA6OTk5OTk5 does not exist and was left out'])
    expect(repairs).toEqual({ relisted: 0, rereadResources: 0, fetchedResources: 0, removedResources: 0 })
  })

  it.each([undefined, "Field 'id' expected a number but got 'abc'", 'Must receive a User id', 'Incorrect padding'])(
    'finishes nothing where ids cannot be read, and names each of them once (%s)',
    async (unreadableId) => {
      const habits = { ...(unreadableId !== undefined && { unreadableId }) }
      const { server, sync, file } = await setUp({ tenant: demoTenant(), habits })
      await sync()
      const targets = [
        { type: 'group', id: server.tenant.groups[0]!.id },
        { type: 'group', id: 'no id at all' },
        { type: 'user', id: Buffer.from('User:3O').toString('base64') },
      ]
      const error = await sync({ targets, attempts: 2 }).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'not-found', detail: expect.any(String) as string })
      const { detail } = error as ConnectorError
      for (const { id } of targets.slice(1)) expect(detail.split(`"${id}" is not the id of`)).toHaveLength(2)
      expect(readSnapshot(file).syncs.filter(({ finished }) => finished)).toHaveLength(1)
    },
  )
})
