import { z } from 'zod'
import type { Mutation, TwingateClient } from '../twingate/client.ts'
import { malformed } from '../twingate/graphql-errors.ts'
import { guardLastAdmin, isActiveAdmin, keepAnAdmin } from './last-admin.ts'
import { activeAdmins, readUsers } from './lookup.ts'
import { KNOWN_ROLES, roleId, roleRows } from './roles.ts'
import type { UserNode } from './user-node.ts'
import { ConnectorError, isRetryable } from '../sdk/ground/errors.ts'
import type { ResourceId } from '../sdk/model/model.ts'
import type { HolderChange, PlannedChange, ProvisionCall, Provisioner } from '../sdk/contract/provisioner.ts'
import { sound } from '../sdk/contract/refuse.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'
import { changeRetryPolicy } from '../sdk/pacing/send-or-look.ts'
import { judgeGone, refuseHolder, refuseShape, sharedHead } from './holder-refusals.ts'

const UserRoleUpdate: Mutation<{ id: string; role: string }> = {
  operation: 'UserRoleUpdate',
  document: `mutation UserRoleUpdate($id: ID!, $role: UserRole!) {
    userRoleUpdate(id: $id, role: $role) { ok error entity { id role } }
  }`,
  entity: z.object({ id: z.string(), role: z.string() }),
}

/** Every document of this file, for the test that checks them against the schema. */
export const roleAssignmentQueries = [UserRoleUpdate]

/** Every user has exactly one role, and this is the least. */
const FLOOR = 'MEMBER'

type Planned = PlannedChange<HolderChange>
type Users = ReadonlyMap<string, UserNode>

/** Gives roles, each in place of the one before, and takes them back to Member. Source: twingate-api.md §2. */
export function roleAssignment(client: TwingateClient, retry: RetryPolicy = changeRetryPolicy): Provisioner {
  return Object.freeze({
    mostPerWrite: 1,

    async plan(changes: readonly HolderChange[], call: ProvisionCall) {
      const shapes = changes.map(refuseShape)
      const ids = changes.flatMap((change, i) => (shapes[i] ? [] : [change.principal.id]))
      const read = await readUsers(client, ids, call)
      const users = new Map([...read].flatMap(([id, user]) => (ConnectorError.is(user) ? [] : [[id, user] as const])))
      const judged = changes.map((change, i) => shapes[i] ?? judge(change, read.get(change.principal.id)))
      const single = refuseSeveralRoles(judged)
      const leaving = single.filter((plan) => takesAdmin(plan, users))
      if (leaving.length === 0) return single
      const joining = single.flatMap((plan) => (makesAdmin(plan, users) ? [plan.change.principal.id] : []))
      const leavers = leaving.map((plan) => plan.change.principal.id)
      const admins = new Set([...(await activeAdmins(client, call, leavers)), ...joining])
      const error = guardLastAdmin(leavers, admins)
      if (error) return single.map((plan) => (leaving.includes(plan) ? refused(plan, error) : plan))
      return single.map((plan): Planned =>
        plan.verdict === 'needed' && makesAdmin(plan, users) ? { ...plan, first: true } : plan,
      )
    },

    async apply(changes: readonly HolderChange[], call: ProvisionCall) {
      const { principal, ...change } = sharedHead(changes)
      const role = wantedRole(change)
      if (role === undefined) throw refuseUnknown({ principal, ...change }).error
      // Checked again, because the plan may have counted on a new admin of the same run who does not exist yet.
      const user = role === 'ADMIN' ? undefined : (await readUsers(client, [principal.id], call)).get(principal.id)
      const isAdmin = user !== undefined && isActiveAdmin(sound(user))
      const error = isAdmin && guardLastAdmin([principal.id], await activeAdmins(client, call, [principal.id]))
      if (error) throw error
      const give = async (wanted: string): Promise<void> => {
        const entity = await client.mutate(UserRoleUpdate, { id: principal.id, role: wanted }, call)
        if (entity.role !== wanted || entity.id !== principal.id)
          throw malformed(
            `Twingate says the role of ${principal.id} was changed but shows ${entity.id} with the role ${entity.role}`,
            UserRoleUpdate.operation,
          )
      }
      if (!isAdmin) return give(role)
      const look = () =>
        keepAnAdmin(
          client,
          { id: principal.id, undo: () => give('ADMIN') },
          { operation: 'guard the last admin', retry, call },
        )
      try {
        await give(role)
      } catch (caught) {
        // A write whose answer was lost may have been made, and is found done without coming here again.
        if (isRetryable(ConnectorError.from(caught, 'provision').code)) await look()
        throw caught
      }
      await look()
    },
  })
}

/** The role a user has once the change is made; `undefined` for a role that is not documented, which the API may not take. */
const wantedRole = ({ kind, resource }: Pick<HolderChange, 'kind' | 'resource'>): string | undefined =>
  kind === 'revoke' ? FLOOR : documented(resource)

const documented = ({ id }: ResourceId): string | undefined => KNOWN_ROLES.find((role) => roleId(role).id === id)

const inWords = (role: string): string => `role ${roleRows(role).resource.displayName}`

function judge(change: HolderChange, user: UserNode | ConnectorError | undefined): Planned {
  const { kind, resource } = change
  if (ConnectorError.is(user)) return { change, verdict: 'refused', error: user }
  const wanted = wantedRole(change)
  const holds = user !== undefined && roleId(user.role).id === resource.id
  // An undocumented role counts as existing only if a user holds it; otherwise "gone already" would hide a typo.
  if (!holds && documented(resource) === undefined) return refuseUnknown(change)
  if (!user) return judgeGone(change, 'user')
  if (holds === (kind === 'grant')) return { change, verdict: 'settled', state: inWords(user.role) }
  if (kind === 'revoke' && user.role === FLOOR)
    return refuseHolder(
      change,
      'failed-precondition',
      `every user has at least the role Member; disable or delete the account of ${user.email ?? user.id} instead`,
    )
  const needed = { change, verdict: 'needed', before: inWords(user.role), after: inWords(wanted ?? FLOOR) } as const
  return kind === 'grant' ? { ...needed, replaces: roleId(user.role) } : needed
}

const refuseUnknown = (change: HolderChange): Extract<Planned, { verdict: 'refused' }> =>
  refuseHolder(
    change,
    'not-found',
    `there is no role ${change.resource.id} to be ${change.kind === 'grant' ? 'given' : 'taken'}; the roles are ${KNOWN_ROLES.map((role) => roleId(role).id).join(', ')}`,
  )

/** A user has one role, so changes that end in different ones cannot all hold. */
function refuseSeveralRoles(judged: readonly Planned[]): readonly Planned[] {
  const ends = Map.groupBy(
    judged.filter((plan) => plan.verdict === 'needed' || (plan.verdict === 'settled' && plan.change.kind === 'grant')),
    (plan) => plan.change.principal.id,
  )
  return judged.map((plan) => {
    const roles = new Set(ends.get(plan.change.principal.id)?.map(({ change }) => wantedRole(change)))
    if (plan.verdict === 'refused' || roles.size < 2) return plan
    return refuseHolder(
      plan.change,
      'invalid-argument',
      `user ${plan.change.principal.id} would get ${[...roles].join(' and ')}, and a user has one role, which replaces the one before; keep one of the changes`,
    )
  })
}

const takesAdmin = (plan: Planned, users: Users): boolean => {
  const user = users.get(plan.change.principal.id)
  return plan.verdict === 'needed' && user !== undefined && isActiveAdmin(user)
}

const makesAdmin = ({ verdict, change }: Planned, users: Users): boolean =>
  verdict === 'needed' && wantedRole(change) === 'ADMIN' && users.get(change.principal.id)?.state === 'ACTIVE'

const refused = ({ change }: Planned, error: Extract<Planned, { verdict: 'refused' }>['error']): Planned => ({
  change,
  verdict: 'refused',
  error,
})
