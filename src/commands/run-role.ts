import type { ChangeRunner } from './context.ts'
import { resolveRows } from './resolve-rows.ts'
import { runHolders } from './run-holders.ts'

/** `role USER ROLE`. A user has exactly one role, so the new one takes the place of the old. */
export const roleCommand: ChangeRunner = async (context) => {
  const [user = '', target = ''] = context.invocation.words
  await runHolders(context, await resolveRows([{ operation: 'role', target, user }], context))
}
