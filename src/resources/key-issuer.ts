import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Clock, Sleep } from '../sdk/ground/ports.ts'
import type { CredentialIssuer, PlannedChange, ProvisionCall, ResourceDeleter } from '../sdk/contract/provisioner.ts'
import { isNeeded, refuse } from '../sdk/contract/refuse.ts'
import type { ResourceId } from '../sdk/model/model.ts'
import type { RetryPolicy } from '../sdk/pacing/retry.ts'
import { changeRetryPolicy, persist, sendOrLook } from '../sdk/pacing/send-or-look.ts'
import { findAction } from '../sdk/provision/require-part.ts'
import type { Mutation, TwingateClient } from '../twingate/client.ts'
import { isIdOf, notAnIdError } from '../twingate/global-id.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { isActive, keysOfAccount, type KeyOfAccount, readKey } from './account-keys.ts'
import { keyActions, REVOKE_KEY } from './key-actions.ts'
import { createKey, MOST_KEY_DAYS } from './key-create.ts'
import { readServiceAccounts } from './lookup-by-id.ts'
import { keyFromNode } from './service-account-key-node.ts'

const DAY_SECONDS = 86_400

/** Time that may pass until the server counts the days, so that a key is over when it must be. */
const LATENCY_SECONDS = 60

/** Makes keys of service accounts for whoever encrypts their secrets. */
export function keyIssuer(
  client: TwingateClient,
  { clock, sleep, retry = changeRetryPolicy }: KeyOptions,
): CredentialIssuer {
  const operation = 'issue credential'
  return Object.freeze({
    credentials: {
      type: TYPE_IDS.serviceAccountKey,
      leastSeconds: DAY_SECONDS + LATENCY_SECONDS,
      mostSeconds: MOST_KEY_DAYS * DAY_SECONDS,
    },

    async issue({ identity, requestId, until }: Parameters<CredentialIssuer['issue']>[0], call: ProvisionCall) {
      const { id } = identity
      if (!isIdOf('ServiceAccount', id)) throw notAnIdError('ServiceAccount', id)
      const days = until ? daysUntil(until, clock.now()) : MOST_KEY_DAYS
      const account = (await persist(() => readServiceAccounts(client, [id], call), { operation, retry, call })).get(id)
      if (ConnectorError.is(account)) throw account
      if (!account) throw new ConnectorError('not-found', operation, `there is no service account ${id}`)
      const name = `request ${requestId}`
      const keys = await persist(() => keysOfAccount(client, id, call), { operation, retry, call })
      const before = keys.find((key) => key.name === name)
      if (before)
        throw new ConnectorError(
          'aborted',
          operation,
          `this request made the key ${before.id} before, and nobody has its secret; delete it, and ask for another`,
        )
      const { key, secret } = await createKey(client, { account: id, name, days }, { sleep, retry, keys }, call)
      return { credential: keyFromNode(key, id), secret }
    },
  })
}

/** Errors: `invalid-argument` for an end that is less than a day away. An end that is further than the most is reached before. */
function daysUntil(until: Date, now: Date): number {
  const days = Math.floor(((until.getTime() - now.getTime()) / 1000 - LATENCY_SECONDS) / DAY_SECONDS)
  if (days >= 1) return Math.min(days, MOST_KEY_DAYS)
  throw new ConnectorError(
    'invalid-argument',
    'issue credential',
    'a key lasts whole days, at least one; ask for a later end',
  )
}

interface KeyOptions {
  readonly clock: Pick<Clock, 'now'>
  readonly sleep: Sleep
  readonly retry?: RetryPolicy
}

const KeyDelete: Mutation<undefined> = {
  operation: 'ServiceAccountKeyDelete',
  document: 'mutation ServiceAccountKeyDelete($id: ID!) { serviceAccountKeyDelete(id: $id) { ok error } }',
  entity: z.undefined(),
}

/** Every document of this file, for the test that checks them against the schema. */
export const keyIssuerQueries = [KeyDelete]

/** Deletes keys; one that still works is revoked before. */
export function keyDeleter(client: TwingateClient, retry: RetryPolicy = changeRetryPolicy): ResourceDeleter {
  const operation = 'delete service account key'
  const look = async (
    id: ResourceId,
    call: ProvisionCall,
  ): Promise<{ readonly plan: PlannedChange<ResourceId>; readonly key?: KeyOfAccount }> => {
    if (!isIdOf('ServiceAccountKey', id.id))
      return { plan: { change: id, verdict: 'refused', error: notAnIdError('ServiceAccountKey', id.id) } }
    if (id.type !== TYPE_IDS.serviceAccountKey)
      return { plan: refuse(id, 'invalid-argument', operation, `a ${id.type} is no service account key`) }
    const key = await persist(() => readKey(client, id.id, call), { operation, retry, call })
    if (!key) return { plan: { change: id, verdict: 'settled', state: 'no such key' } }
    return { plan: { change: id, verdict: 'needed', before: key.status, after: 'deleted' }, key }
  }
  const revoke = findAction(keyActions(client), REVOKE_KEY)
  return Object.freeze({
    async planDelete(id: ResourceId, call: ProvisionCall): Promise<PlannedChange<ResourceId>> {
      const { plan, key } = await look(id, call)
      if (plan.verdict !== 'needed' || !key || !isActive(key)) return plan
      // The last key is as much a matter of confirmation here as where it is revoked.
      const revoked = await revoke.plan({ service_account_key_id: id.id }, call)
      if (revoked.verdict !== 'needed' || revoked.concern === undefined) return plan
      return { ...plan, concern: revoked.concern }
    },

    async delete(id: ResourceId, call: ProvisionCall): Promise<'deleted' | 'already-deleted'> {
      const { plan, key } = await look(id, call)
      if (!isNeeded(plan)) return 'already-deleted'
      if (key && isActive(key)) await revoke.invoke({ service_account_key_id: id.id }, call)
      return sendOrLook<'deleted'>({
        send: async () => {
          await client.mutate(KeyDelete, { id: id.id }, call)
          return 'deleted'
        },
        look: async () => ((await readKey(client, id.id, call)) ? undefined : 'deleted'),
        ...{ operation, retry, call },
      })
    },
  })
}
