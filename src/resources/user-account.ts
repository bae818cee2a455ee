import { z } from 'zod'
import type { Mutation, TwingateClient } from '../twingate/client.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { guardLastAdmin, isActiveAdmin, keepAnAdmin } from './last-admin.ts'
import { activeAdmins, findUsersByEmail, readUsers } from './lookup.ts'
import { KNOWN_ROLES } from './roles.ts'
import { changeRetryPolicy, persist, sendOrLook, TWICE_SENT_WAIT_MS } from '../sdk/pacing/send-or-look.ts'
import { USER_FIELDS, userFromNode, UserNode } from './user-node.ts'
import { ConnectorError, isRefusedChange } from '../sdk/ground/errors.ts'
import type { ResourceId } from '../sdk/model/model.ts'
import type { Sleep } from '../sdk/ground/ports.ts'
import type {
  AccountCreator,
  AccountField,
  AccountOutcome,
  NewAccount,
  PlannedChange,
  ProvisionCall,
  ResourceDeleter,
} from '../sdk/contract/provisioner.ts'
import { isNeeded, refuse, sound } from '../sdk/contract/refuse.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'

const UserCreate: Mutation<UserNode> = {
  operation: 'UserCreate',
  document: `mutation UserCreate($email: String!, $firstName: String, $lastName: String, $role: UserRole) {
    userCreate(email: $email, firstName: $firstName, lastName: $lastName, role: $role) {
      ok
      error
      entity { ...UserFields }
    }
  }\n${USER_FIELDS}`,
  entity: UserNode,
}

const UserDelete: Mutation<undefined> = {
  operation: 'UserDelete',
  document: 'mutation UserDelete($id: ID!) { userDelete(id: $id) { ok error } }',
  entity: z.undefined(),
}

/** Every document of this file, for the test that checks them against the schema. */
export const userAccountQueries = [UserCreate, UserDelete]

const FIELDS: readonly AccountField[] = Object.freeze([
  {
    name: 'email',
    displayName: 'E-mail',
    description: 'Address of the new user, who signs in with it; it cannot be changed later',
    required: true,
    placeholder: 'ada@example.com',
  },
  { name: 'first_name', displayName: 'First name', description: 'First name', required: false },
  { name: 'last_name', displayName: 'Last name', description: 'Last name', required: false },
  {
    name: 'role',
    displayName: 'Role',
    description: `Role in the Admin Console: ${KNOWN_ROLES.join(', ')}; MEMBER unless given`,
    required: false,
    placeholder: 'MEMBER',
  },
])

interface Means {
  readonly sleep: Sleep
  readonly retry?: RetryPolicy
}

/** Creates and deletes accounts that sign in by e-mail; those of an identity provider are its own. */
export function userAccount(client: TwingateClient, means: Means): AccountCreator & ResourceDeleter {
  return new LocalAccounts(client, means)
}

class LocalAccounts implements AccountCreator, ResourceDeleter {
  readonly accountFields = FIELDS
  readonly #client: TwingateClient
  readonly #sleep: Sleep
  readonly #retry: RetryPolicy

  constructor(client: TwingateClient, { sleep, retry = changeRetryPolicy }: Means) {
    this.#client = client
    this.#sleep = sleep
    this.#retry = retry
  }

  async planAccount(account: NewAccount, call: ProvisionCall): Promise<PlannedChange<NewAccount>> {
    const facts = factsOf(account)
    if (ConnectorError.is(facts)) return { change: account, verdict: 'refused', error: facts }
    const context = { operation: 'plan account', retry: this.#retry, call }
    const found = await persist(() => this.#allByEmail(facts, call), context)
    const user = pickAccount(found, facts)
    if (ConnectorError.is(user)) {
      const [only] = found.length === 1 ? found : []
      return { change: account, verdict: 'refused', error: user, ...(only && { existing: userFromNode(only) }) }
    }
    if (user) return { change: account, verdict: 'settled', state: describeAccount(user), existing: userFromNode(user) }
    const after = `state PENDING, role ${facts.role ?? 'MEMBER'}`
    return { change: account, verdict: 'needed', before: 'no account', after }
  }

  async createAccount(account: NewAccount, call: ProvisionCall): Promise<AccountOutcome> {
    const facts = sound(factsOf(account))
    const context = { operation: 'create account', retry: this.#retry, call }
    const found = await persist(() => this.#byEmail(facts, call), context)
    if (found) return { kind: 'already-exists', account: userFromNode(found) }
    let sent = 0
    const outcome = await sendOrLook<AccountOutcome>({
      send: () => this.#create(facts, { isFirst: ++sent === 1, call }),
      look: async () => {
        const user = await this.#byEmail(facts, call)
        return user && { kind: 'created', account: userFromNode(user) }
      },
      unrepeatable: { sleep: this.#sleep },
      ...context,
    })
    // A run that is told to stop during the wait still reports the account that it created.
    if (sent > 1) await this.#sleep(TWICE_SENT_WAIT_MS, call.signal).catch(() => {})
    if (outcome.kind === 'created') await this.#refuseTwins(facts, call)
    return outcome
  }

  /** The plan, and whether carrying it out takes an active admin away. */
  async planDelete(
    id: ResourceId,
    call: ProvisionCall,
  ): Promise<PlannedChange<ResourceId> & { readonly admin?: true }> {
    const operation = 'delete account'
    const context = { operation, retry: this.#retry, call }
    if (id.type !== TYPE_IDS.user) return refuse(id, 'invalid-argument', operation, `a ${id.type} is no account`)
    const user = (await persist(() => readUsers(this.#client, [id.id], call), context)).get(id.id)
    if (ConnectorError.is(user)) return { change: id, verdict: 'refused', error: user }
    if (!user) return { change: id, verdict: 'settled', state: 'no such user' }
    if (user.type === 'SYNCED')
      return refuse(
        id,
        'failed-precondition',
        operation,
        `${user.email ?? user.id} comes from the identity provider and would come back; delete the account there`,
      )
    if (isActiveAdmin(user)) {
      const error = guardLastAdmin([user.id], await persist(() => activeAdmins(this.#client, call, [user.id]), context))
      if (error) return { change: id, verdict: 'refused', error }
    }
    const before = `state ${user.state}, role ${user.role}`
    return { change: id, verdict: 'needed', before, after: 'deleted', ...(isActiveAdmin(user) && { admin: true }) }
  }

  async delete(id: ResourceId, call: ProvisionCall): Promise<'deleted' | 'already-deleted'> {
    const plan = await this.planDelete(id, call)
    if (!isNeeded(plan)) return 'already-deleted'
    const context = { operation: 'delete account', retry: this.#retry, call }
    const deleted = await sendOrLook<'deleted'>({
      send: async () => {
        await this.#client.mutate(UserDelete, { id: id.id }, call)
        return 'deleted'
      },
      look: async () => ((await readUsers(this.#client, [id.id], call)).has(id.id) ? undefined : 'deleted'),
      ...context,
    })
    if (plan.admin) await keepAnAdmin(this.#client, { id: id.id }, context)
    return deleted
  }

  async #create(
    facts: NewAccount,
    { isFirst, call }: { readonly isFirst: boolean; readonly call: ProvisionCall },
  ): Promise<AccountOutcome> {
    try {
      return { kind: 'created', account: userFromNode(await this.#client.mutate(UserCreate, { ...facts }, call)) }
    } catch (caught) {
      const error = ConnectorError.from(caught, 'create account')
      if (!isRefusedChange(error.reason)) throw error
      // Somebody may have been quicker; only a look tells, because the server's words for it are not documented.
      const other = await this.#byEmail(facts, call).catch((failure: unknown) => {
        throw ConnectorError.is(failure) && failure.code === 'already-exists' ? beside(failure, error) : error
      })
      if (!other) throw error
      return { kind: isFirst ? 'already-exists' : 'created', account: userFromNode(other) }
    }
  }

  async #allByEmail({ email }: NewAccount, call: ProvisionCall): Promise<readonly UserNode[]> {
    return sound((await findUsersByEmail(this.#client, [email], call)).get(email) ?? [])
  }

  async #byEmail(facts: NewAccount, call: ProvisionCall): Promise<UserNode | undefined> {
    return sound(pickAccount(await this.#allByEmail(facts, call), facts))
  }

  /** Errors: `aborted` where two accounts have the address by now. */
  async #refuseTwins(facts: NewAccount, call: ProvisionCall): Promise<void> {
    const operation = 'create account'
    const context = { operation, retry: this.#retry, call }
    const users = await persist(() => this.#allByEmail(facts, call), context).catch((error: unknown) => {
      const { detail } = ConnectorError.from(error, operation)
      call.log.warn('the account was created, and whether another one has its address could not be read', { detail })
      return []
    })
    if (users.length < 2) return
    throw new ConnectorError(
      'aborted',
      operation,
      `there are ${users.length} accounts with the address ${facts.email} now (${users.map(describeAccount).join('; ')}): one request was carried out late, or another run made one at the same moment; delete all but one by id, with account delete`,
    )
  }
}

/** Our explanation with the server's own words beside it. */
const beside = (error: ConnectorError, refusal: ConnectorError): ConnectorError =>
  error.with({ detail: `${error.detail} (${refusal.detail})`, cause: refusal })

/** The facts as they are sent: blank ones left out, the role in the API's spelling; `invalid-argument` for what is no address, `not-found` for an unknown role. */
export function factsOf({ email, firstName, lastName, role }: NewAccount): NewAccount | ConnectorError {
  if (!/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email))
    return new ConnectorError(
      'invalid-argument',
      'create account',
      `${JSON.stringify(email)} is not an e-mail address; it has one @ and no spaces, for example ada@example.com`,
    )
  const wanted = role?.trim().toUpperCase()
  const [first, last] = [firstName?.trim(), lastName?.trim()]
  const known = KNOWN_ROLES.find((name) => name === wanted)
  if (wanted && !known)
    return new ConnectorError(
      'not-found',
      'create account',
      `there is no role ${JSON.stringify(role)}; the roles are ${KNOWN_ROLES.join(', ')}`,
    )
  return {
    email,
    ...(first && { firstName: first }),
    ...(last && { lastName: last }),
    ...(known && { role: known }),
  }
}

const hasFacts = (user: UserNode, { firstName, lastName, role }: NewAccount): boolean =>
  (firstName === undefined || user.firstName === firstName) &&
  (lastName === undefined || user.lastName === lastName) &&
  (role === undefined || user.role === role)

/** An account in one line, for messages. */
export const describeAccount = (user: UserNode): string => `id ${user.id}, state ${user.state}, role ${user.role}`

/** The one that has the facts; `undefined` where nobody has the address, `already-exists` where all who have it have other facts. */
export function pickAccount(found: readonly UserNode[], facts: NewAccount): UserNode | ConnectorError | undefined {
  const same = found.find((user) => hasFacts(user, facts))
  if (same || found.length === 0) return same
  return new ConnectorError(
    'already-exists',
    'create account',
    `${facts.email} has an account with another name or role already (${found.map(describeAccount).join('; ')}); change that one, nothing was created`,
  )
}
