import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Sleep } from '../sdk/ground/ports.ts'
import { Secret } from '../sdk/ground/secret.ts'
import type { ProvisionCall } from '../sdk/contract/provisioner.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'
import { changeRetryPolicy, persist, sendOrLook } from '../sdk/pacing/send-or-look.ts'
import type { Mutation, TwingateClient } from '../twingate/client.ts'
import { keysOfAccount, type KeyState } from './account-keys.ts'
import { KEY_FIELDS, ServiceAccountKeyNode } from './service-account-key-node.ts'

/** Most days that a key may be valid. Source: twingate-schema.graphql, `serviceAccountKeyCreate`. */
export const MOST_KEY_DAYS = 365

/** A key as Twingate made it, with the secret that no later answer holds. */
export interface MadeKey {
  readonly key: ServiceAccountKeyNode
  readonly secret: Secret
}

const KeyCreate: Mutation<MadeKey> = {
  operation: 'ServiceAccountKeyCreate',
  document: `mutation ServiceAccountKeyCreate($account: ID!, $name: String!, $days: Int!) {
    serviceAccountKeyCreate(serviceAccountId: $account, name: $name, expirationTime: $days) {
      ok error token entity { ...KeyFields }
    }
  }\n${KEY_FIELDS}`,
  shows: 'payload',
  entity: z
    .object({ entity: ServiceAccountKeyNode, token: z.string().min(1) })
    .transform(({ entity, token }) => ({ key: entity, secret: new Secret(token) })),
}

/** Every document of this file, for the test that checks them against the schema. */
export const keyCreateQueries = [KeyCreate]

export interface NewKey {
  /** Id of the service account. */
  readonly account: string
  readonly name: string
  /** Whole days that it is valid, up to `MOST_KEY_DAYS`; 0 for ever. */
  readonly days: number
}

interface KeyCreateOptions {
  readonly sleep: Sleep
  readonly retry?: RetryPolicy
  /** Those that the account had a moment ago. @default they are asked for */
  readonly keys?: readonly KeyState[]
}

const OPERATION = 'create service account key'

/**
 * Makes a key. It is sent once: a second one would be another key.
 *
 * Errors: the server's refusal; `aborted` where the answer was lost, with the id of the key where one came into being: nobody has its secret.
 */
export async function createKey(
  client: TwingateClient,
  { account, name, days }: NewKey,
  { sleep, retry = changeRetryPolicy, keys }: KeyCreateOptions,
  call: ProvisionCall,
): Promise<MadeKey> {
  const before =
    keys ?? (await persist(() => keysOfAccount(client, account, call), { operation: OPERATION, retry, call }))
  const known = new Set(before.map(({ id }) => id))
  const look = async (): Promise<undefined> => {
    const made = (await keysOfAccount(client, account, call)).filter((key) => !known.has(key.id) && key.name === name)
    if (made.length > 0) throw secretLost(made.map(({ id }) => id))
    return undefined
  }
  return sendOrLook<MadeKey>({
    send: () => client.mutate(KeyCreate, { account, name, days }, call),
    look,
    unrepeatable: {
      sleep,
      async prove() {
        await look()
        throw answerLost()
      },
    },
    ...{ operation: OPERATION, retry, call },
  })
}

const secretLost = (ids: readonly string[]): ConnectorError =>
  new ConnectorError(
    'aborted',
    OPERATION,
    `the key ${ids.join(', ')} was created, and the answer with its secret was lost, so nobody can use it; end it with service-account key revoke ${ids.join(' ')}, then create another`,
  )

const answerLost = (): ConnectorError =>
  new ConnectorError(
    'aborted',
    OPERATION,
    'the answer was lost, and no new key was seen for half a minute; look at the keys of the account before you create another',
  )
