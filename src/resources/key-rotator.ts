import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Sleep } from '../sdk/ground/ports.ts'
import type { CredentialRotator, IssuedCredential, ProvisionCall } from '../sdk/contract/provisioner.ts'
import type { ResourceId } from '../sdk/model/model.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'
import { changeRetryPolicy, persist } from '../sdk/pacing/send-or-look.ts'
import { findAction } from '../sdk/provision/require-part.ts'
import type { TwingateClient } from '../twingate/client.ts'
import { type KeyOfAccount, keysOfAccount, type KeyState } from './account-keys.ts'
import { keyActions, REVOKE_KEY } from './key-actions.ts'
import type { MadeKey } from './key-create.ts'
import { keyToRotate, newerKeys, newerThan, ROTATE_KEY, spanOf, whyNotRotated } from './key-rotation.ts'
import { makeProvenKey, takeBack } from './proven-key.ts'
import { keyFromNode } from './service-account-key-node.ts'

interface RotatorOptions {
  readonly sleep: Sleep
  readonly retry?: RetryPolicy
}

/**
 * Replaces keys for whoever encrypts their secrets. The new key has the name and the span of the old one.
 *
 * Why a new key whose old one could not be revoked is taken back: what is handed over reaches the platform only with a success.
 */
export function keyRotator(
  client: TwingateClient,
  { sleep, retry = changeRetryPolicy }: RotatorOptions,
): CredentialRotator {
  const keysOf = ({ serviceAccount: { id } }: KeyOfAccount, call: ProvisionCall): Promise<readonly KeyState[]> =>
    persist(() => keysOfAccount(client, id, call), { operation: ROTATE_KEY, retry, call })

  return Object.freeze({
    async rotate({ id }: ResourceId, handOver: (made: IssuedCredential) => Promise<void>, call: ProvisionCall) {
      const old = await keyToRotate(client, id, call, retry)
      const why = whyNotRotated(old)
      if (why !== undefined) throw new ConnectorError('failed-precondition', ROTATE_KEY, why)
      const keys = await keysOf(old, call)
      refuseTwins(newerThan(old, keys))
      const account = old.serviceAccount.id
      const give = ({ key, secret }: MadeKey): Promise<void> =>
        handOver({ credential: keyFromNode(key, account), secret })
      const wanted = { account, name: old.name, days: spanOf(old) }
      const made = await makeProvenKey(client, wanted, { sleep, retry, keys, handOver: give }, call)
      try {
        refuseTwins(newerThan(old, await keysOf(old, call)).filter((newer) => newer !== made.key.id))
        await findAction(keyActions(client), REVOKE_KEY).invoke({ service_account_key_id: id }, call)
      } catch (caught) {
        await takeBack(client, made, notEnded(caught, id), call)
      }
    },
  })
}

const notEnded = (caught: unknown, id: string): ConnectorError =>
  ConnectorError.from(caught, ROTATE_KEY).reworded((detail) => `the old key ${id} was not revoked: ${detail}`)

/** Errors: `aborted` where an earlier rotation was stopped, or another runs now. */
function refuseTwins(newer: readonly string[]): void {
  if (newer.length === 0) return
  throw new ConnectorError(
    'aborted',
    ROTATE_KEY,
    `${newerKeys(newer)}; end the one that nobody uses with service-account key revoke, and rotate again`,
  )
}
