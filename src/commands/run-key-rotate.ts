import { keysOfAccount, type KeyOfAccount, type KeyState } from '../resources/account-keys.ts'
import { REVOKE_KEY } from '../resources/key-actions.ts'
import { keyToRotate, newerKeys, newerThan, ROTATE_KEY, spanOf, whyNotRotated } from '../resources/key-rotation.ts'
import type { PlannedChange } from '../sdk/contract/provisioner.ts'
import { refuse } from '../sdk/contract/refuse.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import { changeRetryPolicy, persist } from '../sdk/pacing/send-or-look.ts'
import { openHandOver } from '../sdk/cli/changes/hand-over.ts'
import { runSingle } from '../sdk/cli/changes/run-single.ts'
import type { ChangeContext, ChangeRunner } from './context.ts'
import { keyDays, keyState, makeKey } from './make-key.ts'
import { invokeAction } from './run-account-action.ts'

/**
 * `service-account key rotate KEY`: a new key of the same name and span, its secret handed over, the key proved, and only then the old one revoked.
 *
 * Errors: as `makeKey`, and then the old key is as it was; those of the revocation, with what is left to do.
 */
export const keyRotateCommand: ChangeRunner = async (context) => {
  const { invocation, client, call } = context
  const given = invocation.flags.get('expires-in')
  keyDays(given, 0)
  const handOver = await openHandOver(context)
  try {
    const old = await keyToRotate(client, (invocation.words[0] ?? '').trim(), call)
    const { id: account } = old.serviceAccount
    const days = keyDays(given, spanOf(old))
    const read = { operation: ROTATE_KEY, retry: changeRetryPolicy, call }
    const keys = (): Promise<readonly KeyState[]> => persist(() => keysOfAccount(client, account, call), read)
    const before = newerThan(old, await keys())
    await runSingle(context, {
      ...{ operation: 'service-account key create', name: nameOf(old), settled: 'already-created' },
      plan: async () => planFor(old, days, before),
      apply: (applying) => makeKey(context, { account, name: old.name, days }, handOver, applying),
    })
    await revokeOld(context, old)
    if (!context.dryRun) refuseTwins(newerThan(old, await keys()).filter((id) => !before.includes(id)))
  } finally {
    await handOver.release()
  }
}

const nameOf = ({ name, serviceAccount }: KeyOfAccount): string => `${serviceAccount.name}: ${name}`

function planFor(old: KeyOfAccount, days: number, newer: readonly string[]): PlannedChange<string> {
  const why = whyNotRotated(old)
  if (why !== undefined) return refuse(old.id, 'failed-precondition', ROTATE_KEY, why)
  const needed = { change: old.id, verdict: 'needed', before: 'the old key alone', after: keyState(days) } as const
  if (newer.length === 0) return needed
  return { ...needed, concern: newerKeys(newer) }
}

/** Errors: those of the revocation. The new key is in use by then, so it stays. */
async function revokeOld(context: ChangeContext, old: KeyOfAccount): Promise<void> {
  const words = { operation: 'service-account key revoke', name: nameOf(old) }
  const outcomes = { done: 'revoked', settled: 'already-revoked' }
  await invokeAction(context, REVOKE_KEY, { service_account_key_id: old.id }, { ...words, ...outcomes }).catch(
    (caught: unknown) => {
      throw ConnectorError.from(caught, ROTATE_KEY).reworded(
        (detail) =>
          `${detail}; the new key works, and the old one still has to be ended: service-account key revoke ${old.id}`,
      )
    },
  )
}

/** Errors: `aborted` where another run rotated the same key at the same time. */
function refuseTwins(made: readonly string[]): void {
  if (made.length < 2) return
  throw new ConnectorError(
    'aborted',
    ROTATE_KEY,
    `there are ${made.length} new keys in the place of the old one (${made.join(', ')}): another run rotated it as well; end the one that nobody uses with service-account key revoke`,
  )
}
