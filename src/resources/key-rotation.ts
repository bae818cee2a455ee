import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ProvisionCall } from '../sdk/contract/provisioner.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'
import { changeRetryPolicy, persist } from '../sdk/pacing/send-or-look.ts'
import type { TwingateClient } from '../twingate/client.ts'
import { isIdOf, notAnIdError } from '../twingate/global-id.ts'
import { isActive, type KeyOfAccount, type KeyState, readKey } from './account-keys.ts'
import { MOST_KEY_DAYS } from './key-create.ts'

/** What a rotation is called in errors. */
export const ROTATE_KEY = 'service-account key rotate'

const DAY_MS = 86_400_000

/** The key that is to be replaced. Errors: `not-found`. */
export async function keyToRotate(
  client: TwingateClient,
  id: string,
  call: ProvisionCall,
  retry: RetryPolicy = changeRetryPolicy,
): Promise<KeyOfAccount> {
  if (!isIdOf('ServiceAccountKey', id)) throw notAnIdError('ServiceAccountKey', id)
  const key = await persist(() => readKey(client, id, call), { operation: ROTATE_KEY, retry, call })
  if (key) return key
  throw new ConnectorError('not-found', ROTATE_KEY, `there is no service account key ${id}; look it up again`)
}

/** As many days as the old key was given; it may have been made at another time of the day than it ends. */
export function spanOf({ createdAt, expiresAt }: KeyState): number {
  if (!expiresAt) return 0
  const days = Math.round((Date.parse(expiresAt) - Date.parse(createdAt ?? '')) / DAY_MS)
  return days >= 1 && days <= MOST_KEY_DAYS ? days : MOST_KEY_DAYS
}

/** Why a key cannot be replaced; `undefined` for one that works. */
export const whyNotRotated = (old: KeyState): string | undefined =>
  isActive(old)
    ? undefined
    : `the key is ${old.status} and no longer works; create another with service-account key create`

/** Ids of active keys of the same name that came after it. */
export const newerThan = (old: KeyState, keys: readonly KeyState[]): readonly string[] =>
  keys
    .filter((key) => key.id !== old.id && key.name === old.name && isActive(key))
    .filter((key) => Date.parse(key.createdAt ?? '') > Date.parse(old.createdAt ?? ''))
    .map(({ id }) => id)

/** What is said of keys that `newerThan` finds. */
export const newerKeys = (newer: readonly string[]): string =>
  `there is a newer active key of the same name already (${newer.join(', ')}), as after a rotation that was stopped or beside another that runs now`
