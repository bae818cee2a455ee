import type { GrantTerms, HolderChange } from '../sdk/contract/provisioner.ts'
import { formatEntitlementId } from '../sdk/model/ids.ts'
import { ACCESS, TYPE_IDS } from '../twingate/type-ids.ts'
import { isIdOf, notAnId } from '../twingate/global-id.ts'
import { accessEntitlementId } from './access-edge.ts'
import type { ReachedResource } from './access-lookup.ts'
import { type Refused, refuseHolder } from './holder-refusals.ts'

/** Kinds of ids of those who can reach a resource, by resource type. */
const PRINCIPAL_KINDS: ReadonlyMap<string, 'Group' | 'ServiceAccount'> = new Map([
  [TYPE_IDS.group, 'Group'],
  [TYPE_IDS.serviceAccount, 'ServiceAccount'],
])

/** Refuses what can work in no network: an entitlement other than `access`, or a principal other than a group or a service account. */
export function refuseAccessShape(change: HolderChange): Refused | undefined {
  const { resource, slug, principal, terms } = change
  if (slug !== ACCESS)
    return refuseHolder(
      change,
      'not-found',
      `there is no entitlement ${formatEntitlementId(resource, slug)}; a resource has only ${accessEntitlementId(resource)}`,
    )
  if (principal.type === TYPE_IDS.user || isIdOf('User', principal.id))
    return refuseHolder(
      change,
      'failed-precondition',
      `users reach resources through groups only; make ${principal.id} a member of a group that has access`,
    )
  const kind = PRINCIPAL_KINDS.get(principal.type)
  if (!kind)
    return refuseHolder(
      change,
      'failed-precondition',
      `only groups and service accounts can be given access, and ${principal.id} is a ${principal.type}`,
    )
  if (!isIdOf(kind, principal.id)) return refuseHolder(change, 'not-found', notAnId(kind, principal.id))
  if (kind === 'ServiceAccount' && isForUsers(terms))
    return refuseHolder(
      change,
      'failed-precondition',
      'a policy and auto-lock apply to users, not to service accounts; leave them out',
    )
  return undefined
}

const isForUsers = (terms: GrantTerms = {}): boolean =>
  terms.policy !== undefined || terms.lockAfterSeconds !== undefined

/** Refuses terms that the resource cannot keep. */
export function refuseTerms(change: HolderChange, resource: ReachedResource): Refused | undefined {
  if (resource.routingMode !== 'BYPASS_TWINGATE' || !isForUsers(change.terms)) return undefined
  return refuseHolder(
    change,
    'failed-precondition',
    `"${resource.name}" is routed past Twingate, where no policy and no auto-lock apply; leave them out`,
  )
}

/** The verdict for a resource or principal that Twingate does not know. */
export const goneAccess = (change: HolderChange, what: 'resource' | 'group' | 'service account') => {
  const { id } = what === 'resource' ? change.resource : change.principal
  return change.kind === 'revoke'
    ? ({ change, verdict: 'settled', state: `no such ${what}, it is gone already` } as const)
    : refuseHolder(change, 'not-found', `there is no ${what} ${id}; it may have been deleted, look it up again`)
}
