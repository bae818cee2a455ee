import type { ChangeCommand } from './context.ts'
import { resolveRows } from './resolve-rows.ts'
import { runHolders } from './run-holders.ts'

/** `grant GROUP USER…` and `revoke GROUP USER…`: all users in as few writes as the API takes. */
export const membershipCommand =
  (operation: 'grant' | 'revoke'): ChangeCommand =>
  async (context) => {
    const [target = '', ...users] = context.invocation.words
    const rows = [...new Set(users)].map((user) => ({ operation, target, user }))
    await runHolders(context, await resolveRows(rows, context))
  }
