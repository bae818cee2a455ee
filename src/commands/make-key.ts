import { isActive, keysOfAccount } from '../resources/account-keys.ts'
import { createKey, type MadeKey, MOST_KEY_DAYS, type NewKey } from '../resources/key-create.ts'
import { keyActions, REVOKE_KEY } from '../resources/key-actions.ts'
import { serviceAccountId } from '../resources/service-account.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ProvisionCall } from '../sdk/contract/provisioner.ts'
import { findAction } from '../sdk/provision/find-action.ts'
import { changeRetryPolicy, persist } from '../sdk/pacing/send-or-look.ts'
import type { HandOver } from '../sdk/cli/changes/hand-over.ts'
import type { Applied } from '../sdk/cli/changes/run-single.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import type { ChangeContext } from './context.ts'

const OPERATION = 'create service account key'

/**
 * Makes a key, hands over its secret, and proves that Twingate lists the key as active under its account.
 *
 * Errors: as `createKey`; `aborted` where the secret was not handed over, after the key was revoked, and where the key is not listed.
 */
export async function makeKey(
  context: ChangeContext,
  wanted: NewKey,
  handOver: HandOver,
  call: ProvisionCall,
): Promise<Applied> {
  const { client, ambient, reporter } = context
  const made = await createKey(client, wanted, { sleep: ambient.sleep }, call)
  const { id, expiresAt } = made.key
  await handOver.give(made.secret, call.signal).catch((error: unknown) => takeBack(context, made, error, call))
  await prove(context, wanted.account, id, call)
  // The account counts its keys.
  reporter.touched({ resource: serviceAccountId(wanted.account) }, true)
  return {
    outcome: 'created',
    resource: { type: TYPE_IDS.serviceAccountKey, id },
    result: { id, expires_at: expiresAt ?? null, handed_to: handOver.where },
  }
}

/** A key whose secret nobody was given helps nobody, and may be somewhere. Errors: `aborted`, always. */
async function takeBack(
  { client }: ChangeContext,
  { key }: MadeKey,
  caught: unknown,
  call: ProvisionCall,
): Promise<never> {
  const why = ConnectorError.from(caught, OPERATION).detail
  // Whoever stops the program while the secret is handed over is not left with a key that nobody holds.
  const later = { ...call, signal: AbortSignal.timeout(TAKE_BACK_MS) }
  const end = await findAction(keyActions(client), REVOKE_KEY)
    .invoke({ service_account_key_id: key.id }, later)
    .then(
      () => `the new key ${key.id} was revoked again`,
      (error: unknown) =>
        `the new key ${key.id} could not be revoked again (${ConnectorError.from(error, OPERATION).detail}); do it with service-account key revoke`,
    )
  throw new ConnectorError('aborted', OPERATION, `${why}; ${end}, and everything else is as it was`)
}

const TAKE_BACK_MS = 20_000

/** Errors: `aborted` where the key is not there, or not active. */
async function prove({ client }: ChangeContext, account: string, id: string, call: ProvisionCall): Promise<void> {
  const retry = { operation: OPERATION, retry: changeRetryPolicy, call }
  const keys = await persist(() => keysOfAccount(client, account, call), retry)
  const key = keys.find((one) => one.id === id)
  if (key && isActive(key)) return
  const state = key ? `lists it as ${key.status}` : 'does not list it'
  throw new ConnectorError(
    'aborted',
    OPERATION,
    `the key ${id} was created and its secret handed over, and Twingate ${state}; look at the keys of the account`,
  )
}

/** Days of `--expires-in`. Errors: `invalid-argument`. */
export function keyDays(text: string | undefined, usual: number): number {
  if (text === undefined) return usual
  const typed = text.trim()
  if (typed === 'never') return 0
  const days = Number(/^(\d{1,3})d$/.exec(typed)?.[1])
  if (days >= 1 && days <= MOST_KEY_DAYS) return days
  throw new ConnectorError(
    'invalid-argument',
    OPERATION,
    `--expires-in ${JSON.stringify(typed)} is no number of days from 1d to ${MOST_KEY_DAYS}d; write for example 90d, or never`,
  )
}

/** What a new key will be, for people. */
export const keyState = (days: number): string =>
  days === 0 ? 'ACTIVE, never expires' : `ACTIVE, expires in ${days} ${days === 1 ? 'day' : 'days'}`
