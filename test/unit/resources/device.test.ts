import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readSnapshot } from '../../support/snapshot-rows.ts'
import { syncTenant, temporaryFolder } from '../../tenant/sync-tenant.ts'
import { demoTenant } from '../../tenant/demo-tenant.ts'
import { startTenant, type TenantOptions } from '../../tenant/start-tenant.ts'
import { Tenant } from '../../tenant/tenant.ts'
import { silentLogger, type LogFields } from '../../../src/sdk/ground/ports.ts'
import { openSnapshot } from '../../../src/sdk/snapshot/read/open-snapshot.ts'
import { decodeResource } from '../../../src/sdk/wire/rows/decode-resource.ts'

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

describe('the posture of devices', () => {
  async function site(posture: number, options: TenantOptions = {}, devices = 120) {
    const tenant = new Tenant()
    const user = tenant.addUser({ email: 'ada@acme.example', role: 'ADMIN' })
    tenant.addGroup({ name: 'Everyone', type: 'SYSTEM' })
    for (let i = 0; i < devices; i++)
      tenant.network.addDevice(user, {
        name: `d${i}`,
        lastSuccessfulLoginAt: i === 5 ? null : new Date(Date.UTC(2026, 0, 1 + i)).toISOString(),
        posture: { firewall: { isSatisfied: i % 2 === 0 }, crowdstrike: { isVerified: true } },
      })
    const server = await startTenant({ tenant, ...options })
    onTestFinished(() => server.close())
    const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
    const told: (readonly [string, LogFields | undefined])[] = []
    const log = {
      ...silentLogger,
      info: (message: string, fields?: LogFields) => void told.push([message, fields]),
      warn: (message: string, fields?: LogFields) => void told.push([message, fields]),
    }
    const { counts } = await syncTenant(server, file, { types: ['user', 'group', 'device'], posture, log })
    using snapshot = await openSnapshot(file)
    const rows = [...snapshot.rows('v1_resources', snapshot.latest?.syncId ?? '', { resourceTypes: ['device'] })]
    const found = rows.map(({ data }) => decodeResource(data as Uint8Array))
    const checks = new Map(
      found.map(({ displayName, profile = {} }) => [
        displayName,
        Object.fromEntries(Object.entries(profile).filter(([key]) => key.startsWith('posture_'))),
      ]),
    )
    const asked = server.requests.filter(({ operation }) => operation === 'DevicePosture').length
    return { counts, checks, asked, told: told.filter(([message]) => message.includes('posture')) }
  }

  it('is read of those seen last, within the budget, which is told beforehand', async () => {
    const { checks, asked, told, counts } = await site(70)
    expect([asked, counts.resources['device']]).toEqual([70, 120])
    expect(told).toEqual([[expect.any(String), { devices: 70, minutes: 2, left_without: 50 }]])
    expect(checks.get('d119')).toEqual({ posture_firewall: false, posture_crowdstrike: true })
    const read = [...checks].filter(([, check]) => Object.keys(check).length > 0).map(([name]) => name)
    expect(read.toSorted()).toEqual(Array.from({ length: 70 }, (_, i) => `d${50 + i}`).toSorted())
  })

  it('is read of nobody without a budget', async () => {
    expect((await site(0)).asked).toBe(0)
  })

  it('costs one request in vain, and a warning, where the API does not know it', async () => {
    const { asked, checks, counts, told } = await site(5, { habits: { withoutFields: ['QueriesRoot.devicePosture'] } })
    expect([asked, counts.resources['device']]).toEqual([1, 120])
    expect(told.map(([message]) => message)).toContain(
      'the Admin API does not know the posture of devices; none is read',
    )
    expect([...checks.values()].every((check) => Object.keys(check).length === 0)).toBe(true)
  })

  it.each<readonly [string, NonNullable<TenantOptions['faults']>]>([
    ['is refused by its cost', [{ kind: 'errors-200', message: 'Query cost 9000 is over 5000', whenListsAbove: 1 }]],
    ['is too long', [{ kind: '413', whenListsAbove: 1 }]],
    ['is too long with all its rows', [{ kind: '413', whenListsAbove: 1, whenFirstAbove: 60 }]],
    ['is cut off once', [{ kind: 'truncated-json', whenListsAbove: 1, times: 1 }]],
    ['fails in the devices alone', [{ kind: 'errors-path', operation: 'Devices', whenListsAbove: 1, times: 1 }]],
    ['is whole, and a posture is not', [{ kind: '503', operation: 'DevicePosture', times: 2 }]],
  ])('is that of the same devices where a request for several lists %s', async (_name, faults) => {
    const { checks, counts, asked } = await site(20, { faults }, 130)
    const read = [...checks].filter(([, check]) => 'posture_firewall' in check).map(([name]) => name)
    expect(read.toSorted()).toEqual(Array.from({ length: 20 }, (_, i) => `d${110 + i}`).toSorted())
    expect(counts.resources['device']).toBe(130)
    // Once for each device, and once more for each that failed.
    expect(asked).toBeLessThanOrEqual(22)
  })

  it('is read once also where requests fail', async () => {
    const { checks, asked } = await site(20, { every: { nth: 8, kinds: ['503'] } }, 30)
    expect([...checks.values()].filter((check) => Object.keys(check).length > 0)).toHaveLength(20)
    expect(asked).toBeLessThan(40)
  })
})
