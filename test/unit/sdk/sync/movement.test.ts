import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readSnapshot } from '../../../support/snapshot-rows.ts'
import { syncTenant, temporaryFolder, type SyncOptions } from '../../../tenant/sync-tenant.ts'
import { identityTruthOf } from '../../../tenant/tenant-truth.ts'
import type { TenantGroup, TenantUser } from '../../../tenant/model.ts'
import { seedTenant } from '../../../tenant/seed-tenant.ts'
import { askedOf, startTenant, type TenantOptions } from '../../../tenant/start-tenant.ts'
import type { Tenant } from '../../../tenant/tenant.ts'

async function setUp(options: TenantOptions & { readonly tenant: Tenant }) {
  const server = await startTenant(options)
  onTestFinished(() => server.close())
  const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
  return {
    tenant: server.tenant,
    sync: (more: SyncOptions = {}) => syncTenant(server, file, { workers: 1, ...more }),
    rows: () => {
      const { resources, entitlements, grants } = readSnapshot(file)
      return { resources, entitlements, grants }
    },
    truth: () => identityTruthOf(server.tenant),
    finished: () => readSnapshot(file, 'latest').syncs.map((sync) => sync.finished),
    asked: (operation: string) => askedOf(server.requests, operation),
  }
}

/** Makes a user a member of exactly these groups. */
function move(tenant: Tenant, user: TenantUser, groups: readonly TenantGroup[]): void {
  for (const group of [...user.groups]) if (group.type !== 'SYSTEM') tenant.removeMember(group, user)
  for (const group of groups) tenant.addMember(group, user)
}

/** A tenant in which the counts of all groups stay as they are when the 11th user goes, the 201st is passed over and a new one comes. */
function balancedUsers() {
  const tenant = seedTenant({ users: 650, groups: 30 })
  const same = tenant.groups.slice(3, 6)
  for (const index of [10, 200]) move(tenant, tenant.users[index]!, same)
  return { tenant, same }
}

const swap =
  (same: readonly TenantGroup[]) =>
  (tenant: Tenant): void => {
    tenant.removeUser(tenant.users[10]!)
    move(tenant, tenant.addUser({ firstName: 'New' }), same)
  }

describe('rows that move between two pages while all counts stay as they are', () => {
  it('lose no user', async () => {
    const { tenant, same } = balancedUsers()
    const { sync, rows, truth } = await setUp({
      tenant,
      changes: [{ when: { operation: 'Users', page: 2 }, apply: swap(same) }],
    })
    const { repairs } = await sync()
    expect(repairs).toEqual({ relisted: 0, rereadResources: 0, fetchedResources: 1, removedResources: 1 })
    expect(rows()).toEqual(truth())
  })

  it('cost two requests: the ids of all, and what they do not agree on', async () => {
    const { tenant, same } = balancedUsers()
    const { sync, asked } = await setUp({
      tenant,
      changes: [{ when: { operation: 'Users', page: 2 }, apply: swap(same) }],
    })
    await sync()
    expect(asked('Users').map((request) => request.page)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(asked('UserIds')).toHaveLength(1)
    expect(asked('UsersAgain')).toHaveLength(1)
  })

  it.each([6, 7, 8])('lose no user when the run is stopped after page %i and goes on later', async (pages) => {
    const { tenant, same } = balancedUsers()
    const { sync, rows, truth } = await setUp({
      tenant,
      changes: [{ when: { operation: 'Users', page: 2 }, apply: swap(same) }],
    })
    const stop = new AbortController()
    const stopped = sync({
      signal: stop.signal,
      onEvent: (event) => event.kind === 'page' && event.pages === pages && stop.abort(),
    })
    await expect(stopped).rejects.toMatchObject({ code: 'canceled' })
    expect((await sync()).resumed).toBe(true)
    expect(rows()).toEqual(truth())
  })

  it('lose no group', async () => {
    const tenant = seedTenant({ users: 50, groups: 220 })
    for (const index of [10, 100])
      for (const user of [...tenant.groups[index]!.users]) tenant.removeMember(tenant.groups[index]!, user)
    const { sync, rows, truth } = await setUp({
      tenant,
      changes: [
        {
          when: { operation: 'Groups', page: 1 },
          apply: (t) => {
            t.removeGroup(t.groups[10]!)
            t.addGroup({ name: 'New' })
          },
        },
      ],
    })
    expect((await sync()).repairs).toMatchObject({ relisted: 0, fetchedResources: 1 })
    expect(rows()).toEqual(truth())
  })

  it('lose no membership of a user with more groups than fit a page', async () => {
    const tenant = seedTenant({ users: 650, groups: 250 })
    const [many, other] = [tenant.users[300]!, tenant.users[440]!]
    const [left, over, joined] = [tenant.groups[10]!, tenant.groups[100]!, tenant.groups[249]!]
    move(tenant, many, tenant.groups.slice(0, 240))
    move(tenant, other, [joined])
    const { sync, rows, asked } = await setUp({
      tenant,
      changes: [
        {
          when: { operation: 'UserGroups', attempt: 1 },
          apply: (t) => {
            t.removeMember(left, many)
            t.addMember(joined, many)
            move(t, other, [over])
          },
        },
      ],
    })
    const { repairs } = await sync()
    expect(rows().grants).toContain(`group:${over.id}:member:user:${many.id}`)
    expect(repairs.relisted).toBe(0)
    expect(asked('UserGroups').map((request) => request.variables['overlaps'])).toEqual([true, false, true, true])
  })

  it('lose no member of a group that is read from its own side', async () => {
    const tenant = seedTenant({ users: 650, groups: 3, membershipsPerUser: 1 })
    const [big, small] = [tenant.groups[0]!, tenant.groups[1]!]
    for (const [index, user] of tenant.users.entries()) move(tenant, user, [index < 250 ? big : small])
    const { sync, rows, truth, asked } = await setUp({
      tenant,
      faults: [{ operation: 'Users', page: 1, attempt: 1, kind: 'drop-nested', rows: 1 }],
      changes: [
        {
          when: { operation: 'GroupMembers', page: 1, attempt: 1 },
          apply: (t) => {
            move(t, big.users[10]!, [])
            move(t, t.users[449]!, [big])
          },
        },
      ],
    })
    const { repairs } = await sync()
    expect(rows().grants.filter((id) => id.startsWith(`group:${big.id}:`))).toEqual(
      truth().grants.filter((id) => id.startsWith(`group:${big.id}:`)),
    )
    expect(repairs.relisted).toBe(0)
    expect(asked('GroupMembers')).toHaveLength(3)
    expect(asked('MemberIds')).toHaveLength(1)
  })

  it('lose no holder of a role that is read alone', async () => {
    const tenant = seedTenant({ users: 650, groups: 3 })
    for (const [index, user] of tenant.users.entries()) user.role = index < 250 ? 'DEVOPS' : 'MEMBER'
    const { sync, rows, truth } = await setUp({
      tenant,
      changes: [
        {
          when: { operation: 'RoleHolders', page: 1, attempt: 1 },
          apply: (t) => {
            t.users[10]!.role = 'MEMBER'
            t.users[449]!.role = 'DEVOPS'
          },
        },
      ],
    })
    await sync({ targets: [{ type: 'role', id: 'devops' }] })
    expect(rows().grants).toEqual(truth().grants.filter((id) => id.startsWith('role:devops:')))
  })

  it('lose no user while a page fails and is asked for in halves', async () => {
    const { tenant, same } = balancedUsers()
    const { sync, rows, truth, asked } = await setUp({
      tenant,
      faults: [{ operation: 'Users', page: 2, attempt: 1, kind: '503' }],
      changes: [
        {
          when: { variables: { after: btoa('arrayconnection:199') }, attempt: 2 },
          apply: swap(same),
        },
      ],
    })
    expect((await sync()).repairs).toMatchObject({ relisted: 0, fetchedResources: 1 })
    expect(rows()).toEqual(truth())
    expect(
      asked('Users')
        .slice(0, 4)
        .map((request) => request.variables['first']),
    ).toEqual([100, 100, 100, 50])
  })
})

describe('rows of a list of a few pages that move', () => {
  /** People and groups that come, go, and change groups between two pages. */
  const stir = (t: Tenant): void => {
    t.removeUser(t.users[10]!)
    t.removeGroup(t.groups[2]!)
    const group = t.addGroup({ name: 'New' })
    move(t, t.addUser({ firstName: 'New' }), [group, t.groups[5]!])
    move(t, t.users[20]!, [group])
    move(t, t.users[300]!, [t.groups[7]!])
  }
  const small = (groups: number) => ({
    tenant: seedTenant({ users: 350, groups, everyone: true }),
    changes: [{ when: { operation: 'Users', page: 2 }, apply: stir }],
  })

  it.each([20, 140])('are read at one moment in one request, with %i groups', async (groups) => {
    const { sync, rows, truth, asked } = await setUp(small(groups))
    const { repairs } = await sync({ oneListingARequest: true })
    expect(rows()).toEqual(truth())
    expect([repairs.fetchedResources, asked('UsersAtOnce').length, asked('UserIds').length]).toEqual(
      groups === 20 ? [0, 1, 0] : [1, 1, 0],
    )
  })

  it('cost one request where there are more groups than fit a page, whose members are counted beside', async () => {
    const tenant = seedTenant({ users: 350, groups: 140, everyone: true })
    const remove = (t: Tenant): void => t.removeUser(t.users[10]!)
    const { sync, rows, truth, asked } = await setUp({
      tenant,
      changes: [{ when: { operation: 'Users', page: 2 }, apply: remove }],
    })
    await sync()
    expect(rows()).toEqual(truth())
    expect([asked('UsersAtOnce').length, asked('MembersOfGroups').length]).toEqual([1, 0])
  })

  it.each(['errors-200', 'drop-rows'] as const)(
    'are held against their ids where so much at once is answered with %s',
    async (kind) => {
      const { sync, rows, truth, asked } = await setUp({
        ...small(20),
        faults: [{ operation: 'UsersAtOnce', kind, rows: 3 }],
      })
      await sync()
      expect(rows()).toEqual(truth())
      expect([asked('UsersAtOnce').length, asked('UserIds').length > 0]).toEqual([1, true])
    },
  )

  it('are there with all groups of those who have more than fit a page', async () => {
    const { tenant, ...changes } = small(140)
    move(tenant, tenant.users[100]!, tenant.groups.slice(0, 130))
    const { sync, rows, truth, asked } = await setUp({ tenant, ...changes })
    await sync()
    expect(rows()).toEqual(truth())
    expect(asked('UserGroups')).toHaveLength(2)
  })
})

describe('a tenant that lists the newest rows first', () => {
  const comeFirst = (t: Tenant): void => {
    t.addMember(t.groups[3]!, t.addUser({ firstName: 'New' }))
    t.users.unshift(t.users.pop()!)
  }

  it('gives every row once although new ones push the others on', async () => {
    const { sync, rows, truth } = await setUp({
      tenant: seedTenant({ users: 650, groups: 30 }),
      changes: [{ when: { operation: 'Users', page: 2 }, apply: comeFirst }],
    })
    expect((await sync()).repairs).toMatchObject({ relisted: 0, fetchedResources: 1 })
    expect(rows()).toEqual(truth())
  })

  it('loses nobody when one leaves and another comes in front', async () => {
    const { sync, rows, truth } = await setUp({
      tenant: seedTenant({ users: 650, groups: 30 }),
      changes: [
        {
          when: { operation: 'Users', page: 2 },
          apply: (t) => {
            t.removeUser(t.users[10]!)
            comeFirst(t)
          },
        },
      ],
    })
    const before = truth().resources
    await sync()
    // The two who came and went in a part that was read already are shown as they were when it was read.
    expect(rows().resources).toEqual(before)
  })
})

describe('a list that moves through every repetition, and whose ids prove nothing', () => {
  const restless = (operation: string, page: number, times: number, apply: (t: Tenant) => void) =>
    Array.from({ length: times }, (_, i) => ({ when: { operation, page, attempt: i + 1 }, apply }))

  it('of users leaves the sync unfinished and says why', async () => {
    const { same, tenant } = balancedUsers()
    const { sync, finished } = await setUp({
      tenant,
      changes: restless('Users', 2, 3, swap(same)),
      faults: [{ operation: 'UserIds', kind: 'errors-200' }],
    })
    await expect(sync()).rejects.toMatchObject({
      code: 'aborted',
      detail: expect.stringContaining('user listing: rows moved while it was read') as string,
    })
    expect(finished()).toEqual([false])
  })

  it('of members leaves the sync unfinished and says why', async () => {
    const tenant = seedTenant({ users: 650, groups: 3, membershipsPerUser: 1 })
    const [big, small] = [tenant.groups[0]!, tenant.groups[1]!]
    for (const [index, user] of tenant.users.entries()) move(tenant, user, [index < 250 ? big : small])
    const { sync, finished } = await setUp({
      tenant,
      faults: [
        { operation: 'Users', page: 1, attempt: 1, kind: 'drop-nested', rows: 1 },
        { operation: 'MemberIds', kind: 'errors-200' },
      ],
      changes: restless('GroupMembers', 1, 9, (t) => {
        const [first, last] = [big.users[10]!, small.users.at(-1)!]
        move(t, first, [small])
        move(t, last, [big])
      }),
    })
    await expect(sync()).rejects.toMatchObject({
      code: 'aborted',
      detail: expect.stringContaining(`group ${big.id}: its members moved`) as string,
    })
    expect(finished()).toEqual([false])
  })

  it("of a user's groups puts the whole listing in doubt", async () => {
    const tenant = seedTenant({ users: 150, groups: 250 })
    const many = tenant.users[0]!
    move(tenant, many, tenant.groups.slice(0, 240))
    const goRound = (t: Tenant): void => {
      const group = many.groups[10]!
      t.removeMember(group, many)
      t.addMember(group, many)
    }
    const { sync, rows, truth } = await setUp({
      tenant,
      changes: [
        { when: { operation: 'UserGroups', variables: { overlapFirst: 100 }, attempt: 1 }, apply: goRound },
        {
          when: { operation: 'UserGroups', variables: { overlapAfter: btoa('arrayconnection:98') }, attempt: 1 },
          apply: goRound,
        },
        {
          when: { operation: 'UserGroups', variables: { overlapAfter: btoa('arrayconnection:98') }, attempt: 2 },
          apply: goRound,
        },
      ],
    })
    const { repairs } = await sync()
    expect(rows()).toEqual(truth())
    expect(repairs.relisted).toBe(1)
  })
})
