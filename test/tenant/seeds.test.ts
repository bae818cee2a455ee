import { describe, expect, test } from 'vitest'
import { demoTenant } from './demo-tenant.ts'
import { EDGE, edgeTenant } from './edge-tenant.ts'
import { seedTenant } from './seed-tenant.ts'
import type { Tenant } from './tenant.ts'

const shape = (tenant: Tenant) =>
  tenant.users.map(({ groups, ...user }) => ({ ...user, groups: groups.map((group) => group.id) }))

describe('the seeded tenant', () => {
  test('has exactly the size asked for', () => {
    const tenant = seedTenant({ users: 1000, groups: 100, membershipsPerUser: 10 })
    expect([tenant.users.length, tenant.groups.length, tenant.membershipCount]).toEqual([1000, 100, 10_000])
  })

  test('is the same for the same seed and another for another', () => {
    const size = { users: 50, groups: 20 }
    expect(shape(seedTenant(size))).toEqual(shape(seedTenant({ ...size, seed: 1 })))
    expect(shape(seedTenant(size))).not.toEqual(shape(seedTenant({ ...size, seed: 2 })))
  })

  test('adds Everyone on request, beyond the other groups', () => {
    const tenant = seedTenant({ users: 30, groups: 5, membershipsPerUser: 2, everyone: true })
    expect(tenant.groups).toHaveLength(6)
    expect(tenant.groupByName('Everyone')?.users).toEqual(tenant.users)
    expect(tenant.membershipCount).toBe(90)
  })

  test('puts nobody into more groups than there are', () => {
    expect(seedTenant({ users: 5, groups: 3, membershipsPerUser: 10 }).membershipCount).toBe(15)
  })
})

const values = <T>(list: readonly T[]) => new Set(list)

describe('the demo tenant', () => {
  const tenant = demoTenant()

  test('has forty users and twelve groups', () => {
    expect([tenant.users.length, tenant.groups.length]).toEqual([40, 12])
  })

  test('has every state, type and role, and a role outside the schema', () => {
    expect(values(tenant.users.map((user) => user.state))).toEqual(values(['ACTIVE', 'PENDING', 'DISABLED']))
    expect(values(tenant.users.map((user) => user.type))).toEqual(values(['MANUAL', 'SYNCED']))
    expect(values(tenant.groups.map((group) => group.type))).toEqual(values(['MANUAL', 'SYNCED', 'SYSTEM']))
    expect(values(tenant.users.map((user) => user.role))).toEqual(
      values(['ADMIN', 'DEVOPS', 'SUPPORT', 'ACCESS_REVIEWER', 'MEMBER', 'HELPDESK']),
    )
  })

  test('has users without address or name, an inactive, an empty and two equally named groups', () => {
    expect(tenant.users.filter((user) => user.email === null)).toHaveLength(2)
    expect(tenant.users.filter((user) => user.firstName === '')).toHaveLength(2)
    expect(tenant.groups.filter((group) => !group.isActive)).toHaveLength(2)
    expect(tenant.groups.filter((group) => group.users.length === 0)).toHaveLength(1)
    expect(tenant.groups.filter((group) => group.name === 'Support')).toHaveLength(2)
  })

  test('has Everyone with every user', () => {
    expect(tenant.groupByName('Everyone')?.users).toEqual(tenant.users)
  })
})

test('the edge tenant has nested lists of more than two pages from both sides', () => {
  const tenant = edgeTenant()
  expect(tenant.users[0]?.groups).toHaveLength(EDGE.groups)
  expect(tenant.groups[0]?.users).toHaveLength(EDGE.largeGroupMembers)
  expect(tenant.users.slice(1, 3).map((user) => user.groups.length)).toEqual([100, 101])
})
