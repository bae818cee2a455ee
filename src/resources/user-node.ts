import { z } from 'zod'
import type { Grant, Resource, Status } from '../sdk/model/model.ts'
import type { Rows, Scope } from '../sdk/contract/syncer.ts'
import { displayNameOf } from '../twingate/display-name.ts'
import { parseApiTime } from '../twingate/connection.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { userId } from './membership.ts'
import { fragmentOn, lackable } from '../twingate/optional-fields.ts'
import { isKnownRole, roleGrant, roleRows } from './roles.ts'

/** The fields of a user that a row is made of. Nothing that follows from others is among them, as the deprecated `isAdmin` does from the role. */
export const USER_FIELDS = fragmentOn('UserFields', 'User', [
  ...['id', 'email', 'firstName', 'lastName', 'state', 'role', 'type', 'createdAt', 'updatedAt'],
])

export const UserNode = z.object({
  id: z.string().min(1),
  email: z.string().nullable(),
  firstName: z.string(),
  lastName: z.string(),
  state: z.string(),
  role: z.string(),
  type: z.string(),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
})
export type UserNode = z.infer<typeof UserNode>

/** A user of a list, of whom the API may not be able to show all. */
export const ListedUser = UserNode.extend({ state: z.string().optional(), type: z.string().optional() })
export type ListedUser = z.infer<typeof ListedUser>
/** What such a user may lack, as `Query.lacks`. */
export const USER_LACKS: ReadonlySet<string> = new Set(lackable('User', ListedUser))

/** Source: twingate-api.md §9. A state this version does not know leaves the user enabled, and says so: access is better shown than hidden. */
function statusFromState(state: string | undefined): Status {
  switch (state) {
    case undefined:
      return { state: 'enabled', details: 'Twingate cannot show the state' }
    case 'ACTIVE':
      return { state: 'enabled' }
    case 'PENDING':
      return { state: 'enabled', details: 'invited, the invitation is not accepted yet' }
    case 'DISABLED':
      return { state: 'disabled' }
    default:
      return { state: 'enabled', details: `state ${state} in Twingate` }
  }
}

/** Pure. The display name falls back from the name to the address to the id and is never empty. A text that is no address stays login and profile only. */
export function userFromNode(node: ListedUser): Resource {
  const email = node.email?.trim() ?? ''
  const createdAt = parseApiTime(node.createdAt ?? '')
  return {
    id: userId(node.id),
    displayName: displayNameOf(`${node.firstName} ${node.lastName}`, email, node.id),
    profile: {
      first_name: node.firstName,
      last_name: node.lastName,
      ...(email && { email }),
      id: node.id,
      is_admin: node.role === 'ADMIN',
      role: node.role,
      ...(node.type !== undefined && { type: node.type }),
      ...(node.state !== undefined && { state: node.state }),
      ...(node.updatedAt && { updated_at: node.updatedAt }),
    },
    status: statusFromState(node.state),
    ...(createdAt && { createdAt }),
    facts: { kind: 'user', login: email || node.id, emails: isMailAddress(email) ? [email] : [], accountType: 'human' },
  }
}

/** A user with the role it holds, and the role itself where the API does not document it. */
export function userRows(node: ListedUser, scope: Scope): Rows {
  const resources: Resource[] = [userFromNode(node)]
  if (!scope.types.has(TYPE_IDS.role)) return { resources, entitlements: [], grants: [] }
  const grants: readonly Grant[] = scope.grants ? [roleGrant(node.role, userId(node.id))] : []
  if (isKnownRole(node.role)) return { resources, entitlements: [], grants }
  const role = roleRows(node.role)
  return { resources: [role.resource, ...resources], entitlements: [role.entitlement], grants }
}

/** Joins the rows of several nodes, in their order. */
export function joinRows(all: readonly Rows[]): Rows {
  return {
    resources: all.flatMap((rows) => rows.resources),
    entitlements: all.flatMap((rows) => rows.entitlements),
    grants: all.flatMap((rows) => rows.grants),
  }
}

const LOCAL_PART = /^[^\s"(),.:;<>@[\\\]]+(\.[^\s"(),.:;<>@[\\\]]+)*$/u
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i

/**
 * Says whether a text is an address that the platform takes as one: `local@host.name`, without quotes or comments.
 *
 * Source: baton-sdk v0.25.0 `pb/c1/connector/v2/annotation_trait.pb.validate.go` (lengths, host name); what it takes beyond that is left out.
 */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@')
  const [local, host] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)]
  if (Buffer.byteLength(text) > 254 || Buffer.byteLength(local) > 64 || !LOCAL_PART.test(local)) return false
  if (/\p{Cc}/u.test(local)) return false
  return host.split('.').every((label) => label.length <= 63 && LABEL.test(label))
}

/**
 * Says whether two texts are one address but for the case of its letters and blanks around it.
 *
 * Why both cases: in lower case the Kelvin sign equals a k, but it is the address of somebody else.
 */
export function sameAddress(one: string, other: string): boolean {
  const [a, b] = [one.trim(), other.trim()]
  return a.toLowerCase() === b.toLowerCase() && a.toUpperCase() === b.toUpperCase()
}
