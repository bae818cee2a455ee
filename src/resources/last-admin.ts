import { ConnectorError } from '../sdk/ground/errors.ts'
import { persist, type SendOrLook } from '../sdk/pacing/send-or-look.ts'
import type { TwingateClient } from '../twingate/client.ts'
import { activeAdmins } from './lookup.ts'
import type { UserNode } from './user-node.ts'

/** Whether a user is one of those that `guardLastAdmin` counts. */
export const isActiveAdmin = ({ role, state }: Pick<UserNode, 'role' | 'state'>): boolean =>
  role === 'ADMIN' && state === 'ACTIVE'

/**
 * The refusal where changes, taken together, would leave the network without an active admin; else `undefined`.
 *
 * Shape: `plannedIds` are all users that one run would delete, disable or demote; `admins` are the present active admins.
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

export interface TakenAdmin {
  /** Who was an active admin until now. */
  readonly id: string
  /** Makes the user an active admin again; absent where nothing can. */
  readonly undo?: () => Promise<unknown>
}

const REMEDY = 'make an active user ADMIN now (baton-twingate role USER ADMIN; the API key can still do it)'

/**
 * Looks whether an active admin is left after one was taken away. There is none where another run took the last other one at the same moment:
 * then this one is given back.
 *
 * Errors: `aborted` where none was left, with what was done and what is to be done; also where that could not be seen.
 * Why: each of two runs may have counted on the admin whom the other takes. Whoever writes last looks after both writes, so that one of them
 * sees it; where both do, both give back, and the network has its two admins.
 */
export async function keepAnAdmin(
  client: TwingateClient,
  { id, undo }: TakenAdmin,
  context: Pick<SendOrLook<unknown>, 'operation' | 'retry' | 'call'>,
): Promise<void> {
  const aborted = (detail: string, cause?: unknown) =>
    new ConnectorError('aborted', 'guard the last admin', detail, cause)
  const admins = await persist(() => activeAdmins(client, context.call), context).catch((failure: unknown) => {
    throw aborted(
      `${id} is no longer an active admin, and whether another one is left could not be read; look under Team > Users, and if there is none, ${REMEDY}`,
      failure,
    )
  })
  if (admins.size > 0) return
  const what = `another run took the other active admin away at the same moment, and none was left`
  if (!undo) throw aborted(`${what}; ${id} cannot be brought back: ${REMEDY}`)
  await persist(undo, context).catch((failure: unknown) => {
    throw aborted(`${what}; ${id} could not be made an active admin again: ${REMEDY}`, failure)
  })
  throw aborted(
    `${what}; ${id} was made an active admin again, so that nothing is changed; decide which admin stays, then run again`,
  )
}
