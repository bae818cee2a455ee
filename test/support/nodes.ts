import type { UserNode } from '../../src/resources/user-node.ts'
import type { NetworkResourceNode } from '../../src/resources/network-resource-node.ts'
import type { GroupNode } from '../../src/resources/group-node.ts'

/** A user as the API answers it, to be varied field by field. */
export const userNode = (fields: Partial<UserNode> = {}): UserNode => ({
  id: 'VXNlcjox',
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  state: 'ACTIVE',
  role: 'ADMIN',
  type: 'SYNCED',
  createdAt: '2024-02-15T01:13:51.059028+00:00',
  updatedAt: '2025-06-01T00:00:00.000000+00:00',
  ...fields,
})

/** A group as the API answers it, to be varied field by field. */
export const groupNode = (fields: Partial<GroupNode> = {}): GroupNode => ({
  id: 'R3JvdXA6MQ==',
  name: 'Engineering',
  type: 'SYNCED',
  isActive: true,
  originId: 'origin-1',
  createdAt: '2024-02-15T01:13:51.059028+00:00',
  updatedAt: '2025-06-01T00:00:00.000000+00:00',
  securityPolicy: { id: 'P1', name: 'Default Policy' },
  users: { totalCount: 3 },
  ...fields,
})

/** A resource as the API answers it, with everything that may be told of one. */
export const networkResourceNode = (fields: Partial<NetworkResourceNode> = {}): NetworkResourceNode => ({
  kind: 'NetworkResource',
  id: 'UmVzb3VyY2U6MQ==',
  name: 'Production database',
  isActive: true,
  alias: 'db.acme.internal',
  address: { type: 'DNS', value: 'db-1.internal' },
  tags: [{ key: 'tier', value: '0' }],
  protocols: {
    allowIcmp: false,
    tcp: {
      policy: 'RESTRICTED',
      ports: [
        { start: 22, end: 22 },
        { start: 8000, end: 8080 },
      ],
    },
    udp: { policy: 'ALLOW_ALL', ports: [] },
  },
  remoteNetwork: { id: 'N1', name: 'Cloud' },
  securityPolicy: { id: 'P1', name: 'Trusted devices' },
  accessPolicy: { mode: 'AUTO_LOCK', durationSeconds: 1_209_600 },
  approvalMode: 'MANUAL',
  routingMode: 'THROUGH_TWINGATE',
  updatedAt: '2025-06-01T00:00:00.000000+00:00',
  ...fields,
})
