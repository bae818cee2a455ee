import { readServiceAccounts } from '../resources/lookup-by-id.ts'
import { MOST_KEY_DAYS } from '../resources/key-create.ts'
import type { PlannedChange } from '../sdk/contract/provisioner.ts'
import { refuse, sound } from '../sdk/contract/refuse.ts'
import { changeRetryPolicy, persist } from '../sdk/pacing/send-or-look.ts'
import { openHandOver } from '../sdk/cli/changes/hand-over.ts'
import { runSingle } from '../sdk/cli/changes/run-single.ts'
import type { ChangeRunner } from './context.ts'
import { keyDays, keyState, makeKey } from './make-key.ts'
import { oneOfNames } from './names/find.ts'

const OPERATION = 'service-account key create'

/** `service-account key create ACCOUNT`. */
export const keyCreateCommand: ChangeRunner = async (context) => {
  const { invocation, references, ambient, client, call } = context
  const days = keyDays(invocation.flags.get('expires-in'), MOST_KEY_DAYS)
  const name = invocation.flags.get('name')?.trim() || `baton-twingate ${ambient.clock.now().toISOString()}`
  const handOver = await openHandOver(context)
  try {
    const account = await oneOfNames(references.serviceAccounts, invocation.words[0] ?? '')
    const { id } = account.id
    const plan = async (): Promise<PlannedChange<string>> => {
      const retry = { operation: OPERATION, retry: changeRetryPolicy, call }
      const found = sound((await persist(() => readServiceAccounts(client, [id], call), retry)).get(id))
      if (!found) return refuse(id, 'not-found', OPERATION, `there is no service account ${id}; look it up again`)
      return { change: id, verdict: 'needed', before: 'no such key', after: keyState(days) }
    }
    await runSingle(context, {
      ...{ operation: OPERATION, name: `${account.name ?? id}: ${name}`, settled: 'already-created', plan },
      apply: (applying) => makeKey(context, { account: id, name, days }, handOver, applying),
    })
  } finally {
    await handOver.release()
  }
}
