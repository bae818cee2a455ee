import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readSnapshot } from '../../support/snapshot-rows.ts'
import { syncTenant, temporaryFolder } from '../../tenant/sync-tenant.ts'
import { tenantOf } from '../../tenant/tenant-of.ts'
import { truthOf } from '../../tenant/tenant-truth.ts'
import { edgeTenant } from '../../tenant/edge-tenant.ts'
import { seedTenant } from '../../tenant/seed-tenant.ts'
import type { TenantOptions } from '../../tenant/start-tenant.ts'

const EVERY_TYPE = [
  ...['user', 'group', 'role', 'network-resource', 'remote-network', 'connector', 'gateway', 'service-account'],
  ...['service-account-key', 'security-policy'],
]

async function sync(options: TenantOptions, types: readonly string[] = EVERY_TYPE) {
  const server = await tenantOf({ ...options, habits: { aliasLimit: 0 } })
  const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
  await syncTenant(server, file, { types, workers: 1 })
  return { server, file }
}

describe('a server that allows no aliases', () => {
  it('is synced whole, with all there is, and lists of a user and of a group that need several pages', async () => {
    const { server, file } = await sync({ tenant: edgeTenant() })
    const { resources, entitlements, grants } = readSnapshot(file)
    expect({ resources, entitlements, grants }).toEqual(truthOf(server.tenant))
  })

  it('is soon asked for whole pages, each with the row before it', async () => {
    const { server } = await sync({ tenant: seedTenant({ users: 450, groups: 3 }) }, ['user', 'group', 'role'])
    const sizes = server.requests
      .filter(({ operation }) => operation === 'Users')
      .map(({ variables }) => variables['first'])
    expect(sizes.length).toBeLessThan(5 + 10)
    expect(sizes.at(-1)).toBeGreaterThan(50)
  })

  it('is seen to move: a user that goes from the part read before hides nobody', async () => {
    const tenant = seedTenant({ users: 450, groups: 30 })
    const { server, file } = await sync(
      {
        tenant,
        changes: [
          {
            when: { operation: 'Users', whenFirstAbove: 60, page: 2 },
            apply(t) {
              t.removeUser(t.users[10]!)
              t.addUser()
            },
          },
        ],
      },
      ['user', 'group', 'role'],
    )
    const everyone = truthOf(server.tenant).resources.filter((id) => id.startsWith('user:'))
    expect(readSnapshot(file).resources.filter((id) => id.startsWith('user:'))).toEqual(everyone)
  })
})
