import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { shrinks, shrinkWarnings } from '../../../../src/sdk/sync/shrink.ts'
import type { SyncCounts } from '../../../../src/sdk/sync/store.ts'
import { connectorFor } from '../../../support/run-daemon-with.ts'
import { silentLogger } from '../../../../src/sdk/ground/ports.ts'
import { readSnapshot } from '../../../support/snapshot-rows.ts'
import { syncTenant, temporaryFolder, type SyncOptions } from '../../../tenant/sync-tenant.ts'
import { identityTruthOf } from '../../../tenant/tenant-truth.ts'
import { seedTenant } from '../../../tenant/seed-tenant.ts'
import { startTenant } from '../../../tenant/start-tenant.ts'
import { Tenant } from '../../../tenant/tenant.ts'

async function setUp(tenant: Tenant) {
  const server = await startTenant({ tenant })
  onTestFinished(() => server.close())
  const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
  return {
    server,
    file,
    sync: (more: SyncOptions = {}) => syncTenant(server, file, more),
    finished: () => readSnapshot(file, 'latest').syncs.map((sync) => sync.finished),
  }
}

function withoutGroups(): Tenant {
  const tenant = new Tenant()
  tenant.addUser({ firstName: 'Ann', role: 'ADMIN' })
  return tenant
}

const EMPTY = [
  [
    'no users and no groups',
    () => new Tenant(),
    'user listing: it is empty, although the administrator who made the API key is one',
  ],
  [
    'no groups on either road',
    withoutGroups,
    'group listing: it is empty, although every network has the built-in group Everyone',
  ],
] as const

describe('a network without what every network has', () => {
  it.each(EMPTY)('is never a finished sync: %s', async (_, tenant, says) => {
    const { sync, finished } = await setUp(tenant())
    await expect(sync()).rejects.toMatchObject({ code: 'aborted', detail: expect.stringContaining(says) as string })
    expect(finished()).toEqual([false])
  })

  it.each(EMPTY)('does not pass for a working key: %s', async (_, tenant) => {
    const { server } = await setUp(tenant())
    const trial = connectorFor(server).validate({ signal: new AbortController().signal, log: silentLogger })
    await expect(trial).rejects.toMatchObject({
      code: 'aborted',
      detail: expect.stringContaining('what the API key may read') as string,
    })
  })

  it('is read from its start by the next run', async () => {
    const { server, sync, file } = await setUp(new Tenant())
    await sync().catch(() => {})
    server.tenant.addGroup({ name: 'Everyone', type: 'SYSTEM' })
    server.tenant.addUser({ firstName: 'Ann', role: 'ADMIN' })
    expect((await sync()).resumed).toBe(true)
    expect(readSnapshot(file)).toMatchObject(identityTruthOf(server.tenant))
  })

  it('is read again at once where only one answer was empty', async () => {
    const { server, sync, file } = await setUp(seedTenant({ users: 40, groups: 5 }))
    const users = server.tenant.users.splice(0)
    const groups = server.tenant.groups.splice(0)
    server.plan({
      changes: [
        {
          when: { operation: 'Users', attempt: 2 },
          apply: ({ users: all, groups: allGroups }) => void (all.push(...users), allGroups.push(...groups)),
        },
      ],
    })
    await sync({ workers: 1 })
    expect(readSnapshot(file)).toMatchObject(identityTruthOf(server.tenant))
  })

  it('may lack a type that is not asked for', async () => {
    const { sync } = await setUp(withoutGroups())
    expect((await sync({ types: ['user', 'role'] })).counts.resources).toMatchObject({ user: 1 })
  })
})

/** Two finished syncs of a network of 40 users in 10 groups each; the second reads what is left of it. */
async function shrunk(leave: (tenant: Tenant) => void, more: SyncOptions = {}) {
  const place = await setUp(seedTenant({ users: 40, groups: 12, membershipsPerUser: 10 }))
  await place.sync()
  leave(place.server.tenant)
  return { ...place, second: place.sync(more) }
}

const keepUsers = (count: number) => (tenant: Tenant) => {
  for (const user of tenant.users.slice(count)) tenant.removeUser(user)
}

describe('a listing that shrank since the last finished sync', () => {
  it('is warned of where most of it is gone', async () => {
    const { second } = await shrunk(keepUsers(19))
    const { warnings } = await second
    expect(warnings.map((text) => text.replace(/ since.*/, '')).toSorted()).toEqual([
      'group grants went from 400 to 190',
      'role grants went from 40 to 19',
      'user resources went from 40 to 19',
    ])
  })

  it('is taken without a word where half of it is left', async () => {
    const { second } = await shrunk(keepUsers(20))
    expect((await second).warnings).toEqual([])
  })

  it('is refused beyond the limit, left unfinished, and finished by a run that allows it', async () => {
    const { second, finished, file, sync, server } = await shrunk(keepUsers(27), { mostShrinkPercent: 30 })
    await expect(second).rejects.toMatchObject({
      code: 'failed-precondition',
      detail: expect.stringMatching(/user resources went from 40 to 27; .*more than --max-shrink allows/) as string,
    })
    expect(finished()).toEqual([true, false])
    const third = await sync({ mostShrinkPercent: 35 })
    expect([third.resumed, finished()]).toEqual([true, [true, true]])
    expect(readSnapshot(file)).toMatchObject(identityTruthOf(server.tenant))
  })

  it('is read from its start after a refusal, so that what was missing is there', async () => {
    const { second, file, sync, server } = await shrunk(keepUsers(10), { mostShrinkPercent: 30 })
    await second.catch(() => {})
    for (let number = 500; number < 530; number++) {
      const user = server.tenant.addUser({ number })
      for (const group of server.tenant.groups.slice(0, 10)) server.tenant.addMember(group, user)
    }
    await sync({ mostShrinkPercent: 30 })
    expect(readSnapshot(file)).toMatchObject(identityTruthOf(server.tenant))
  })

  it('is taken at exactly the limit', async () => {
    const { second } = await shrunk(keepUsers(28), { mostShrinkPercent: 30 })
    expect((await second).warnings).toEqual([])
  })

  it('is refused where memberships alone are gone', async () => {
    const { second } = await shrunk(
      (tenant) => {
        for (const user of tenant.users) for (const group of user.groups.slice(5)) tenant.removeMember(group, user)
      },
      { mostShrinkPercent: 30 },
    )
    await expect(second).rejects.toMatchObject({
      detail: expect.stringContaining('group grants went from 400 to 200') as string,
    })
  })

  it('is no loss where types are left out, before or now, or single resources are read', async () => {
    const { server, sync, second } = await shrunk(() => {}, { types: ['user'], mostShrinkPercent: 0 })
    expect((await second).warnings).toEqual([])
    expect((await sync({ mostShrinkPercent: 0 })).warnings).toEqual([])
    const targets = [{ type: 'user', id: server.tenant.users[0]?.id ?? '' }]
    expect((await sync({ targets, mostShrinkPercent: 0 })).warnings).toEqual([])
  })
})

describe('shrinks', () => {
  const counts = (users: number, grants: number): SyncCounts => ({
    resourceTypes: 1,
    resources: { user: users },
    entitlements: {},
    grants: { user: grants },
  })
  const scope = { types: new Set(['user']), entitlements: true, grants: true }

  it('names what there is less of, and nothing that grew or stayed', () => {
    expect(shrinks(counts(5, 9), counts(4, 9), scope)).toEqual([{ what: 'user resources', before: 5, now: 4 }])
    expect(shrinks(undefined, counts(4, 9), scope)).toEqual([])
  })

  it('compares no grants that were not asked for', () => {
    expect(shrinks(counts(5, 9), counts(5, 0), { ...scope, grants: false })).toEqual([])
  })

  it('warns of a few rows never', () => {
    expect(shrinkWarnings(shrinks(counts(9, 0), counts(0, 0), scope))).toEqual([])
    expect(shrinkWarnings(shrinks(counts(10, 0), counts(0, 0), scope))).toHaveLength(1)
  })
})
