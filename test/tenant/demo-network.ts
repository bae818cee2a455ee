import type { Tenant } from './tenant.ts'

const HOUR_MS = 3_600_000

/** Devices of every state, and a request for access that waits. */
function addDemoDevices(tenant: Tenant): void {
  const { network } = tenant
  const [ada, bruno, chen] = tenant.users
  if (!ada || !bruno || !chen) throw new Error('no users')
  network.addDevice(ada, { number: 81, name: 'Ada’s laptop', osName: 'MAC_OS', osVersion: '15.2', isTrusted: true })
  network.addDevice(ada, { number: 82, name: null, osName: 'IOS', deviceType: 'MOBILE', activeState: 'ARCHIVED' })
  network.addDevice(bruno, { number: 83, name: 'Lost "laptop"\n', activeState: 'BLOCKED', serialNumber: 'C02X' })
  const [, , cluster] = network.resources
  if (cluster) network.addRequest(chen, cluster, 'Deploy on Friday')
}

/**
 * What the small company reaches over Twingate: every kind of resource, one kind outside the schema of this version, an address that is
 * routed past Twingate, access that ends, a resource that nobody reaches, and service accounts with keys of every state.
 *
 * `end` is when access ends that ends.
 */
export function addDemoNetwork(tenant: Tenant, end = Date.UTC(2030, 0, 1)): void {
  const { network } = tenant
  const group = (name: string) => {
    const found = tenant.groupByName(name)
    if (!found) throw new Error(`no group ${name}`)
    return found
  }
  const cloud = network.addRemoteNetwork({ number: 31, name: 'Cloud', location: 'AWS' })
  const office = network.addRemoteNetwork({ number: 32, name: 'Office "north"\n', isActive: false })
  network.addConnector(cloud, {
    number: 41,
    name: 'brave-otter',
    version: '1.70.0',
    hostname: 'otter',
    publicIP: '203.0.113.7',
  })
  network.addConnector(cloud, { number: 42, name: 'quiet-heron', state: 'DEAD_NO_HEARTBEAT' })
  network.addConnector(office, { number: 43, name: '', state: 'DEAD_ON_A_SHELF' })

  network.addGateway(cloud, 'gateway.cloud.internal:8443', 46)

  const pipeline = network.addServiceAccount({ number: 51, name: 'Deploy pipeline' })
  network.addServiceAccount({ number: 52, name: 'Nobody uses it' })
  const at = new Date(end).toISOString()
  network.addKey(pipeline, { number: 61, name: 'current', expiresAt: at })
  network.addKey(pipeline, {
    number: 62,
    name: 'old',
    status: 'REVOKED',
    revokedAt: '2024-06-01T00:00:00.000000+00:00',
  })
  network.addKey(pipeline, { number: 63, name: '', status: 'EXPIRED', expiresAt: '2024-05-01T00:00:00.000000+00:00' })

  const [, trusted] = tenant.policies
  const database = network.addResource(cloud, {
    number: 71,
    name: 'Production database',
    tags: [
      { key: 'tier', value: '0' },
      { key: 'team', value: 'data' },
    ],
    protocols: {
      allowIcmp: false,
      tcp: {
        policy: 'RESTRICTED',
        ports: [
          { start: 5432, end: 5432 },
          { start: 8000, end: 8080 },
        ],
      },
      udp: { policy: 'RESTRICTED', ports: [] },
    },
    securityPolicy: trusted,
    accessPolicy: { mode: 'AUTO_LOCK', durationSeconds: 14 * 24 * (HOUR_MS / 1000) },
  })
  network.allow(database, group('Database admins'))
  network.allow(database, group('On-call'), { expiresAt: at, securityPolicy: trusted, approvalMode: 'AUTOMATIC' })
  network.allow(database, pipeline)

  const wiki = network.addResource(office, { number: 72, name: 'Wiki', alias: 'wiki.acme.internal' })
  network.allow(wiki, group('Everyone'))
  network.allow(wiki, group('Engineering'))
  const cluster = network.addResource(cloud, { number: 73, name: 'Staging cluster', kind: 'KubernetesResource' })
  network.allow(cluster, group('Engineering'), { accessPolicy: { mode: 'ACCESS_REQUEST', durationSeconds: 3600 } })
  network.allow(network.addResource(cloud, { number: 74, name: 'Jump host', kind: 'SSHResource' }), group('On-call'))
  network.allow(
    network.addResource(cloud, { number: 75, name: 'Intranet', kind: 'WebAppResource' }),
    group('Nobody yet'),
  )
  network.addResource(cloud, { number: 76, name: 'Printer', routingMode: 'BYPASS_TWINGATE', isActive: false })
  network.allow(network.addResource(cloud, { number: 77, name: '', kind: 'DatabaseResource' }), pipeline)
  addDemoDevices(tenant)
}
