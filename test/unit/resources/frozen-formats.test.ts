import { describe, expect, it } from 'vitest'
import { membershipGrant, userId } from '../../../src/resources/membership.ts'
import { KNOWN_ROLES, roleGrant, roleRows } from '../../../src/resources/roles.ts'
import { userFromNode } from '../../../src/resources/user-node.ts'
import { groupFromNode } from '../../../src/resources/group-node.ts'
import { groupType } from '../../../src/resources/group.ts'
import { roleType } from '../../../src/resources/role.ts'
import { userType } from '../../../src/resources/user.ts'
import { formatGrantId } from '../../../src/sdk/model/ids.ts'
import { groupNode, userNode } from '../../support/nodes.ts'

/** Reviews on the governance platform hang on these. A changed line here is a breaking change. Source: the Go connector. */
describe('frozen formats', () => {
  it('keeps the resource type ids', () => {
    expect([userType.id, groupType.id, roleType.id]).toEqual(['user', 'group', 'role'])
  })

  it('keeps the role ids, profile keys and entitlement ids', () => {
    const rows = KNOWN_ROLES.map(roleRows)
    expect(rows.map((row) => row.resource.id.id)).toEqual(['admin', 'devops', 'support', 'access_reviewer', 'member'])
    expect(rows.map((row) => row.entitlement.id)[0]).toBe('role:admin:member')
    expect(rows[0]?.resource.profile).toEqual({ role_id: 'admin', role_name: 'Admin' })
    expect(rows[3]?.resource.displayName).toBe('Access Reviewer')
  })

  it('keeps the grant ids', () => {
    const membership = membershipGrant({ id: 'R1', type: 'MANUAL' }, userId('U1'))
    const role = roleGrant('ADMIN', userId('U1'))
    expect(membership.entitlementId).toBe('group:R1:member')
    expect(formatGrantId(membership.entitlementId, membership.principal)).toBe('group:R1:member:user:U1')
    expect(formatGrantId(role.entitlementId, role.principal)).toBe('role:admin:member:user:U1')
  })

  it('keeps the profile of a user', () => {
    expect(userFromNode(userNode({ id: 'VXNlcjox' })).profile).toEqual({
      first_name: 'Ada',
      last_name: 'Lovelace',
      email: 'ada@example.com',
      id: 'VXNlcjox',
      is_admin: true,
      role: 'ADMIN',
      type: 'SYNCED',
      state: 'ACTIVE',
      updated_at: '2025-06-01T00:00:00.000000+00:00',
    })
  })

  it('keeps the profile of a group', () => {
    expect(groupFromNode(groupNode({ id: 'R3JvdXA6MQ==' })).profile).toEqual({
      group_id: 'R3JvdXA6MQ==',
      group_name: 'Engineering',
      type: 'SYNCED',
      is_active: true,
      origin_id: 'origin-1',
      security_policy_id: 'P1',
      security_policy_name: 'Default Policy',
      updated_at: '2025-06-01T00:00:00.000000+00:00',
    })
  })
})
