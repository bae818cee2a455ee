import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listed } from '../../../../src/sdk/sync/advance.ts'
import { noRepairs, type Action, type Checkpoint } from '../../../../src/sdk/sync/checkpoint.ts'
import type { ListPage } from '../../../../src/sdk/contract/syncer.ts'
import { allGroupsNamed } from '../../../../src/resources/group-names.ts'
import { readSnapshot } from '../../../support/snapshot-rows.ts'
import { syncTenant, temporaryFolder } from '../../../tenant/sync-tenant.ts'
import { call, clientOf } from '../../../tenant/tenant-client.ts'
import { tenantOf } from '../../../tenant/tenant-of.ts'
import { seedTenant } from '../../../tenant/seed-tenant.ts'

const fewTenant = () => seedTenant({ users: 120, groups: 20 })

describe('pages without end', () => {
  it.each(['Users', 'Groups'])(
    'and without rows end the sync, unfinished, after a few of them (%s)',
    async (operation) => {
      const server = await tenantOf({ tenant: fewTenant(), faults: [{ operation, kind: 'endless' }] })
      const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
      await expect(syncTenant(server, file, { workers: 1 })).rejects.toMatchObject({
        code: 'unavailable',
        detail: expect.stringContaining('pages without a new row, one after the other') as string,
      })
      // A page of both lists, four without rows, and one of these once more.
      expect(server.counts().total).toBeLessThanOrEqual(6 + 1)
      expect(readSnapshot(file, 'latest').syncs.map((sync) => sync.finished)).toEqual([false])
    },
  )

  it.each(['UserGroups', 'GroupMembers'])('of nested lists do the same (%s)', async (operation) => {
    // More groups, or more members, than fit a page; and more users than are read whole at one moment when they do not add up.
    const tenant = seedTenant(operation === 'UserGroups' ? { users: 120, groups: 130 } : { users: 620, groups: 3 })
    for (const group of tenant.groups) tenant.addMember(group, tenant.users[7]!)
    const server = await tenantOf({
      tenant,
      faults: [
        { operation, kind: 'endless' },
        { operation: 'Users', page: 0, attempt: 1, kind: 'drop-nested', rows: 1 },
      ],
    })
    const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
    await expect(syncTenant(server, file, { workers: 1, attempts: 1 })).rejects.toMatchObject({ code: 'unavailable' })
    expect(server.counts().total).toBeLessThan(30)
  })

  it('are not read on before a change either', async () => {
    const server = await tenantOf({ tenant: fewTenant(), faults: [{ operation: 'GroupNames', kind: 'endless' }] })
    const names = allGroupsNamed(clientOf(server), 'Auditors', call)
    await expect(names).rejects.toMatchObject({ code: 'unavailable' })
    expect(server.counts().total).toBeLessThan(30)
  })

  it('are read to their end where only a few in the middle have no rows', async () => {
    const tenant = fewTenant()
    const server = await tenantOf({
      tenant,
      faults: [{ operation: 'Users', page: 0, attempt: 1, kind: 'drop-rows', rows: 100, times: 1 }],
    })
    const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
    expect((await syncTenant(server, file, { workers: 1 })).kind).toBe('full')
  })
})

describe('rows without end', () => {
  const scope = { types: new Set(['user']), entitlements: false, grants: false }
  const action: Action = { kind: 'list', type: 'user', token: randomBytes(4).toString('hex') }
  const page: ListPage = {
    resources: Array.from({ length: 100 }, (_, i) => ({
      id: { type: 'user', id: String(i) },
      displayName: String(i),
      profile: {},
      status: { state: 'enabled' },
      facts: { kind: 'user', login: '', emails: [], accountType: 'human' },
    })),
    entitlements: [],
    grants: [],
    total: 100,
    next: 'more',
  }

  it('end the sync although they are none that is new', () => {
    let checkpoint: Checkpoint = {
      request: '',
      phase: 'collect',
      actions: [action],
      listings: {},
      rounds: 0,
      repairs: noRepairs,
    }
    let pages = 0
    const readOn = () => {
      for (; pages < 1_000; pages++) ({ checkpoint } = listed(checkpoint, action, page, scope, false))
    }
    expect(readOn).toThrow('gave 1300 rows of 100 that it counts')
    expect(pages).toBe(12)
  })
})
