import { formatEntitlementId, formatGrantId } from '../../src/sdk/model/ids.ts'

export interface ExpectedUser {
  readonly id: string
  readonly displayName: string
  readonly firstName: string
  readonly lastName: string
  /** `''` where the user has none. */
  readonly email: string
  readonly status: 'enabled' | 'disabled' | 'deleted'
}

export interface Named {
  readonly id: string
  readonly displayName: string
}

/** What a snapshot must say, in ids of the source system. The order of no list matters. */
export interface ExpectedSnapshot {
  readonly users: readonly ExpectedUser[]
  readonly groups: readonly Named[]
  readonly roles: readonly Named[]
  readonly memberships: readonly { readonly user: string; readonly group: string }[]
  readonly roleHolders: readonly { readonly user: string; readonly role: string }[]
}

/** One resource as `<type>:<id> <display name>`. */
export const resourceLine = (type: string, id: string, displayName: string): string => `${type}:${id} ${displayName}`

export interface ExpectedEntitlement {
  readonly id: string
  readonly resourceType: string
  readonly resourceId: string
  readonly resourceName: string
}

export interface ExpectedGrant {
  readonly id: string
  readonly entitlementId: string
  readonly resourceType: string
  readonly resourceId: string
  readonly userId: string
}

export const expectedResources = ({ users, groups, roles }: ExpectedSnapshot): readonly string[] => [
  ...users.map((user) => resourceLine('user', user.id, user.displayName)),
  ...groups.map((group) => resourceLine('group', group.id, group.displayName)),
  ...roles.map((role) => resourceLine('role', role.id, role.displayName)),
]

/** Groups and roles carry the one entitlement `member`, users none. */
export const expectedEntitlements = ({ groups, roles }: ExpectedSnapshot): readonly ExpectedEntitlement[] => [
  ...groups.map((group) => memberOf('group', group)),
  ...roles.map((role) => memberOf('role', role)),
]

export const expectedGrants = ({ memberships, roleHolders }: ExpectedSnapshot): readonly ExpectedGrant[] => [
  ...memberships.map(({ user, group }) => heldBy(user, 'group', group)),
  ...roleHolders.map(({ user, role }) => heldBy(user, 'role', role)),
]

const memberOf = (type: string, { id, displayName }: Named): ExpectedEntitlement => ({
  id: formatEntitlementId({ type, id }, 'member'),
  resourceType: type,
  resourceId: id,
  resourceName: displayName,
})

const heldBy = (userId: string, resourceType: string, resourceId: string): ExpectedGrant => {
  const entitlementId = formatEntitlementId({ type: resourceType, id: resourceId }, 'member')
  return {
    id: formatGrantId(entitlementId, { type: 'user', id: userId }),
    entitlementId,
    resourceType,
    resourceId,
    userId,
  }
}
