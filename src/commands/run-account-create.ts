import { requirePart } from '../sdk/provision/require-part.ts'
import type { ChangeContext, ChangeRunner } from './context.ts'
import { runSingle } from '../sdk/cli/changes/run-single.ts'
import { roleId } from '../resources/roles.ts'
import { promotion, isAdmin } from './question.ts'
import { hasAccountCreator, type NewAccount } from '../sdk/contract/provisioner.ts'

/** `account create EMAIL`. */
export const accountCreateCommand: ChangeRunner = (context) => {
  const { words, flags } = context.invocation
  const [email = ''] = words
  const [firstName, lastName, role] = ['first-name', 'last-name', 'role'].map((name) => flags.get(name))
  return createAccount(context, {
    email,
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
    ...(role !== undefined && { role }),
  })
}

/** Invites a user unless there is one with this address. Errors: `already-exists` for one with other facts. */
export function createAccount(context: ChangeContext, facts: NewAccount): Promise<void> {
  const creator = requirePart(context.connector, 'user', hasAccountCreator, 'created')
  return runSingle(context, {
    operation: 'account create',
    name: facts.email,
    settled: 'already-exists',
    ...(facts.role !== undefined &&
      isAdmin(roleId(facts.role)) && { question: async () => promotion(`Invite ${facts.email} as`, 'an admin') }),
    plan: (call) => creator.planAccount(facts, call),
    async apply(call) {
      const { kind, account } = await creator.createAccount(facts, call)
      return { outcome: kind, resource: account.id, ...(kind === 'already-exists' && { existing: account }) }
    },
  })
}
