import { formatEntitlementId } from '../src/sdk/model/ids.ts'
import type { Entitlement, Grant, Resource, ResourceId, ResourceType } from '../src/sdk/model/model.ts'

/** Groups drawn for one user; equal draws count once. */
export const MEMBERSHIPS_PER_USER = 10

export const TYPES: readonly ResourceType[] = [
  { id: 'user', displayName: 'User', description: '', traits: ['user'], skipEntitlementsAndGrants: true },
  { id: 'group', displayName: 'Group', description: '', traits: ['group'], skipEntitlementsAndGrants: false },
]

const opaqueId = (text: string): string => Buffer.from(text).toString('base64')

export function group(index: number): { readonly resource: Resource; readonly entitlement: Entitlement } {
  const id: ResourceId = { type: 'group', id: opaqueId(`Group:${index + 1}`) }
  const displayName = `Group ${index + 1}`
  const resource: Resource = { id, displayName, profile: { group_name: displayName }, facts: { kind: 'group' } }
  const entitlement: Entitlement = {
    id: formatEntitlementId(id, 'member'),
    resource: id,
    resourceName: displayName,
    slug: 'member',
    displayName: `${displayName} member`,
    description: `Member of the group ${displayName}`,
    purpose: 'assignment',
    grantableTo: ['user'],
  }
  return { resource, entitlement }
}

export function user(index: number): Resource {
  const login = `user${index}@example.com`
  const [first, last] = [`First${index}`, `Last${index}`]
  return {
    id: { type: 'user', id: opaqueId(`User:${1000 + index}`) },
    displayName: `${first} ${last}`,
    profile: { first_name: first, last_name: last, login },
    status: { state: 'enabled' },
    facts: { kind: 'user', login, emails: [login], accountType: 'human' },
  }
}

/** Group indexes of one user, without repeats. */
export function groupsOf(index: number, groups: number): ReadonlySet<number> {
  return new Set(Array.from({ length: MEMBERSHIPS_PER_USER }, (_, j) => (index * 7 + j * 131 + j * j) % groups))
}

/** The grants of one user, every value made anew as a connector makes it from an answer. */
export function* memberships(principal: ResourceId, index: number, groupIds: readonly string[]): Generator<Grant> {
  for (const member of groupsOf(index, groupIds.length)) {
    const resource: ResourceId = { type: 'group', id: groupIds[member] ?? '' }
    yield { entitlementId: formatEntitlementId(resource, 'member'), resource, principal }
  }
}
