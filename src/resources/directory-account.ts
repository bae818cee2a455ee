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
import { describeAccount, factsOf } from './user-account.ts'

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
  options: DirectoryOptions,
): AccountCreator & ResourceDeleter {
  return new DirectoryAccounts(client, local, options)
}

interface DirectoryChange<T> {
  readonly operation: string
  readonly call: ProvisionCall
  readonly send: () => Promise<void>
  /** What Twingate shows of it; `undefined` where it does not. */
  readonly look: () => Promise<T | undefined>
  /** What is said where the directory took it and Twingate does not show it. */
  readonly open: string
}

class DirectoryAccounts implements AccountCreator, ResourceDeleter {
  readonly accountFields
  readonly #client: TwingateClient
  readonly #local: AccountCreator & ResourceDeleter
  readonly #directory: AccountDirectory
  readonly #onDelete: DirectoryOptions['onDelete']
  readonly #retry: RetryPolicy

  constructor(
    client: TwingateClient,
    local: AccountCreator & ResourceDeleter,
    { directory, onDelete, retry = changeRetryPolicy }: DirectoryOptions,
  ) {
    this.accountFields = local.accountFields
    this.#client = client
    this.#local = local
    this.#directory = directory
    this.#onDelete = onDelete
    this.#retry = retry
  }

  async planAccount(account: NewAccount, call: ProvisionCall): Promise<PlannedChange<NewAccount>> {
    const operation = 'plan account'
    const { name } = this.#directory
    const facts = factsOf(account)
    if (ConnectorError.is(facts)) return { change: account, verdict: 'refused', error: facts }
    if (facts.role !== undefined && facts.role !== 'MEMBER')
      return refuse(
        account,
        'invalid-argument',
        operation,
        `an account made through ${name} begins as MEMBER; leave the role out and set it afterwards`,
      )
    const users = await persist(() => this.#inTwingate(facts.email, call), { operation, retry: this.#retry, call })
    const user = users.find(({ type }) => type === 'SYNCED') ?? users[0]
    if (!user) return { change: account, verdict: 'needed', before: 'no account', after: `made by ${name}` }
    if (user.type !== 'SYNCED') return this.#local.planAccount(account, call)
    if (user.state === 'DISABLED')
      return { change: account, verdict: 'needed', before: 'state DISABLED', after: `enabled by ${name}` }
    return { change: account, verdict: 'settled', state: describeAccount(user), existing: userFromNode(user) }
  }

  async createAccount(account: NewAccount, call: ProvisionCall): Promise<AccountOutcome> {
    const plan = await this.planAccount(account, call)
    if (plan.verdict === 'refused') throw plan.error
    if (plan.verdict === 'settled') return this.#local.createAccount(account, call)
    const facts = sound(factsOf(account))
    const stands = async (): Promise<AccountOutcome | undefined> => {
      const user = await this.#synced(facts.email, call)
      return user && user.state !== 'DISABLED' ? { kind: 'created', account: userFromNode(user) } : undefined
    }
    return this.#change({
      ...{ operation: 'create account', call },
      send: async () => {
        const there = await this.#inDirectory(facts.email, call)
        if (!there) await this.#directory.create(facts, call)
        else if (!there.active) await this.#directory.setActive(there.id, true, call)
      },
      look: stands,
      open: 'accepted the account, but Twingate does not show it yet',
    })
  }

  async planDelete(id: ResourceId, call: ProvisionCall): Promise<PlannedChange<ResourceId>> {
    const context = { operation: 'delete account', retry: this.#retry, call }
    if (id.type !== TYPE_IDS.user) return this.#local.planDelete(id, call)
    const user = (await persist(() => readUsers(this.#client, [id.id], call), context)).get(id.id)
    if (ConnectorError.is(user) || user?.type !== 'SYNCED') return this.#local.planDelete(id, call)
    if (user.email === null)
      return refuse(
        id,
        'failed-precondition',
        context.operation,
        `${user.id} has no address by which its directory could find it; delete the account there`,
      )
    if (this.#onDelete === 'disable' && user.state === 'DISABLED')
      return { change: id, verdict: 'settled', state: 'state DISABLED' }
    if (isActiveAdmin(user)) {
      const error = guardLastAdmin([user.id], await persist(() => activeAdmins(this.#client, call, [user.id]), context))
      if (error) return { change: id, verdict: 'refused', error }
    }
    const after = `${this.#onDelete === 'disable' ? 'disabled' : 'deleted'} by ${this.#directory.name}`
    return { change: id, verdict: 'needed', before: `state ${user.state}, role ${user.role}`, after }
  }

  async delete(id: ResourceId, call: ProvisionCall): Promise<'deleted' | 'already-deleted'> {
    const plan = await this.planDelete(id, call)
    if (plan.verdict === 'refused') throw plan.error
    if (!isNeeded(plan)) return 'already-deleted'
    const user = await this.#byId(id, call)
    if (!user) return 'already-deleted'
    if (user.type !== 'SYNCED') return this.#local.delete(id, call)
    const operation = 'delete account'
    const isEnded = async (): Promise<'deleted' | undefined> => {
      const now = await this.#byId(id, call)
      return !now || (this.#onDelete === 'disable' && now.state === 'DISABLED') ? 'deleted' : undefined
    }
    return this.#change({
      ...{ operation, call },
      send: () => this.#end(user, operation, call),
      look: isEnded,
      open: 'accepted the change, but Twingate still shows the old account',
    })
  }

  /** Lets the directory make a change. Errors: `unavailable` where Twingate does not show it, told by `open`. */
  #change<T>({ operation, call, send, look, open }: DirectoryChange<T>): Promise<T> {
    return sendOrLook<T>({
      send: async () => {
        await send()
        const shown = await look()
        if (shown !== undefined) return shown
        const detail = `${this.#directory.name} ${open}; check again before you repeat the command`
        throw new ConnectorError('unavailable', operation, detail)
      },
      ...{ look, operation, retry: this.#retry, call },
    })
  }

  async #end({ id, email }: UserNode, operation: string, call: ProvisionCall): Promise<void> {
    const there = await this.#inDirectory(email ?? '', call)
    if (!there)
      throw new ConnectorError(
        'failed-precondition',
        operation,
        `${email ?? id} comes from another directory than ${this.#directory.name}; end the account there`,
      )
    if (this.#onDelete === 'delete') await this.#directory.remove(there.id, call)
    else await this.#directory.setActive(there.id, false, call)
  }

  async #byId({ id }: ResourceId, call: ProvisionCall): Promise<UserNode | undefined> {
    return sound((await readUsers(this.#client, [id], call)).get(id))
  }

  async #inTwingate(email: string, call: ProvisionCall): Promise<readonly UserNode[]> {
    return sound((await findUsersByEmail(this.#client, [email], call)).get(email) ?? [])
  }

  async #synced(email: string, call: ProvisionCall): Promise<UserNode | undefined> {
    return (await this.#inTwingate(email, call)).find(({ type }) => type === 'SYNCED')
  }

  /** Errors: `failed-precondition` where the directory has more than one, so that nobody knows which is meant. */
  async #inDirectory(email: string, call: ProvisionCall): Promise<DirectoryAccount | undefined> {
    const { name } = this.#directory
    const [account, ...others] = await this.#directory.find(email, call)
    if (others.length > 0)
      throw new ConnectorError(
        'failed-precondition',
        'find an account',
        `${name} has ${others.length + 1} users with the address ${email}; make it one there`,
      )
    return account
  }
}
