import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ConnectorError } from '../../../src/sdk/ground/errors.ts'
import { type Logger, silentLogger } from '../../../src/sdk/ground/ports.ts'
import { openSnapshot } from '../../../src/sdk/snapshot/read/open-snapshot.ts'
import { readSnapshot } from '../../support/snapshot-rows.ts'
import { type SyncOptions, syncTenant, temporaryFolder } from '../../tenant/sync-tenant.ts'
import { tenantOf } from '../../tenant/tenant-of.ts'
import type { Habits } from '../../tenant/habits.ts'
import { seedNetwork } from '../../tenant/seed-network.ts'
import { seedTenant } from '../../tenant/seed-tenant.ts'
import type { TenantOptions } from '../../tenant/start-tenant.ts'
import type { Tenant } from '../../tenant/tenant.ts'
import { truthOf } from '../../tenant/tenant-truth.ts'

type Options = SyncOptions & Pick<TenantOptions, 'faults'> & { readonly unshown?: Habits['unshown'] }

async function sync(spoil: (tenant: Tenant) => void, options: Options = {}, tenant = seedTenant(USUAL)) {
  spoil(tenant)
  const { faults = [], unshown = [], ...more } = options
  const server = await tenantOf({ tenant, faults, habits: { unprintable: ['NEW'], unshown } })
  const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
  const said: unknown[] = []
  const log: Logger = {
    ...silentLogger,
    warn: (_, about) => void (about?.['row'] && said.push([about['row'], about['field']])),
  }
  const result = await syncTenant(server, file, { workers: 1, attempts: 1, log, ...more }).catch(
    (error: unknown) => error,
  )
  return { tenant, server, file, said, result }
}

const USUAL = { users: 230, groups: 5 }

describe('a row with a value that the server cannot print', () => {
  it.each(['type', 'state'] as const)('is read without its %s, with a word, and all others whole', async (field) => {
    const { tenant, server, file, said, result } = await sync((t) => {
      t.users[137]![field] = 'NEW' as never
    })
    expect(result).toMatchObject({ kind: 'full' })
    expect(said).toEqual([[tenant.users[137]!.id, field]])
    expect(readSnapshot(file).grants).toEqual(truthOf(tenant).grants)
    expect(server.counts().total).toBeLessThanOrEqual(3 + 1 + 5)
  })

  it('is read wherever on the page it stands, and as often as it is there', async () => {
    const { tenant, said, file, result } = await sync((t) => {
      for (const index of [0, 1, 99, 100, 229]) t.users[index]!.type = 'NEW' as never
    })
    expect(result).toMatchObject({ kind: 'full' })
    expect(said).toEqual([0, 1, 99, 100, 229].map((index) => [tenant.users[index]!.id, 'type']))
    expect(readSnapshot(file).grants).toEqual(truthOf(tenant).grants)
  })

  it('keeps the sync unfinished where the value decides a grant, and is named', async () => {
    const { tenant, file, result } = await sync((t) => {
      t.users[137]!.role = 'NEW' as never
    })
    expect(result).toMatchObject({
      code: 'unavailable',
      detail: expect.stringContaining(`Twingate cannot show the field role of ${tenant.users[137]!.id}`) as string,
    })
    expect(readSnapshot(file, 'latest').syncs.map((one) => one.finished)).toEqual([false])
  })

  it.each([
    ['a role', 'role of VXNlcjoxMzg=', { spoil: (t: Tenant) => void (t.users[137]!.role = 'NEW' as never) }],
    [
      'an address',
      'email of VXNlcjoxMzg=',
      { spoil: () => {}, unshown: [{ field: 'User.email', of: seedTenant(USUAL).users[137]!.id }] },
    ],
  ])('that is needed is asked for once more and no further: %s', async (_, says, { spoil, ...unshown }) => {
    const { server, result } = await sync(spoil, { attempts: 10, ...unshown })
    expect(result).toMatchObject({ code: 'unavailable' })
    expect((result as ConnectorError).detail).toContain(`cannot show the field ${says}`)
    expect(server.counts().total).toBeLessThanOrEqual(2 + 2 * 3)
  })

  it('of a group costs one request a page of the users in it, and the grants are all there', async () => {
    const { tenant, server, said, file, result } = await sync((t) => {
      t.groups[2]!.type = 'NEW' as never
    })
    expect(result).toMatchObject({ kind: 'full' })
    expect(new Set(said.map(String))).toEqual(new Set([`${tenant.groups[2]!.id},type`]))
    expect(readSnapshot(file).grants).toEqual(truthOf(tenant).grants)
    expect(server.counts().total).toBeLessThanOrEqual(3 * 3 + 1 + 5)
  })

  it('of a group that is read from its own side is left out, too', async () => {
    const { tenant, file, result } = await sync(
      (t) => {
        t.groups[2]!.type = 'NEW' as never
      },
      { faults: [{ operation: 'Users', page: 1, attempt: 3, kind: 'drop-nested', rows: 1 }] },
    )
    expect(result).toMatchObject({ kind: 'full' })
    expect(readSnapshot(file).grants).toEqual(truthOf(tenant).grants)
  })

  it.each([
    ['member of a group', 'group', 'state'],
    ['holder of a role', 'role', 'type'],
  ] as const)('of a %s that is read alone is left out, with a word', async (_, kind, field) => {
    const { tenant, said, result } = await sync(
      (t) => {
        for (const user of t.users) user.role = 'DEVOPS'
        t.addMember(t.groups[0]!, t.users[3]!)
        t.users[3]![field] = 'NEW' as never
      },
      { targets: [kind === 'group' ? { type: 'group', id: idOfFirstGroup } : { type: 'role', id: 'devops' }] },
    )
    expect(result).toMatchObject({ kind: 'partial' })
    expect(said).toEqual([[tenant.users[3]!.id, field]])
  })
})

const EVERY_TYPE = [
  ...['user', 'group', 'role', 'network-resource', 'remote-network', 'connector', 'gateway', 'service-account'],
  ...['service-account-key', 'security-policy', 'device'],
]

const everything = (): Tenant =>
  seedNetwork(seedTenant({ users: 20, groups: 5 }), {
    ...{ resources: 12, remoteNetworks: 12, serviceAccounts: 12, devices: 12, groupsPerResource: 5 },
  })

/** The things of a type, each with a field that an engine may not be able to print, and what that field is called in a warning. */
const ENUMS: readonly (readonly [field: string, spoil: (tenant: Tenant) => string])[] = [
  ['user type', ({ users: [, , third] }) => spoilt(third, { type: 'NEW' })],
  ['group type', ({ groups: [, , third] }) => spoilt(third, { type: 'NEW' })],
  ['connector state', ({ network }) => spoilt(network.connectors[7], { state: 'NEW' })],
  ['remote-network networkType', ({ network }) => spoilt(network.remoteNetworks[7], { networkType: 'NEW' })],
  ['remote-network location', ({ network }) => spoilt(network.remoteNetworks[7], { location: 'NEW' })],
  ['device deviceType', ({ network }) => spoilt(network.devices[7], { deviceType: 'NEW' })],
  ['device activeState', ({ network }) => spoilt(network.devices[7], { activeState: 'NEW' })],
  ['device osName', ({ network }) => spoilt(network.devices[7], { osName: 'NEW' })],
  ['service-account-key status', ({ network }) => spoilt(network.keys[7], { status: 'NEW' })],
  ['security-policy policyType', ({ policies: [first] }) => spoilt(first, { policyType: 'NEW' })],
  ['network-resource approvalMode', ({ network }) => spoilt(network.resources[7], { approvalMode: 'NEW' })],
  ['network-resource routingMode', ({ network }) => spoilt(network.resources[7], { routingMode: 'NEW' })],
  [
    'network-resource address.type',
    ({ network }) => spoilt(network.resources[7], { address: { type: 'NEW', value: 'a.internal' } }),
  ],
  [
    'network-resource accessPolicy.mode',
    ({ network }) => spoilt(network.resources[7], { accessPolicy: { mode: 'NEW', durationSeconds: null } }),
  ],
  [
    'network-resource protocols.tcp.policy',
    ({ network }) =>
      spoilt(network.resources[7], {
        protocols: { ...network.resources[7]!.protocols, tcp: { policy: 'NEW', ports: [] } },
      }),
  ],
]

function spoilt(object: { readonly id: string } | undefined, fields: Readonly<Record<string, unknown>>): string {
  if (!object) throw new Error('the tenant has no such object')
  Object.assign(object, fields)
  return object.id
}

describe('a field of any type that the server cannot print', () => {
  const ways = [
    ['together', {}],
    ['one listing a request', { oneListingARequest: true }],
  ] as const
  it.each(ENUMS.flatMap(([name, spoil]) => ways.map(([way, options]) => ({ name, way, spoil, options }))))(
    '$name, read $way: is left out of that row, with one warning, and all else is there',
    async ({ name, spoil, options }) => {
      const tenant = everything()
      const id = spoil(tenant)
      const { said, file, result, server } = await sync(() => {}, { types: EVERY_TYPE, ...options }, tenant)
      expect(result).toMatchObject({ kind: 'full' })
      const [type = '', field = ''] = name.split(' ')
      // A group stands in the rows of its members, too.
      expect([...new Set(said.map(String))]).toEqual([`${id},${field}`])
      if (type !== 'group') expect(said).toHaveLength(1)
      const { resources, grants } = readSnapshot(file)
      const others = tenant.network.devices.map((device) => `device:${device.id}`)
      expect(resources).toEqual([...truthOf(tenant).resources, ...others].toSorted())
      expect(grants.filter((grant) => !grant.startsWith('device:'))).toEqual(truthOf(tenant).grants)
      expect(server.counts().total).toBeLessThanOrEqual(11 + 8)
    },
  )

  it.each(ENUMS)('%s: is left out of a thing that is read alone', async (name, spoil) => {
    const tenant = everything()
    const id = spoil(tenant)
    const [type = '', field = ''] = name.split(' ')
    const { said, file, result } = await sync(() => {}, { types: EVERY_TYPE, targets: [{ type, id }] }, tenant)
    expect(result).toMatchObject({ kind: 'partial' })
    expect([...new Set(said.map(String))]).toEqual([`${id},${field}`])
    expect(readSnapshot(file).resources).toContain(`${type}:${id}`)
  })

  it.each([
    ['Device.user', ({ network }: Tenant) => network.devices[7]!.id],
    ['Connector.remoteNetwork', ({ network }: Tenant) => network.connectors[7]!.id],
    ['Gateway.remoteNetwork', ({ network }: Tenant) => network.gateways[0]!.id],
    ['Resource.remoteNetwork', ({ network }: Tenant) => network.resources[7]!.id],
    ['ServiceAccount.keys', ({ network }: Tenant) => network.serviceAccounts[7]!.id],
  ] as const)('%s keeps the sync unfinished and is named, for it says who is whose', async (name, idIn) => {
    const tenant = everything()
    tenant.network.addGateway(tenant.network.remoteNetworks[0]!, 'gate.internal')
    const of = idIn(tenant)
    const unshown = [{ field: name.replace(/^Resource/, 'NetworkResource'), of }]
    const { file, result } = await sync(() => {}, { types: EVERY_TYPE, unshown }, tenant)
    expect(result).toMatchObject({
      code: 'unavailable',
      detail: expect.stringMatching(`Twingate cannot show the field ${name.split('.')[1]!}\\b.* of ${of}`) as string,
    })
    expect(readSnapshot(file, 'latest').syncs.map((one) => one.finished)).toEqual([false])
  })
})

/** Stored grants of a resource, each as the text of its bytes: words of the API stand in them as they are. */
async function grantsOn(file: string, id: string): Promise<readonly string[]> {
  const snapshot = await openSnapshot(file)
  onTestFinished(() => snapshot.close())
  return [...snapshot.rows('v1_grants', snapshot.latest?.syncId ?? '')].flatMap(({ external_id: grant, data }) =>
    String(grant).startsWith(`network-resource:${id}:`) ? [Buffer.from(data as Uint8Array).toString('latin1')] : [],
  )
}

describe('an access edge with a value that the server cannot print', () => {
  const edges = [0, 2, 4]
  it.each(edges)('in place %i lacks that value alone, and the edges beside it keep theirs', async (place) => {
    const tenant = everything()
    const resource = tenant.network.resources[7]!
    for (const edge of resource.access) edge.approvalMode = 'AUTOMATIC'
    const edge = resource.access[place]!
    edge.approvalMode = 'NEW' as never
    const { said, file, result } = await sync(() => {}, { types: EVERY_TYPE }, tenant)
    expect(result).toMatchObject({ kind: 'full' })
    expect(said.at(0)).toEqual([`${resource.id} (${edge.node.id})`, 'approvalMode'])
    const grants = await grantsOn(file, resource.id)
    expect(grants).toHaveLength(5)
    expect(grants.filter((grant) => grant.includes('AUTOMATIC'))).toHaveLength(4)
  })

  it('keeps the sync unfinished where it says when the access ends', async () => {
    const tenant = everything()
    const { result } = await sync(() => {}, { types: EVERY_TYPE, unshown: [{ field: 'AccessEdge.expiresAt' }] }, tenant)
    const resource = tenant.network.resources[0]!
    expect(result).toMatchObject({
      code: 'unavailable',
      detail: expect.stringContaining(`the field expiresAt of ${resource.id} (`) as string,
    })
  })
})

describe('a new value that many rows have', () => {
  it('costs two requests a page, once some rows were read alone', async () => {
    const { server, tenant, file, result } = await sync((t) => {
      for (const user of t.users) user.type = 'NEW' as never
    })
    expect(result).toMatchObject({ kind: 'full' })
    expect(readSnapshot(file).grants).toEqual(truthOf(tenant).grants)
    expect(server.counts().total).toBeLessThanOrEqual(2 * 10 + 2 * 3 + 5)
  })
})

describe('a check of a device that the server cannot show', () => {
  it('is left out of that device, with a warning', async () => {
    const tenant = everything()
    const [device] = tenant.network.devices
    device!.posture = { firewall: { isSatisfied: true }, biometric: { isSatisfied: true } }
    const unshown = [{ field: 'DevicePosture.firewall' }]
    const { said, result } = await sync(() => {}, { types: EVERY_TYPE, posture: 1, unshown }, tenant)
    expect(result).toMatchObject({ kind: 'full' })
    expect(said).toEqual([[device!.id, 'firewall']])
  })
})

const idOfFirstGroup = seedTenant({ users: 1, groups: 1 }).groups[0]!.id
