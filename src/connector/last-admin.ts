import { ConnectorError } from '../sdk/errors.ts'
import type { UserNode } from './user-node.ts'

/** Whether a user is one of those that `guardLastAdmin` counts. */
export const isActiveAdmin = ({ role, state }: Pick<UserNode, 'role' | 'state'>): boolean =>
  role === 'ADMIN' && state === 'ACTIVE'

/**
 * The refusal where changes, taken together, would leave the network without an active admin; else `undefined`.
 *
 * Shape: `plannedIds` are all users that one run would delete, disable or demote; `admins` are the active admins of now.
 */
export function guardLastAdmin(plannedIds: Iterable<string>, admins: ReadonlySet<string>): ConnectorError | undefined {
  const planned = new Set(plannedIds)
  const leaving = [...admins].filter((id) => planned.has(id))
  if (leaving.length === 0 || leaving.length < admins.size) return undefined
  const who = leaving.length === 1 ? 'the last active admin' : `all ${leaving.length} active admins`
  return new ConnectorError(
    'failed-precondition',
    'guard the last admin',
    `${who} (${leaving.join(', ')}) would be gone and nobody could manage the network; make another active user ADMIN first, under Team > Users or with the role command`,
  )
}
