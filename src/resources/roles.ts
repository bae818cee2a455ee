import type { Entitlement, Grant, Resource, ResourceId } from '../sdk/model/model.ts'
import { displayNameOf } from '../twingate/display-name.ts'
import { MEMBER, memberEntitlementId, TYPE_IDS } from '../twingate/type-ids.ts'

/** Roles the API documents, in the order of their reach. Source: twingate-schema.graphql, UserRole. */
export const KNOWN_ROLES = ['ADMIN', 'DEVOPS', 'SUPPORT', 'ACCESS_REVIEWER', 'MEMBER'] as const

const REACH: Readonly<Record<string, string>> = {
  ADMIN: 'the whole Admin Console',
  DEVOPS: 'the Network tab of the Admin Console for changes, the rest for reading',
  SUPPORT: 'the Admin Console for reading',
  ACCESS_REVIEWER: 'access requests only',
  MEMBER: 'no part of the Admin Console; every user has at least this role',
}

/** What a role without a name is called. */
const UNNAMED = 'unnamed'

/** Frozen: `ADMIN` is `admin` as in the Go connector, the others follow the same rule. */
export const roleId = (role: string): ResourceId => ({ type: TYPE_IDS.role, id: role.toLowerCase() || UNNAMED })

export const isKnownRole = (role: string): boolean => Object.hasOwn(REACH, role)

/** `ACCESS_REVIEWER` reads `Access Reviewer`; `DEVOPS` reads `DevOps` as in the console. */
const roleName = (role: string): string => (role === 'DEVOPS' ? 'DevOps' : displayNameOf(inWords(role), role, UNNAMED))

const inWords = (role: string): string =>
  role
    .split('_')
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join(' ')

/** A role with its `member` entitlement, for documented roles and for any other met in the data. */
export function roleRows(role: string): { readonly resource: Resource; readonly entitlement: Entitlement } {
  const id = roleId(role)
  const name = roleName(role)
  return {
    resource: {
      id,
      displayName: name,
      description:
        (isKnownRole(role) ? REACH[role] : undefined) ?? 'a role this version of the connector does not know yet',
      profile: { role_id: id.id, role_name: name },
      facts: { kind: 'role' },
    },
    entitlement: {
      id: memberEntitlementId(id),
      resource: id,
      resourceName: name,
      slug: MEMBER,
      displayName: `${name} Role Member`,
      description: `Holds the role ${name} in Twingate`,
      purpose: 'assignment',
      grantableTo: [TYPE_IDS.user],
    },
  }
}

/** The grant that says a user has a role. Every user has exactly one. */
export function roleGrant(role: string, user: ResourceId): Grant {
  const resource = roleId(role)
  return { entitlementId: memberEntitlementId(resource), resource, principal: user }
}
