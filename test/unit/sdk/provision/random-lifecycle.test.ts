import fc from 'fast-check'
import { expect, it } from 'vitest'
import { groupLifecycle } from '../../../../src/resources/group-lifecycle.ts'
import { renameGroup } from '../../../../src/resources/group-rename.ts'
import { userAccount } from '../../../../src/resources/user-account.ts'
import { userActions } from '../../../../src/resources/user-actions.ts'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import { call, clientOf, noTime } from '../../../tenant/tenant-client.ts'
import { globalId } from '../../../tenant/global-id.ts'
import { startTenant, type TenantOptions } from '../../../tenant/start-tenant.ts'
import { Tenant } from '../../../tenant/tenant.ts'

const quick = { attempts: 12, attemptsIfMalformed: 12, firstWaitMs: 1, mostWaitMs: 5 }
const WHO = ['root', 'ada', 'bob'] as const
const NAMES = ['A', 'B'] as const
const ACCOUNT_STEPS = ['create', 'delete', 'disable', 'enable', 'signs in'] as const

type Step =
  | { readonly kind: (typeof ACCOUNT_STEPS)[number]; readonly who: (typeof WHO)[number] }
  | { readonly kind: 'new group'; readonly name: string }
  | { readonly kind: 'delete group'; readonly name: string }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }

const who = fc.constantFrom(...WHO)
const name = fc.constantFrom(...NAMES)
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom(...ACCOUNT_STEPS), who }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('new group'), name }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete group'), name }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('rename' as const), name, to: name }) },
  ),
  { minLength: 1, maxLength: 14 },
)

/** What the network must be: a state for each account, of which root alone is an admin, and the groups. */
class Model {
  readonly states = new Map<string, string>([['root', 'ACTIVE']])
  readonly groups = new Set<string>()

  /** Makes the change. Gives the code of the refusal where there is one. */
  run(step: Step): string | undefined {
    if (step.kind === 'new group')
      return this.groups.has(step.name) ? 'already-exists' : void this.groups.add(step.name)
    if (step.kind === 'delete group') return void this.groups.delete(step.name)
    if (step.kind === 'rename') return this.#rename(step.name, step.to)
    const state = this.states.get(step.who)
    const isLastAdmin = step.who === 'root' && ['delete', 'disable'].includes(step.kind)
    if (step.kind === 'signs in') return void (state === 'PENDING' && this.states.set(step.who, 'ACTIVE'))
    if (step.kind === 'create') return void (state === undefined && this.states.set(step.who, 'PENDING'))
    if (isLastAdmin) return 'failed-precondition'
    if (step.kind === 'delete') return void this.states.delete(step.who)
    if (state === undefined) return 'not-found'
    if (state === 'PENDING') return 'failed-precondition'
    return void this.states.set(step.who, step.kind === 'disable' ? 'DISABLED' : 'ACTIVE')
  }

  #rename(from: string, to: string): string | undefined {
    if (!this.groups.has(from)) return 'not-found'
    if (from === to) return undefined
    if (this.groups.has(to)) return 'already-exists'
    this.groups.delete(from)
    return void this.groups.add(to)
  }
}

async function compare(plan: readonly Step[], options: Omit<TenantOptions, 'tenant'> = {}): Promise<void> {
  const tenant = new Tenant()
  const addressOf = (user: string) => `${user}@acme.example`
  tenant.addUser({ email: addressOf('root'), role: 'ADMIN' })
  const server = await startTenant({ tenant, ...options })
  const client = clientOf(server)
  const [accounts, groups] = [
    userAccount(client, { sleep: noTime, retry: quick }),
    groupLifecycle(client, { sleep: noTime, retry: quick }),
  ]
  const action = (wanted: string) => userActions(client, quick).find((candidate) => candidate.name === wanted)!
  const userId = (user: string) => tenant.userByEmail(addressOf(user))?.id ?? globalId('User', 999)
  const groupOf = (called: string) => ({ type: 'group', id: tenant.groupByName(called)?.id ?? globalId('Group', 999) })

  const signIn = async (user: string): Promise<void> => {
    const found = tenant.userByEmail(addressOf(user))
    if (found?.state === 'PENDING') found.state = 'ACTIVE'
  }

  const run = (step: Step): Promise<unknown> => {
    switch (step.kind) {
      case 'create':
        return accounts.createAccount({ email: addressOf(step.who).toUpperCase() }, call)
      case 'delete':
        return accounts.delete({ type: 'user', id: userId(step.who) }, call)
      case 'disable':
      case 'enable':
        return action(`${step.kind}_user`).invoke({ user_id: userId(step.who) }, call)
      case 'signs in':
        return signIn(step.who)
      case 'new group':
        return groups.create(step.name, call)
      case 'delete group':
        return groups.delete(groupOf(step.name), call)
      case 'rename':
        break
    }
    return renameGroup(client, groupOf(step.name), step.to, call, quick)
  }

  const model = new Model()
  try {
    for (const step of plan) {
      const code = await run(step).then(
        () => undefined,
        (error: unknown) => ConnectorError.from(error, 'test').code,
      )
      expect([step, code]).toEqual([step, model.run(step)])
      const states = tenant.users.map(({ email, state }) => [email?.toLowerCase().split('@')[0], state] as const)
      expect(new Map(states)).toEqual(model.states)
      expect(states).toHaveLength(model.states.size)
      expect(tenant.groups.map((group) => group.name).toSorted()).toEqual([...model.groups].toSorted())
    }
  } finally {
    await server.close()
  }
}

it('any sequence of changes to accounts and groups leaves the network as a simple model says', async () => {
  const property = fc.asyncProperty(steps, (plan) => compare(plan))
  await expect(fc.assert(property, { numRuns: 60 })).resolves.toBeUndefined()
}, 300_000)

it('the same holds where every fourth request fails or loses its answer', async () => {
  const every = { nth: 4, kinds: ['lost-answer', '503', 'reset', 'errors-200', 'truncated-json'] } as const
  const property = fc.asyncProperty(steps, (plan) => compare(plan, { every }))
  await expect(fc.assert(property, { numRuns: 40 })).resolves.toBeUndefined()
}, 300_000)
