import { z } from 'zod'
import type { Grant, Immutable, ResourceId } from '../sdk/model/model.ts'
import { fragmentOn } from '../twingate/optional-fields.ts'
import { memberEntitlementId, TYPE_IDS } from '../twingate/type-ids.ts'

/** The one kind of group whose membership Twingate lets anyone but itself and the identity provider change. Source: twingate-api.md §3. */
const MANUAL = 'MANUAL'

const immutables = new Map<string, Immutable>()

const reasonFor = (groupType: string): string => {
  if (groupType === 'SYNCED') return 'membership follows the identity provider: change it there'
  if (groupType === 'SYSTEM') return 'a built-in group: Twingate itself keeps its membership'
  return `only locally created groups can be changed, and this one is of type ${groupType}`
}

/** Why membership of a group of this type cannot be changed; `undefined` where it can. The same value every time, so that rows share it. */
export function membershipImmutable(groupType: string | undefined): Immutable | undefined {
  if (groupType === undefined || groupType === MANUAL) return undefined
  let immutable = immutables.get(groupType)
  if (!immutable) immutables.set(groupType, (immutable = { reason: reasonFor(groupType) }))
  return immutable
}

/** The group of a membership. */
export const MemberGroup = z.object({ id: z.string().min(1), type: z.string().optional() })

export const MEMBER_GROUP_FIELDS = fragmentOn('MemberGroupFields', 'Group', ['id', 'type'])

/** Whether a membership can be changed is not shown where the API cannot tell the group's type. */
export const MEMBER_GROUP_LACKS: readonly string[] = ['Group.type']

export const groupId = (id: string): ResourceId => ({ type: TYPE_IDS.group, id })
export const userId = (id: string): ResourceId => ({ type: TYPE_IDS.user, id })

/** The grant that says a user is a member of a group. */
export function membershipGrant(group: z.infer<typeof MemberGroup>, user: ResourceId): Grant {
  const resource = groupId(group.id)
  const immutable = membershipImmutable(group.type)
  return { entitlementId: memberEntitlementId(resource), resource, principal: user, ...(immutable && { immutable }) }
}

/** Groups remembered at once; beyond it all are forgotten. */
const REMEMBERED = 65_536

/**
 * Makes the grants of many memberships, with one id and one entitlement id for each group.
 *
 * Why: a million memberships name few groups. Making and comparing their ids anew took a tenth of a sync.
 */
export class Memberships {
  readonly #groups = new Map<string, { readonly type: string | undefined; readonly of: Grant }>()

  /** As `membershipGrant`. */
  grant(group: z.infer<typeof MemberGroup>, principal: ResourceId): Grant {
    const { entitlementId, resource, immutable } = this.#of(group, principal)
    return immutable ? { entitlementId, resource, principal, immutable } : { entitlementId, resource, principal }
  }

  #of(group: z.infer<typeof MemberGroup>, principal: ResourceId): Grant {
    const known = this.#groups.get(group.id)
    if (known && known.type === group.type) return known.of
    if (this.#groups.size >= REMEMBERED) this.#groups.clear()
    const of = membershipGrant(group, principal)
    this.#groups.set(group.id, { type: group.type, of })
    return of
  }
}
