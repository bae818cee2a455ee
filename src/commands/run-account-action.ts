import { findAction } from '../sdk/provision/require-part.ts'
import type { ResourceId } from '../sdk/model/model.ts'
import { throwProblems } from '../sdk/settings/problem.ts'
import type { ChangeContext, ChangeRunner } from './context.ts'
import { oneOfNames } from './names/find.ts'
import { runSingle } from '../sdk/cli/changes/run-single.ts'

interface AccountAction {
  readonly operation: string
  readonly action: string
  readonly done: string
  readonly settled: string
  /** Whether the action takes something away from the user: for a wrong name, no other user is suggested. */
  readonly harms: boolean
}

/** `account enable|disable|update|reset-mfa USER`. */
export const accountActionCommand =
  ({ operation, action, done, settled, harms }: AccountAction): ChangeRunner =>
  async (context) => {
    const { words, flags } = context.invocation
    if (action === 'update_user' && flags.size === 0)
      throwProblems([{ subject: 'account update', text: 'nothing to change; give --first-name or --last-name' }])
    const { users } = context.references
    const user = await oneOfNames((texts) => users(texts, () => !harms), words[0] ?? '')
    const args: Record<string, unknown> = { user_id: user.id.id }
    for (const name of ['first-name', 'last-name']) {
      const text = flags.get(name)
      if (text !== undefined) args[name.replace('-', '_')] = text
    }
    const named = { operation, name: user.name ?? user.id.id, done, settled }
    await invokeAction(context, action, args, named)
  }

/** Carries out an action by name. Errors: `not-found` for an unknown name, else as the action's own. */
export function invokeAction(
  context: ChangeContext,
  name: string,
  args: Readonly<Record<string, unknown>>,
  named: { readonly operation: string; readonly name: string; readonly done: string; readonly settled: string },
): Promise<void> {
  const action = findAction(context.connector.actions, name)
  return runSingle(context, {
    operation: named.operation,
    name: named.name,
    ...resourceOf(args),
    settled: named.settled,
    plan: (call) => action.plan(args, call),
    apply: async (call) => ({ outcome: named.done, result: await action.invoke(args, call) }),
  })
}

/** What the arguments act on, by the name of the one that holds its id. */
function resourceOf(args: Readonly<Record<string, unknown>>): { readonly resource?: ResourceId } {
  for (const type of ['user', 'device', 'access-request', 'service-account-key']) {
    const id = args[`${type.replaceAll('-', '_')}_id`]
    if (typeof id === 'string') return { resource: { type, id: id.trim() } }
  }
  return {}
}
