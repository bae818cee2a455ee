import { isIdOf, notAnId } from '../twingate/global-id.ts'
import { MEMBER, memberEntitlementId, TYPE_IDS } from '../twingate/type-ids.ts'
import { ConnectorError, type ErrorCode } from '../sdk/ground/errors.ts'
import { formatEntitlementId } from '../sdk/model/ids.ts'
import type { HolderChange, PlannedChange } from '../sdk/contract/provisioner.ts'
import { refuse } from '../sdk/contract/refuse.ts'

export type Refused = Extract<PlannedChange<HolderChange>, { verdict: 'refused' }>

export const refuseHolder = (change: HolderChange, code: ErrorCode, detail: string): Refused =>
  refuse(change, code, change.kind, detail)

/** Refuses what no state of the network could make possible: another entitlement than `member`, another principal than a user. */
export function refuseShape(change: HolderChange): Refused | undefined {
  const { resource, slug, principal, terms } = change
  if (slug !== MEMBER)
    return refuseHolder(
      change,
      'not-found',
      `there is no entitlement ${formatEntitlementId(resource, slug)}; a ${resource.type} has only ${memberEntitlementId(resource)}`,
    )
  if (principal.type !== TYPE_IDS.user)
    return refuseHolder(
      change,
      'failed-precondition',
      `only users can be members of a ${resource.type}, and ${principal.id} is a ${principal.type}`,
    )
  if (isIdOf('Group', principal.id))
    return refuseHolder(
      change,
      'failed-precondition',
      `only users can be members of a ${resource.type}, and ${principal.id} is the id of a group`,
    )
  if (terms)
    return refuseHolder(
      change,
      'invalid-argument',
      `membership in a ${resource.type} has no end and no conditions; they belong to the access of a group to a resource`,
    )
  // Checked first, because every revoke from a deleted group counts as settled, also one with a wrong id.
  if (!isIdOf('User', principal.id)) return refuseHolder(change, 'not-found', notAnId('User', principal.id))
  return undefined
}

/** The verdict for a group or user that Twingate does not know: what is gone already needs no revoke, and cannot be granted. */
export function judgeGone(change: HolderChange, kind: 'group' | 'user'): PlannedChange<HolderChange> {
  const { id } = kind === 'group' ? change.resource : change.principal
  return change.kind === 'revoke'
    ? { change, verdict: 'settled', state: `no such ${kind}, it is gone already` }
    : refuseHolder(change, 'not-found', `there is no ${kind} ${id}; it may have been deleted, look it up again`)
}

/** What all changes of one write share. Errors: `internal` where they do not. */
export function sharedHead(changes: readonly HolderChange[]): HolderChange {
  const [head] = changes
  if (head && changes.every(({ kind, resource }) => kind === head.kind && resource.id === head.resource.id)) return head
  throw new ConnectorError('internal', 'provision', 'one write can hold only changes of one kind on one resource')
}
