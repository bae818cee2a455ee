import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Sleep } from '../sdk/ground/ports.ts'
import type { ProvisionCall } from '../sdk/contract/provisioner.ts'
import { findAction } from '../sdk/provision/require-part.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'
import { changeRetryPolicy, persist } from '../sdk/pacing/send-or-look.ts'
import type { TwingateClient } from '../twingate/client.ts'
import { isActive, keysOfAccount, type KeyState } from './account-keys.ts'
import { keyActions, REVOKE_KEY } from './key-actions.ts'
import { createKey, type MadeKey, type NewKey } from './key-create.ts'

const OPERATION = 'create service account key'

interface ProvenKeyOptions {
  readonly sleep: Sleep
  readonly retry?: RetryPolicy
  /** Those that the account had a moment ago. @default they are asked for */
  readonly keys?: readonly KeyState[]
  /** Gives the secret to whoever uses it. Whatever it throws ends the key again. */
  readonly handOver: (made: MadeKey) => Promise<void>
}

/**
 * Makes a key, hands over its secret, and proves that Twingate lists the key as active under its account.
 *
 * Errors: as `createKey`; `aborted` where the secret was not handed over, after the key was revoked, and where the key is not listed.
 */
export async function makeProvenKey(
  client: TwingateClient,
  wanted: NewKey,
  { handOver, retry = changeRetryPolicy, ...options }: ProvenKeyOptions,
  call: ProvisionCall,
): Promise<MadeKey> {
  const made = await createKey(client, wanted, { ...options, retry }, call)
  await handOver(made).catch((error: unknown) => takeBack(client, made, error, call))
  const keys = await persist(() => keysOfAccount(client, wanted.account, call), { operation: OPERATION, retry, call })
  const key = keys.find(({ id }) => id === made.key.id)
  if (key && isActive(key)) return made
  const state = key ? `lists it as ${key.status}` : 'does not list it'
  throw new ConnectorError(
    'aborted',
    OPERATION,
    `the key ${made.key.id} was created and its secret handed over, but Twingate ${state}; look at the keys of the account`,
  )
}

const TAKE_BACK_MS = 20_000

/** Ends a new key that nobody can use: it helps nobody, and may be somewhere. Errors: `aborted`, always, with the reason that is given. */
export async function takeBack(
  client: TwingateClient,
  { key }: MadeKey,
  why: unknown,
  call: ProvisionCall,
): Promise<never> {
  // Whoever stops the program while the secret is handed over is not left with a key that nobody holds.
  const later = { ...call, signal: AbortSignal.timeout(TAKE_BACK_MS) }
  const end = await findAction(keyActions(client), REVOKE_KEY)
    .invoke({ service_account_key_id: key.id }, later)
    .then(
      () => `the new key ${key.id} was revoked again`,
      (error: unknown) =>
        `the new key ${key.id} could not be revoked again (${ConnectorError.from(error, OPERATION).detail}); do it with service-account key revoke`,
    )
  const { detail } = ConnectorError.from(why, OPERATION)
  throw new ConnectorError('aborted', OPERATION, `${detail}; ${end}, and everything else is as it was`)
}
