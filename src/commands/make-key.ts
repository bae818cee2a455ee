import { type MadeKey, MOST_KEY_DAYS, type NewKey } from '../resources/key-create.ts'
import { makeProvenKey } from '../resources/proven-key.ts'
import { serviceAccountId } from '../resources/service-account.ts'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ProvisionCall } from '../sdk/contract/provisioner.ts'
import type { HandOver } from '../sdk/cli/changes/hand-over.ts'
import type { Applied } from '../sdk/cli/changes/run-single.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import type { ChangeContext } from './context.ts'

const OPERATION = 'create service account key'

/** Makes a key as `makeProvenKey`, and says what was made. */
export async function makeKey(
  { client, ambient, reporter }: ChangeContext,
  wanted: NewKey,
  handOver: HandOver,
  call: ProvisionCall,
): Promise<Applied> {
  const give = ({ secret }: MadeKey): Promise<void> => handOver.give(secret, call.signal)
  const { key } = await makeProvenKey(client, wanted, { sleep: ambient.sleep, handOver: give }, call)
  const { id, expiresAt } = key
  // The account counts its keys.
  reporter.touched({ resource: serviceAccountId(wanted.account) }, true)
  return {
    outcome: 'created',
    resource: { type: TYPE_IDS.serviceAccountKey, id },
    result: { id, expires_at: expiresAt ?? null, handed_to: handOver.where },
  }
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
