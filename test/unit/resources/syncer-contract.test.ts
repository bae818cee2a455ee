import { onTestFinished } from 'vitest'
import { parseDomain } from '../../../src/twingate/endpoint.ts'
import { createTransport } from '../../../src/sdk/http/transport.ts'
import { createTwingate } from '../../../src/connector/twingate.ts'
import { Secret } from '../../../src/sdk/ground/secret.ts'
import type { ResourceSyncer } from '../../../src/sdk/contract/syncer.ts'
import { describeSyncerContract } from '../../support/syncer-contract.ts'
import { READ_KEY } from '../../tenant/api-keys.ts'
import { demoTenant } from '../../tenant/demo-tenant.ts'
import type { FaultKind } from '../../tenant/faults.ts'
import { startTenant, type TenantOptions } from '../../tenant/start-tenant.ts'

async function syncerOf(type: string, options: TenantOptions = {}): Promise<ResourceSyncer> {
  const server = await startTenant({ tenant: demoTenant(), ...options })
  onTestFinished(() => server.close())
  const { connector } = createTwingate({
    endpoint: parseDomain('acme', { baseUrl: server.baseUrl }),
    key: new Secret(READ_KEY),
    transport: createTransport({ timeoutMs: 5_000, env: {} }),
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    sleep: async () => {},
    version: '0',
  })
  const syncer = connector.syncers.find((candidate) => candidate.type.id === type)
  if (!syncer) throw new Error(`no syncer for ${type}`)
  return syncer
}

const tenant = demoTenant()
const missingId = (type: string): string => btoa(`${type}:999999999`)
const asking = {
  failing: (type: string) => (kind: string) => syncerOf(type, { every: { nth: 1, kinds: [kind as FaultKind] } }),
}

describeSyncerContract('user', {
  syncer: () => syncerOf('user'),
  failing: asking.failing('user'),
  ids: () => ({ existing: tenant.users[3]!.id, missing: missingId('User') }),
})
describeSyncerContract('group', {
  syncer: () => syncerOf('group'),
  failing: asking.failing('group'),
  ids: () => ({ existing: tenant.groups.find((group) => group.users.length > 8)!.id, missing: missingId('Group') }),
})
describeSyncerContract('role', {
  syncer: () => syncerOf('role'),
  ids: () => ({ existing: 'member', missing: 'no-such-role' }),
})

const { network } = tenant
describeSyncerContract('network-resource', {
  syncer: () => syncerOf('network-resource'),
  failing: asking.failing('network-resource'),
  ids: () => ({ existing: network.resources[0]!.id, missing: missingId('Resource') }),
})
describeSyncerContract('remote-network', {
  syncer: () => syncerOf('remote-network'),
  ids: () => ({ existing: network.remoteNetworks[0]!.id, missing: missingId('RemoteNetwork') }),
})
describeSyncerContract('connector', {
  syncer: () => syncerOf('connector'),
  ids: () => ({ existing: network.connectors[1]!.id, missing: missingId('Connector') }),
})
describeSyncerContract('gateway', {
  syncer: () => syncerOf('gateway'),
  ids: () => ({ existing: network.gateways[0]!.id, missing: missingId('Gateway') }),
})
describeSyncerContract('service-account', {
  syncer: () => syncerOf('service-account'),
  ids: () => ({ existing: network.serviceAccounts[0]!.id, missing: missingId('ServiceAccount') }),
})
describeSyncerContract('service-account-key', {
  syncer: () => syncerOf('service-account-key'),
  ids: () => ({ existing: network.keys[0]!.id, missing: missingId('ServiceAccountKey') }),
})
describeSyncerContract('security-policy', {
  syncer: () => syncerOf('security-policy'),
  ids: () => ({ existing: tenant.policies[0].id, missing: missingId('SecurityPolicy') }),
})
