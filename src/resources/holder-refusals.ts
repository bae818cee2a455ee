import { isIdOf } from '../connector/global-id.ts'
import { MEMBER, memberEntitlementId, TYPE_IDS } from '../connector/fragments.ts'
import { ConnectorError, type ErrorCode } from '../sdk/errors.ts'
import { formatEntitlementId } from '../sdk/ids.ts'
import type { HolderChange, PlannedChange } from '../sdk/provisioner.ts'
import { refuse } from '../sdk/refuse.ts'

type Refused = Extract<PlannedChange<HolderChange>, { verdict: 'refused' }>

export const refuseHolder = (change: HolderChange, code: ErrorCode, detail: string): Refused =>
  refuse(change, code, change.kind, detail)

/** Refuses what no state of the network could make possible: another entitlement than `member`, another principal than a user. */
export function refuseShape(change: HolderChange): Refused | undefined {
  const { resource, slug, principal } = change
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
  // An id that cannot be one names nobody: taking that for "gone already" would leave somebody's access where it is.
  if (!isIdOf('User', principal.id))
    return refuseHolder(
      change,
      'not-found',
      `${principal.id} is not the id of a user; take it from a sync or name the user`,
    )
  if (resource.type === TYPE_IDS.group && !isIdOf('Group', resource.id))
    return refuseHolder(
      change,
      'not-found',
      `${resource.id} is not the id of a group; take it from a sync or name the group`,
    )
  return undefined
}

/** What all changes of one write share. Errors: `internal` where they do not. */
export function sharedHead(changes: readonly HolderChange[]): HolderChange {
  const [head] = changes
  if (head && changes.every(({ kind, resource }) => kind === head.kind && resource.id === head.resource.id)) return head
  throw new ConnectorError('internal', 'provision', 'one write can hold only changes of one kind on one resource')
}
