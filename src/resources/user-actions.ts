import { z } from 'zod'
import type { Mutation, TwingateClient } from '../twingate/client.ts'
import { userId } from './membership.ts'
import { guardLastAdmin, isActiveAdmin, keepAnAdmin } from './last-admin.ts'
import { activeAdmins, readUsers } from './lookup.ts'
import { ConnectorError, isRetryable } from '../sdk/ground/errors.ts'
import type { ResourceId } from '../sdk/model/model.ts'
import { actionValues, type ActionValues } from '../sdk/contract/action-values.ts'
import type { Action, PlannedChange, ProvisionCall } from '../sdk/contract/provisioner.ts'
import { isNeeded, refuse, sound } from '../sdk/contract/refuse.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'
import { changeRetryPolicy, neverReached, persist, sendOrLook } from '../sdk/pacing/send-or-look.ts'
import { USER_ACTION_KINDS, type UserActionKind } from './user-action-kinds.ts'

const Id = z.object({ id: z.string() })

const UserDetailsUpdate: Mutation<{ id: string }> = {
  operation: 'UserDetailsUpdate',
  document: `mutation UserDetailsUpdate(
    $id: ID!
    $firstName: String
    $lastName: String
    $state: UserStateUpdateInput
  ) {
    userDetailsUpdate(id: $id, firstName: $firstName, lastName: $lastName, state: $state) { ok error entity { id } }
  }`,
  entity: Id,
}

const UserResetMfa: Mutation<{ id: string }> = {
  operation: 'UserResetMfa',
  document: 'mutation UserResetMfa($id: ID!) { userResetMfa(id: $id) { ok error entity { id } } }',
  entity: Id,
}

/** Every document of this file, for the test that checks them against the schema. */
export const userActionQueries = [UserDetailsUpdate, UserResetMfa]

type Arguments = Readonly<Record<string, unknown>>

/** What can be done to a user besides role and membership: enable, disable, rename, reset MFA. */
export const userActions = (client: TwingateClient, retry: RetryPolicy = changeRetryPolicy): readonly Action[] =>
  Object.freeze(USER_ACTION_KINDS.map((kind) => userAction(client, kind, retry)))

function userAction(client: TwingateClient, kind: UserActionKind, retry: RetryPolicy): Action {
  const { name, displayName, description, types, fields, guard, takesAdmin, states, variables } = kind
  const read = async (id: string, call: ProvisionCall) => (await readUsers(client, [id], call)).get(id)

  const valuesOf = (args: Arguments): ActionValues => {
    const values = actionValues(args, kind)
    if (Object.keys(values).length > 1 || fields.every((field) => field.required)) return values
    const optional = fields.flatMap((field) => (field.required ? [] : field.name))
    throw new ConnectorError('invalid-argument', name, `nothing to change; give ${optional.join(' or ')}`)
  }

  /** The plan, and whether carrying it out takes an active admin away. */
  const judge = async (
    values: ActionValues,
    call: ProvisionCall,
  ): Promise<PlannedChange<ResourceId> & { readonly admin?: true }> => {
    const context = { operation: name, retry, call }
    const id = userId(values['user_id'] ?? '')
    const user = await persist(() => read(id.id, call), context)
    if (ConnectorError.is(user)) return { change: id, verdict: 'refused', error: user }
    if (!user) return refuse(id, 'not-found', name, `there is no user with the id ${id.id}`)
    const { before, after } = states(user, values)
    if (before === after) return { change: id, verdict: 'settled', state: before }
    const reason = guard?.(user)
    if (reason !== undefined) return refuse(id, 'failed-precondition', name, reason)
    if (takesAdmin && isActiveAdmin(user)) {
      const error = guardLastAdmin([id.id], await persist(() => activeAdmins(client, call, [id.id]), context))
      if (error) return { change: id, verdict: 'refused', error }
      return { change: id, verdict: 'needed', before, after, admin: true }
    }
    return { change: id, verdict: 'needed', before, after }
  }

  const send = (id: string, values: ActionValues, call: ProvisionCall): Promise<true> => {
    const context = { operation: name, retry, call }
    if (!variables) return sendOnce(() => client.mutate(UserResetMfa, { id }, call), context)
    return sendOrLook<true>({
      send: async () => {
        await client.mutate(UserDetailsUpdate, { id, ...variables(values) }, call)
        return true
      },
      async look() {
        const user = sound(await read(id, call))
        if (!user) throw new ConnectorError('not-found', name, `the user ${id} was deleted meanwhile`)
        const { before, after } = states(user, values)
        return before === after ? true : undefined
      },
      ...context,
    })
  }

  return Object.freeze({
    name,
    displayName,
    description,
    types,
    fields,
    plan: async (args: Arguments, call: ProvisionCall) => judge(valuesOf(args), call),

    async invoke(args: Arguments, call: ProvisionCall) {
      const values = valuesOf(args)
      const plan = await judge(values, call)
      const needed = isNeeded(plan)
      const { id } = plan.change
      if (needed) await send(id, values, call)
      if (plan.admin) {
        const undo = () => client.mutate(UserDetailsUpdate, { id, state: 'ACTIVE' }, call)
        await keepAnAdmin(client, { id, undo }, { operation: name, retry, call })
      }
      return { success: true, user_id: id, changed: needed }
    },
  })
}

/**
 * Sends a change that leaves no trace to look at: again only where the request certainly did not reach the server.
 *
 * Errors: `aborted`, which nobody repeats by itself, where it is unknown whether the change was made.
 */
async function sendOnce(
  send: () => Promise<unknown>,
  context: { readonly operation: string; readonly retry: RetryPolicy; readonly call: ProvisionCall },
): Promise<true> {
  await persist(async () => {
    try {
      await send()
    } catch (caught) {
      const error = ConnectorError.from(caught, context.operation)
      if (!isRetryable(error.code) || neverReached(error)) throw error
      throw error.with({
        code: 'aborted',
        operation: context.operation,
        detail: `${error.detail}; it is unknown whether MFA was reset: ask the user, or run it again if a second reset does no harm`,
      })
    }
  }, context)
  return true
}
