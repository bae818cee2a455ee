import type { Tenant } from './tenant/tenant.ts'

const DOCUMENTED_ROLES = ['ADMIN', 'DEVOPS', 'SUPPORT', 'ACCESS_REVIEWER', 'MEMBER']

/** The ids a whole sync of a tenant must hold, computed from the tenant's own state. Each list is sorted. */
export function truthOf(tenant: Tenant) {
  const roles = new Set(
    [...DOCUMENTED_ROLES, ...tenant.users.map((user) => user.role)].map((role) => role.toLowerCase()),
  )
  return {
    resources: [
      ...tenant.users.map((user) => `user:${user.id}`),
      ...tenant.groups.map((group) => `group:${group.id}`),
      ...[...roles].map((role) => `role:${role}`),
    ].sort(),
    entitlements: [
      ...tenant.groups.map((group) => `group:${group.id}:member`),
      ...[...roles].map((role) => `role:${role}:member`),
    ].sort(),
    grants: tenant.users
      .flatMap((user) => [
        `role:${user.role.toLowerCase()}:member:user:${user.id}`,
        ...user.groups.map((group) => `group:${group.id}:member:user:${user.id}`),
      ])
      .sort(),
  }
}
