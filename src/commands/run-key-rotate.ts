import { isActive, keysOfAccount, type KeyOfAccount, type KeyState, readKey } from '../resources/account-keys.ts'
import { REVOKE_KEY } from '../resources/key-actions.ts'
import { MOST_KEY_DAYS } from '../resources/key-create.ts'
import type { PlannedChange } from '../sdk/contract/provisioner.ts'
import { refuse } from '../sdk/contract/refuse.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import { changeRetryPolicy, persist } from '../sdk/pacing/send-or-look.ts'
import { openHandOver } from '../sdk/cli/changes/hand-over.ts'
import { runSingle } from '../sdk/cli/changes/run-single.ts'
import { isIdOf, notAnIdError } from '../twingate/global-id.ts'
import type { ChangeContext, ChangeRunner } from './context.ts'
import { keyDays, keyState, makeKey } from './make-key.ts'
import { invokeAction } from './run-account-action.ts'

const OPERATION = 'service-account key rotate'
const DAY_MS = 86_400_000

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
    const old = await oldKey(context, (invocation.words[0] ?? '').trim())
    const { id: account } = old.serviceAccount
    const days = keyDays(given, spanOf(old))
    const read = { operation: OPERATION, retry: changeRetryPolicy, call }
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

async function oldKey({ client, call }: ChangeContext, id: string): Promise<KeyOfAccount> {
  if (!isIdOf('ServiceAccountKey', id)) throw notAnIdError('ServiceAccountKey', id)
  const retry = { operation: OPERATION, retry: changeRetryPolicy, call }
  const key = await persist(() => readKey(client, id, call), retry)
  if (key) return key
  throw new ConnectorError('not-found', OPERATION, `there is no service account key ${id}; look it up again`)
}

/** As many days as the old key was given; it may have been made at another time of the day than it ends. */
function spanOf({ createdAt, expiresAt }: KeyState): number {
  if (!expiresAt) return 0
  const days = Math.round((Date.parse(expiresAt) - Date.parse(createdAt ?? '')) / DAY_MS)
  return days >= 1 && days <= MOST_KEY_DAYS ? days : MOST_KEY_DAYS
}

function planFor(old: KeyOfAccount, days: number, newer: readonly string[]): PlannedChange<string> {
  if (!isActive(old))
    return refuse(
      old.id,
      'failed-precondition',
      OPERATION,
      `the key is ${old.status} and proves nobody any more; make another with service-account key create`,
    )
  const needed = { change: old.id, verdict: 'needed', before: 'the old key alone', after: keyState(days) } as const
  if (newer.length === 0) return needed
  return {
    ...needed,
    concern: `there is a newer active key of the same name already (${newer.join(', ')}), as after a rotation that was stopped or beside another that runs now`,
  }
}

/** Active keys of the same name that came after it. */
const newerThan = (old: KeyState, keys: readonly KeyState[]): readonly string[] =>
  keys
    .filter((key) => key.id !== old.id && key.name === old.name && isActive(key))
    .filter((key) => Date.parse(key.createdAt ?? '') > Date.parse(old.createdAt ?? ''))
    .map(({ id }) => id)

/** Errors: those of the revocation. The new key is in use by then, so it stays. */
async function revokeOld(context: ChangeContext, old: KeyOfAccount): Promise<void> {
  const words = { operation: 'service-account key revoke', name: nameOf(old) }
  const outcomes = { done: 'revoked', settled: 'already-revoked' }
  await invokeAction(context, REVOKE_KEY, { service_account_key_id: old.id }, { ...words, ...outcomes }).catch(
    (caught: unknown) => {
      throw ConnectorError.from(caught, OPERATION).reworded(
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
    OPERATION,
    `there are ${made.length} new keys in the place of the old one (${made.join(', ')}): another run rotated it as well; end the one that nobody uses with service-account key revoke`,
  )
}
