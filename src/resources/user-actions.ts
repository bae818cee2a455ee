import { z } from 'zod'
import type { Mutation, TwingateClient } from '../twingate/client.ts'
import { userId } from './membership.ts'
import { guardLastAdmin, isActiveAdmin, keepAnAdmin } from './last-admin.ts'
import { activeAdmins, readUsers } from './lookup.ts'
import { ConnectorError, isRetryable } from '../sdk/ground/errors.ts'
import type { ResourceId } from '../sdk/model/model.ts'
import { type ActionValues, actionValues } from '../sdk/contract/action-values.ts'
import type { Action, ActionField, PlannedChange, ProvisionCall } from '../sdk/contract/provisioner.ts'
import { isNeeded, refuse, sound } from '../sdk/contract/refuse.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'
import { changeRetryPolicy, neverReached, persist, sendOrLook } from '../sdk/pacing/send-or-look.ts'
import type { UserNode } from './user-node.ts'

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

const USER_ID: ActionField = {
  name: 'user_id',
  displayName: 'User',
  description: 'Id of the user',
  required: true,
}
const FIRST_NAME: ActionField = {
  name: 'first_name',
  displayName: 'First name',
  description: 'New first name; blank leaves it as it is',
  required: false,
}
const LAST_NAME: ActionField = {
  name: 'last_name',
  displayName: 'Last name',
  description: 'New last name; blank leaves it as it is',
  required: false,
}

/** How one action differs from the others: what it asks for and what stands there. */
export interface UserActionKind extends Pick<Action, 'name' | 'displayName' | 'description' | 'types' | 'fields'> {
  /** Why this user may not be changed so, as far as the record tells; where it is absent every user may be. */
  readonly guard?: (user: UserNode) => string | undefined
  /** Whether an active admin would be lost by it. */
  readonly takesAdmin?: true
  /** The state in words, as it is and as it is wanted; equal where there is nothing to do. */
  readonly states: (user: UserNode, values: ActionValues) => { readonly before: string; readonly after: string }
  /** Variables of the mutation besides the id; `undefined` sends the reset of MFA. */
  readonly variables?: (values: ActionValues) => Readonly<Record<string, string | undefined>>
}

const who = (user: UserNode): string => user.email ?? user.id

const notSynced = (user: UserNode): string | undefined =>
  user.type === 'SYNCED' ? `${who(user)} comes from the identity provider; change the user there` : undefined

const names = (first: string, last: string): string =>
  `first name ${JSON.stringify(first)}, last name ${JSON.stringify(last)}`

/** The actions on users, in the order they are listed. */
export const USER_ACTION_KINDS: readonly UserActionKind[] = [
  {
    name: 'enable_user',
    displayName: 'Enable user',
    description: 'Lets a disabled user sign in again; memberships and role were kept',
    types: ['ACTION_TYPE_ACCOUNT', 'ACTION_TYPE_ACCOUNT_ENABLE'],
    fields: [USER_ID],
    guard: (user) =>
      notSynced(user) ??
      (user.state === 'PENDING'
        ? `${who(user)} is invited and has not accepted yet; the user becomes active at the first sign-in`
        : undefined),
    states: (user) => ({ before: `state ${user.state}`, after: 'state ACTIVE' }),
    variables: () => ({ state: 'ACTIVE' }),
  },
  {
    name: 'disable_user',
    displayName: 'Disable user',
    description: 'Keeps a user from signing in; memberships, role and licence stay',
    types: ['ACTION_TYPE_ACCOUNT', 'ACTION_TYPE_ACCOUNT_DISABLE'],
    fields: [USER_ID],
    guard: (user) =>
      notSynced(user) ??
      (user.state === 'PENDING'
        ? `${who(user)} is invited and has not accepted yet, and Twingate disables no such user; delete the account instead`
        : undefined),
    takesAdmin: true,
    states: (user) => ({ before: `state ${user.state}`, after: 'state DISABLED' }),
    variables: () => ({ state: 'DISABLED' }),
  },
  {
    name: 'update_user',
    displayName: 'Update user',
    description: 'Changes the name of a user; the address cannot be changed',
    types: ['ACTION_TYPE_ACCOUNT', 'ACTION_TYPE_ACCOUNT_UPDATE_PROFILE'],
    fields: [USER_ID, FIRST_NAME, LAST_NAME],
    guard: notSynced,
    states: (user, values) => ({
      before: names(user.firstName, user.lastName),
      after: names(values['first_name'] ?? user.firstName, values['last_name'] ?? user.lastName),
    }),
    variables: (values) => ({ firstName: values['first_name'], lastName: values['last_name'] }),
  },
  {
    name: 'reset_mfa',
    displayName: 'Reset MFA',
    description: 'Forgets the second factors of a user, who sets them up anew at the next sign-in',
    types: ['ACTION_TYPE_ACCOUNT'],
    fields: [USER_ID],
    states: () => ({ before: 'MFA as it was set up', after: 'MFA to be set up anew' }),
  },
]
