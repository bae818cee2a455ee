import type { ChangeRunner } from './context.ts'
import { invokeAction } from './run-account-action.ts'

/** `device trust|untrust|block|unblock|archive DEVICE` and `access-request approve|reject REQUEST`, by id. */
export const idActionCommand =
  (operation: string, action: string, key: string, [done, settled]: readonly [string, string]): ChangeRunner =>
  (context) => {
    const id = (context.invocation.words[0] ?? '').trim()
    return invokeAction(context, action, { [key]: id }, { operation, name: id, done, settled })
  }
