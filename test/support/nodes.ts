import type { UserNode } from '../../src/resources/user-node.ts'
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
