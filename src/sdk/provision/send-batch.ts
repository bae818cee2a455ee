import { ConnectorError, isRetryable } from '../ground/errors.ts'
import type { HolderChange, PlannedChange, ProvisionCall, Provisioner } from '../contract/provisioner.ts'
import type { ChangeOutcome, ChangeReport } from './report.ts'

export type Needed = Extract<PlannedChange<HolderChange>, { verdict: 'needed' }>

/** Needed changes of one kind on one resource, at most as many as one write takes, and what sending them needs. */
export interface Batch {
  readonly provisioner: Provisioner
  readonly changes: readonly Needed[]
  readonly call: ProvisionCall
  /** Runs a task again while its failure may pass. */
  readonly retry: <T>(operation: string, task: () => Promise<T>) => Promise<T>
  readonly onReport: (report: ChangeReport) => void
}

export const DONE: Readonly<Record<HolderChange['kind'], ChangeOutcome>> = { grant: 'granted', revoke: 'revoked' }

/** Refusals that a smaller write may avoid. */
const isTooLarge = (error: ConnectorError): boolean =>
  error.code === 'deadline-exceeded' ||
  error.reason === 'http 413' ||
  error.reason === 'http 504' ||
  error.reason === 'too much'

/**
 * Sends one batch, halved where the server finds it too large, and reports every change of it. Gives the failure that ended it, if any.
 *
 * Why: after any failure the present state is read before something is sent again, so that a write whose answer was lost is not repeated
 * and one vanished user does not hold up the others.
 */
export async function sendBatch(batch: Batch): Promise<ConnectorError | undefined> {
  const { provisioner, call, retry, onReport } = batch
  const [head] = batch.changes
  if (!head) return undefined
  const { kind, resource } = head.change
  let open = batch.changes
  let unseen = false
  let refused: ConnectorError | undefined

  const settle = (plans: readonly Needed[], outcome: ChangeOutcome, error?: ConnectorError): void => {
    open = open.filter((plan) => !plans.includes(plan))
    for (const { change, before, after, replaces } of plans) {
      const replaced = outcome === DONE[kind] && replaces !== undefined && { replaced: replaces }
      onReport({ change, outcome, before, after, ...replaced, ...(error && { error }) })
    }
  }
  const look = async (): Promise<void> => {
    const asked = open
    const now = await provisioner.plan(
      asked.map((plan) => plan.change),
      call,
    )
    unseen = false
    for (const [i, plan] of asked.entries()) {
      const verdict = now[i]
      if (verdict?.verdict === 'settled') settle([plan], DONE[kind])
      if (verdict?.verdict !== 'refused') continue
      settle([plan], 'refused', verdict.error)
      refused ??= verdict.error
    }
  }
  /** Gives the refusal that halving may avoid. */
  const send = async (): Promise<ConnectorError | undefined> => {
    if (unseen) await look()
    while (open.length > 0) {
      const count = open.length
      try {
        await provisioner.apply(
          open.map((plan) => plan.change),
          call,
        )
        settle(open, DONE[kind])
      } catch (caught) {
        const error = ConnectorError.from(caught, 'provision')
        // The provisioner has already read the state, and its error says what was changed.
        if (error.code === 'aborted') throw error
        unseen = true
        await look()
        if (open.length < count) continue
        if (isTooLarge(error) && count > 1) return error
        throw error
      }
    }
    return undefined
  }

  try {
    const tooLarge = await retry(`${kind} on ${resource.type} ${resource.id}`, send)
    if (!tooLarge) return refused
  } catch (caught) {
    const error = ConnectorError.from(caught, 'provision')
    const mayHaveHappened = unseen || ['canceled', 'aborted'].includes(error.code) || isRetryable(error.code)
    settle(open, mayHaveHappened ? 'failed' : 'refused', error)
    return refused ?? error
  }
  const middle = Math.ceil(open.length / 2)
  const rest = open.slice(middle)
  const failure = await sendBatch({ ...batch, changes: open.slice(0, middle) })
  if (!failure) return (await sendBatch({ ...batch, changes: rest })) ?? refused
  settle(rest, 'not-attempted')
  return refused ?? failure
}
