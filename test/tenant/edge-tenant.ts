import { Tenant } from './tenant.ts'

/** Sizes of `edgeTenant`, chosen so that each nested list needs a third page of 100. */
export const EDGE = { users: 230, groups: 230, largeGroupMembers: 205 } as const

/**
 * Nested lists longer than a page, from both sides: `User:1` is in all 230 groups, `Group:1` holds 205 users, and `User:2`
 * is in exactly 100 groups, `User:3` in 101.
 */
export const edgeTenant = (): Tenant => {
  const tenant = new Tenant()
  for (let number = 1; number <= EDGE.groups; number += 1) {
    tenant.addGroup({ number, name: `Edge group ${String(number)}` })
  }
  for (let number = 1; number <= EDGE.users; number += 1) {
    const user = tenant.addUser({
      number,
      email: `edge${String(number)}@example.com`,
      firstName: 'Edge',
      lastName: 'User',
    })
    for (const group of tenant.groups.slice(0, groupsOf(number))) tenant.addMember(group, user)
  }
  return tenant
}

function groupsOf(number: number): number {
  if (number === 1) return EDGE.groups
  if (number === 2) return 100
  if (number === 3) return 101
  return number <= EDGE.largeGroupMembers ? 1 : 0
}
