import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { accessGrant, networkResourceId } from '../../../src/resources/access-edge.ts'
import { accessEntitlement, networkResourceFromNode } from '../../../src/resources/network-resource-node.ts'
import { openSnapshot, type Snapshot } from '../../../src/sdk/snapshot/read/open-snapshot.ts'
import { decodeExpandable } from '../../../src/sdk/wire/rows/decode-annotations.ts'
import { decodeGrant } from '../../../src/sdk/wire/rows/decode-grant.ts'
import { networkResourceNode } from '../../support/nodes.ts'
import { syncTenant, temporaryFolder } from '../../tenant/sync-tenant.ts'
import { demoTenant } from '../../tenant/demo-tenant.ts'
import { startTenant, type TenantOptions } from '../../tenant/start-tenant.ts'
import { Tenant } from '../../tenant/tenant.ts'

const TYPES = [
  ...['user', 'group', 'role', 'network-resource', 'remote-network', 'connector'],
  ...['service-account', 'service-account-key', 'security-policy'],
]

async function synced(
  tenant: Tenant,
  options: TenantOptions = {},
  types: readonly string[] = TYPES,
): Promise<Snapshot> {
  const server = await startTenant({ tenant, ...options })
  onTestFinished(() => server.close())
  const file = join(temporaryFolder(onTestFinished), 'sync.c1z')
  await syncTenant(server, file, { types })
  const snapshot = await openSnapshot(file)
  onTestFinished(() => snapshot.close())
  return snapshot
}

const idsOf = (snapshot: Snapshot, table: 'v1_resources' | 'v1_grants', type: string): readonly string[] =>
  [...snapshot.rows(table, snapshot.latest?.syncId ?? '', { resourceTypes: [type] })]
    .map((row) => String(row['external_id']))
    .sort()

const edgesOf = (tenant: Tenant): readonly string[] =>
  tenant.network.resources
    .flatMap(({ id, access }) =>
      access.map(({ kind, node }) => {
        const type = kind === 'Group' ? 'group' : 'service-account'
        return `network-resource:${id}:access:${type}:${node.id}`
      }),
    )
    .sort()

/** One resource that `groups` groups reach, and others that few reach. */
function widelyReached(groups: number): Tenant {
  const tenant = new Tenant()
  tenant.addUser({ role: 'ADMIN' })
  const place = tenant.network.addRemoteNetwork()
  const wide = tenant.network.addResource(place, { name: 'Wide' })
  for (let i = 0; i < groups; i++) {
    const group = tenant.addGroup()
    tenant.network.allow(wide, group)
    if (i % 50 === 0) tenant.network.allow(tenant.network.addResource(place), group)
  }
  return tenant
}

describe('a sync of resources', () => {
  it('holds every edge of access and everything around it, whatever the size of a page', async () => {
    const tenant = demoTenant()
    const { network } = tenant
    for (const cap of [100, 2]) {
      const snapshot = await synced(tenant, { pageSizes: { default: cap, cap } })
      expect(idsOf(snapshot, 'v1_grants', 'network-resource')).toEqual(edgesOf(tenant))
      const expected = (type: string, rows: readonly { readonly id: string }[]) =>
        expect(idsOf(snapshot, 'v1_resources', type)).toEqual(rows.map(({ id }) => `${type}:${id}`).sort())
      expected('network-resource', network.resources)
      expected('remote-network', network.remoteNetworks)
      expected('connector', network.connectors)
      expected('service-account', network.serviceAccounts)
      expected('service-account-key', network.keys)
      expected('security-policy', tenant.policies)
    }
  })

  it('reads the edges of a resource that overflow a page on their own', async () => {
    const tenant = widelyReached(250)
    const snapshot = await synced(tenant)
    expect(idsOf(snapshot, 'v1_grants', 'network-resource')).toEqual(edgesOf(tenant))
  })

  it('lets a group pass access on to its users, and says when it ends and under which policy', async () => {
    const tenant = demoTenant()
    const snapshot = await synced(tenant)
    const group = tenant.groupByName('On-call')
    const [database] = tenant.network.resources
    const row = [...snapshot.rows('v1_grants', snapshot.latest?.syncId ?? '')].find(
      ({ external_id: id }) => id === `network-resource:${database?.id}:access:group:${group?.id}`,
    )
    expect(row?.['needs_expansion']).toBe(1)
    expect(decodeExpandable(row?.['expansion'] as Uint8Array)).toEqual({
      entitlementIds: [`group:${group?.id}:member`],
      shallow: true,
      resourceTypeIds: ['user'],
    })
    expect(decodeGrant(row?.['data'] as Uint8Array).annotations.map(({ name }) => name)).toEqual([
      'c1.connector.v2.GrantMetadata',
    ])
  })

  it('is never finished where edges are missing from a page', async () => {
    const tenant = widelyReached(120)
    const faults = [{ operation: 'Resources', page: 0, attempt: 1, kind: 'drop-nested', rows: 1 } as const]
    const snapshot = await synced(tenant, { faults })
    // What was left out of the listing is found from the resource's own side.
    expect(idsOf(snapshot, 'v1_grants', 'network-resource')).toEqual(edgesOf(tenant))
  })

  it('leaves edges out with the types they lead to, and still adds up', async () => {
    const tenant = demoTenant()
    const snapshot = await synced(tenant, {}, ['user', 'group', 'network-resource'])
    const toGroups = edgesOf(tenant).filter((id) => id.includes(':group:'))
    expect(idsOf(snapshot, 'v1_grants', 'network-resource')).toEqual(toGroups)
  })
})

const node = networkResourceNode()

/** Reviews hang on these ids and keys. A changed line here is a breaking change. */
describe('frozen formats of resources', () => {
  it('keeps the profile of a resource', () => {
    expect(networkResourceFromNode(node).profile).toEqual({
      id: 'UmVzb3VyY2U6MQ==',
      name: 'Production database',
      kind: 'network',
      address: 'db-1.internal',
      address_type: 'DNS',
      alias: 'db.acme.internal',
      is_active: true,
      remote_network_id: 'N1',
      remote_network_name: 'Cloud',
      security_policy_id: 'P1',
      security_policy_name: 'Trusted devices',
      access_mode: 'AUTO_LOCK',
      auto_lock_days: 14,
      approval_mode: 'MANUAL',
      allow_icmp: false,
      tcp: 'RESTRICTED 22, 8000-8080',
      udp: 'ALLOW_ALL',
      routing_mode: 'THROUGH_TWINGATE',
      'tag:tier': '0',
      updated_at: '2025-06-01T00:00:00.000000+00:00',
    })
  })

  it('keeps the ids of access', () => {
    expect(accessEntitlement(node).id).toBe('network-resource:UmVzb3VyY2U6MQ==:access')
    expect(accessEntitlement(node).grantableTo).toEqual(['group', 'service-account'])
  })

  it.each([
    ['KubernetesResource', 'kubernetes'],
    ['SSHResource', 'ssh'],
    ['WebAppResource', 'web-app'],
    ['TeleporterResource', 'TeleporterResource'],
  ])('tells the kind of a %s: %s', (typename, kind) => {
    expect(networkResourceFromNode({ ...node, kind: typename }).profile['kind']).toBe(kind)
  })

  it('says in words what a route past Twingate means', () => {
    const { description, profile } = networkResourceFromNode({ ...node, routingMode: 'BYPASS_TWINGATE' })
    expect(description).toBe('routed past Twingate: no policy, no log and no auto-lock apply')
    expect(profile['routing_note']).toBe(description)
  })
})

describe('the grant of an access edge', () => {
  const edge = { cursor: 'c', expiresAt: null, node: { kind: 'Group', id: 'G1' } }
  const resource = networkResourceId('R1')

  it('carries the end, the policy, the mode and who approves', () => {
    expect(
      accessGrant(resource, {
        ...edge,
        expiresAt: '2026-12-04T17:00:00+00:00',
        securityPolicy: { id: 'P1', name: 'Trusted devices' },
        accessPolicy: { mode: 'ACCESS_REQUEST', durationSeconds: 3600 },
        approvalMode: 'AUTOMATIC',
      })?.metadata,
    ).toEqual({
      expires_at: '2026-12-04T17:00:00+00:00',
      access_mode: 'ACCESS_REQUEST',
      access_duration_seconds: 3600,
      approval_mode: 'AUTOMATIC',
      security_policy_id: 'P1',
      security_policy_name: 'Trusted devices',
    })
  })

  it('has no metadata where the edge says nothing, and passes nothing on for a service account', () => {
    expect(accessGrant(resource, edge)).not.toHaveProperty('metadata')
    const account = accessGrant(resource, { ...edge, node: { kind: 'ServiceAccount', id: 'S1' } })
    expect(account).toEqual({
      entitlementId: 'network-resource:R1:access',
      resource,
      principal: { type: 'service-account', id: 'S1' },
    })
  })

  it('is none for a principal of a kind that is not known, which still counts', () => {
    expect(accessGrant(resource, { ...edge, node: { kind: 'Robot', id: 'R9' } })).toBeUndefined()
  })
})
