import { z } from 'zod'
import type { Action, ProvisionCall } from '../sdk/contract/provisioner.ts'
import type { Mutation, TwingateClient } from '../twingate/client.ts'
import { isActive, keysOfAccount, readKey, type KeyOfAccount } from './account-keys.ts'
import { statedAction } from './stated-action.ts'

const KeyRevoke: Mutation<{ id: string }> = {
  operation: 'ServiceAccountKeyRevoke',
  document:
    'mutation ServiceAccountKeyRevoke($id: ID!) { serviceAccountKeyRevoke(id: $id) { ok error entity { id } } }',
  entity: z.object({ id: z.string() }),
}

/** Every document of this file, for the test that checks them against the schema. */
export const keyActionQueries = [KeyRevoke]

/** A key, and whether its account has another one to sign in with. */
interface RevocableKey extends KeyOfAccount {
  readonly isLast: boolean
}

/** The name of the action that ends a key. */
export const REVOKE_KEY = 'revoke_service_account_key'

/** What can be done with a key of a service account. A key that was revoked or has expired stays so. */
export function keyActions(client: TwingateClient): readonly Action[] {
  const read = async (id: string, call: ProvisionCall): Promise<RevocableKey | undefined> => {
    const key = await readKey(client, id, call)
    if (!key) return undefined
    const keys = isActive(key) ? await keysOfAccount(client, key.serviceAccount.id, call) : []
    return { ...key, isLast: !keys.some((other) => other.id !== key.id && isActive(other)) }
  }
  return [
    statedAction<RevocableKey>(
      { kind: 'ServiceAccountKey', type: 'service-account-key', word: 'service account key', read },
      {
        ...{ name: REVOKE_KEY, displayName: 'Revoke service account key' },
        description: 'Ends a key of a service account for good',
        states: ({ status }) => ({ before: status, after: status === 'EXPIRED' ? status : 'REVOKED' }),
        concern: ({ name, isLast, serviceAccount }) =>
          isLast
            ? `${JSON.stringify(name)} is the last active key of ${serviceAccount.name}, which cannot sign in then`
            : undefined,
        send: (id, call) => client.mutate(KeyRevoke, { id }, call),
      },
    ),
  ]
}
