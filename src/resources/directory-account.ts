import type { TwingateClient } from '../twingate/client.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { guardLastAdmin, isActiveAdmin } from './last-admin.ts'
import { activeAdmins, findUsersByEmail, readUsers } from './lookup.ts'
import { userFromNode, type UserNode } from './user-node.ts'
import type { AccountDirectory, DirectoryAccount } from '../sdk/contract/account-directory.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ResourceId } from '../sdk/model/model.ts'
import type {
  AccountCreator,
  AccountOutcome,
  NewAccount,
  PlannedChange,
  ProvisionCall,
  ResourceDeleter,
} from '../sdk/contract/provisioner.ts'
import { isNeeded, refuse, sound } from '../sdk/contract/refuse.ts'
import { changeRetryPolicy, persist, sendOrLook } from '../sdk/pacing/send-or-look.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'
import { describeAccount, factsOf } from './account-facts.ts'

export interface DirectoryOptions {
  readonly directory: AccountDirectory
  /** What deleting an account does: Twingate keeps a disabled one, and its licence. */
  readonly onDelete: 'disable' | 'delete'
  readonly retry?: RetryPolicy
}

/**
 * Creates and ends accounts through the directory that provisions them. Accounts that sign in by e-mail stay with `local`.
 *
 * What stands in Twingate afterwards decides what is reported, not the directory's answer.
 */
export function directoryAccount(
  client: TwingateClient,
  local: AccountCreator & ResourceDeleter,
  { directory, onDelete, retry = changeRetryPolicy }: DirectoryOptions,
): AccountCreator & ResourceDeleter {
  const inTwingate = async (email: string, call: ProvisionCall): Promise<readonly UserNode[]> =>
    sound((await findUsersByEmail(client, [email], call)).get(email) ?? [])

  const synced = async (email: string, call: ProvisionCall): Promise<UserNode | undefined> =>
    (await inTwingate(email, call)).find(({ type }) => type === 'SYNCED')

  /** Errors: `failed-precondition` where the directory has more than one, so that nobody knows which is meant. */
  const inDirectory = async (email: string, call: ProvisionCall): Promise<DirectoryAccount | undefined> => {
    const [account, ...others] = await directory.find(email, call)
    if (others.length > 0)
      throw new ConnectorError(
        'failed-precondition',
        'find an account',
        `${directory.name} has ${others.length + 1} users with the address ${email}; make it one there`,
      )
    return account
  }

  const planAccount = async (account: NewAccount, call: ProvisionCall): Promise<PlannedChange<NewAccount>> => {
    const operation = 'plan account'
    const facts = factsOf(account)
    if (ConnectorError.is(facts)) return { change: account, verdict: 'refused', error: facts }
    if (facts.role !== undefined && facts.role !== 'MEMBER')
      return refuse(
        account,
        'invalid-argument',
        operation,
        `an account made through ${directory.name} begins as MEMBER; leave the role out and set it afterwards`,
      )
    const users = await persist(() => inTwingate(facts.email, call), { operation, retry, call })
    const user = users.find(({ type }) => type === 'SYNCED') ?? users[0]
    if (!user) return { change: account, verdict: 'needed', before: 'no account', after: `made by ${directory.name}` }
    if (user.type !== 'SYNCED') return local.planAccount(account, call)
    if (user.state === 'DISABLED')
      return { change: account, verdict: 'needed', before: 'state DISABLED', after: `enabled by ${directory.name}` }
    return { change: account, verdict: 'settled', state: describeAccount(user), existing: userFromNode(user) }
  }

  const createAccount = async (account: NewAccount, call: ProvisionCall): Promise<AccountOutcome> => {
    const plan = await planAccount(account, call)
    if (plan.verdict === 'refused') throw plan.error
    if (plan.verdict === 'settled') return local.createAccount(account, call)
    const facts = sound(factsOf(account))
    const context = { operation: 'create account', retry, call }
    const stands = async (): Promise<AccountOutcome | undefined> => {
      const user = await synced(facts.email, call)
      return user && user.state !== 'DISABLED' ? { kind: 'created', account: userFromNode(user) } : undefined
    }
    return sendOrLook<AccountOutcome>({
      send: async () => {
        const there = await inDirectory(facts.email, call)
        if (!there) await directory.create(facts, call)
        else if (!there.active) await directory.setActive(there.id, true, call)
        const made = await stands()
        if (made) return made
        throw new ConnectorError(
          'unavailable',
          context.operation,
          `${directory.name} took the account, and Twingate does not show it yet; look again before it is repeated`,
        )
      },
      look: stands,
      ...context,
    })
  }

  const planDelete = async (id: ResourceId, call: ProvisionCall): Promise<PlannedChange<ResourceId>> => {
    const context = { operation: 'delete account', retry, call }
    if (id.type !== TYPE_IDS.user) return local.planDelete(id, call)
    const user = (await persist(() => readUsers(client, [id.id], call), context)).get(id.id)
    if (ConnectorError.is(user) || user?.type !== 'SYNCED') return local.planDelete(id, call)
    if (user.email === null)
      return refuse(
        id,
        'failed-precondition',
        context.operation,
        `${user.id} has no address to find it by; end it in its directory`,
      )
    if (onDelete === 'disable' && user.state === 'DISABLED')
      return { change: id, verdict: 'settled', state: 'state DISABLED' }
    if (isActiveAdmin(user)) {
      const error = guardLastAdmin([user.id], await persist(() => activeAdmins(client, call, [user.id]), context))
      if (error) return { change: id, verdict: 'refused', error }
    }
    const after = `${onDelete === 'disable' ? 'disabled' : 'deleted'} by ${directory.name}`
    return { change: id, verdict: 'needed', before: `state ${user.state}, role ${user.role}`, after }
  }

  return Object.freeze({
    accountFields: local.accountFields,
    planAccount,
    createAccount,
    planDelete,

    async delete(id: ResourceId, call: ProvisionCall): Promise<'deleted' | 'already-deleted'> {
      const plan = await planDelete(id, call)
      if (plan.verdict === 'refused') throw plan.error
      if (!isNeeded(plan)) return 'already-deleted'
      const read = async (): Promise<UserNode | undefined> => sound((await readUsers(client, [id.id], call)).get(id.id))
      const user = await read()
      if (!user) return 'already-deleted'
      if (user.type !== 'SYNCED') return local.delete(id, call)
      const context = { operation: 'delete account', retry, call }
      const isEnded = async (): Promise<'deleted' | undefined> => {
        const now = await read()
        return !now || (onDelete === 'disable' && now.state === 'DISABLED') ? 'deleted' : undefined
      }
      return sendOrLook<'deleted'>({
        send: async () => {
          const there = await inDirectory(user.email ?? '', call)
          if (!there)
            throw new ConnectorError(
              'failed-precondition',
              context.operation,
              `${user.email ?? user.id} comes from another directory than ${directory.name}; end the account there`,
            )
          if (onDelete === 'delete') await directory.remove(there.id, call)
          else await directory.setActive(there.id, false, call)
          const ended = await isEnded()
          if (ended) return ended
          throw new ConnectorError(
            'unavailable',
            context.operation,
            `${directory.name} took the change, and Twingate shows the account as before; look again before it is repeated`,
          )
        },
        look: isEnded,
        ...context,
      })
    },
  })
}
