import { ConnectorError } from '../../sdk/errors.ts'
import type { ResourceId } from '../../sdk/model.ts'
import type { PlannedChange, ProvisionCall } from '../../sdk/provisioner.ts'
import { GRACE_MS, withGrace } from '../../provision/with-grace.ts'
import type { ChangeContext } from './context.ts'

/** A change that is one step at Twingate. */
export interface SingleChange {
  /** As it was asked for, for example `account disable`. */
  readonly operation: string
  readonly name: string
  /** Absent for what is to be created. */
  readonly resource?: ResourceId
  /** The word for "it was so already". */
  readonly settled: string
  /** What a sync must read again afterwards; a deleted resource cannot be read. */
  readonly readAgain: boolean
  plan(call: ProvisionCall): Promise<PlannedChange<unknown>>
  apply(call: ProvisionCall): Promise<Applied>
}

export interface Applied {
  /** One word: `created`, `disabled`. */
  readonly outcome: string
  readonly resource?: ResourceId
  readonly result?: Readonly<Record<string, unknown>>
}

/** Plans, then carries out what is needed, and tells what became of it. Errors: the refusal or failure, after it was told. */
export async function runSingle(context: ChangeContext, change: SingleChange): Promise<void> {
  const { reporter, dryRun, call, ambient } = context
  const { operation, name, resource } = change
  const told = { operation, name, ...(resource && { resource }) }
  const planned = await change.plan(call)
  if (planned.verdict === 'refused') {
    reporter.tell({ ...told, outcome: 'refused', error: planned.error })
    throw planned.error
  }
  if (planned.verdict === 'settled') {
    reporter.tell({ ...told, outcome: change.settled, before: planned.state, after: planned.state })
    return
  }
  const { before, after } = planned
  if (dryRun) {
    reporter.tell({ ...told, outcome: 'planned', before, after })
    return
  }
  try {
    const applied = await withGrace(call.signal, ambient.sleep, GRACE_MS, (signal) => change.apply({ ...call, signal }))
    const changed = applied.resource ?? resource
    if (changed && change.readAgain) reporter.touched([changed])
    reporter.tell({ ...told, before, after, ...applied })
  } catch (caught) {
    const error = ConnectorError.from(caught, operation)
    const isRefusal = ['failed-precondition', 'permission-denied', 'invalid-argument', 'already-exists'].includes(
      error.code,
    )
    reporter.tell({ ...told, outcome: isRefusal ? 'refused' : 'failed', before, error })
    throw error
  }
}
