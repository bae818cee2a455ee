import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readSnapshot } from '../../support/snapshot-rows.ts'
import { syncTenant, temporaryFolder } from '../../tenant/sync-tenant.ts'
import { demoTenant } from '../../tenant/demo-tenant.ts'
import { startTenant } from '../../tenant/start-tenant.ts'

it('devices are read where they are named, and each is assigned to its user', async () => {
  const tenant = demoTenant()
  const server = await startTenant({ tenant })
  onTestFinished(() => server.close())
  const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
  const { counts } = await syncTenant(server, file, { types: ['user', 'group', 'device'] })
  expect([counts.resources['device'], counts.grants['device']]).toEqual([3, 3])
  const { grants } = readSnapshot(file)
  const [device] = tenant.network.devices
  expect(JSON.stringify(grants)).toContain(`device:${device?.id}:assigned:user:${device?.user.id}`)
})
