import { ConnectorError } from '../../ground/errors.ts'
import type { Resource, ResourceId } from '../../model/model.ts'
import type { PlannedChange, ProvisionCall } from '../../contract/provisioner.ts'
import { GRACE_MS, withGrace } from '../../pacing/with-grace.ts'
import { approve } from './approve.ts'
import { approveConcerns } from './approve-concerns.ts'
import type { ChangeLine } from './change-line.ts'
import type { ChangeRun } from './context.ts'

/** A change that is one step at the source. */
export interface SingleChange {
  /** As it was asked for, for example `account disable`. */
  readonly operation: string
  readonly name: string
  /** Absent for what is to be created. */
  readonly resource?: ResourceId
  /** The word for "it was so already". */
  readonly settled: string
  /** What a person at a terminal is asked before it is done. @default nothing */
  readonly question?: () => Promise<string>
  plan(call: ProvisionCall): Promise<PlannedChange<unknown>>
  apply(call: ProvisionCall): Promise<Applied>
}

export interface Applied {
  /** One word: `created`, `disabled`. */
  readonly outcome: string
  readonly resource?: ResourceId
  /** The object that somebody else created first. */
  readonly existing?: Resource
  readonly result?: Readonly<Record<string, unknown>>
}

/** Plans, then carries out what is needed, and tells what became of it. Errors: the refusal or failure, after it was told. */
export async function runSingle(context: ChangeRun, change: SingleChange): Promise<void> {
  const { reporter, dryRun, call, ambient } = context
  const { operation, name, resource } = change
  const told = { operation, name, ...(resource && { resource }) }
  const planned = await change.plan(call)
  if (planned.verdict === 'refused') {
    reporter.tell({ ...told, ...existingOf(planned.existing), outcome: 'refused', error: planned.error })
    throw planned.error
  }
  if (planned.verdict === 'settled') {
    const { state, existing } = planned
    const there = existing?.id ?? resource
    if (there) reporter.touched({ resource: there }, false)
    reporter.tell({ ...told, ...existingOf(existing), outcome: change.settled, before: state, after: state })
    return
  }
  const { before, after, concern } = planned
  if (dryRun) {
    reporter.tell({ ...told, outcome: 'planned', before, after, ...(concern !== undefined && { concern }) })
    return
  }
  if (change.question || concern !== undefined) {
    try {
      const question = await change.question?.()
      if (concern !== undefined) await approveConcerns(context, [concern], question)
      else if (question !== undefined) await approve(context, question)
    } catch (error) {
      reporter.tell({ ...told, outcome: 'not-attempted', before, after })
      throw error
    }
  }
  try {
    const applied = await withGrace(call.signal, ambient.sleep, GRACE_MS, (signal) => change.apply({ ...call, signal }))
    const { existing, ...done } = applied
    const changed = existing?.id ?? applied.resource ?? resource
    if (changed) reporter.touched({ resource: changed }, existing === undefined)
    reporter.tell({ ...told, before, after, ...done, ...existingOf(existing) })
  } catch (caught) {
    if (resource) reporter.touched({ resource }, false)
    const error = ConnectorError.from(caught, operation)
    const isRefusal = ['failed-precondition', 'permission-denied', 'invalid-argument', 'already-exists'].includes(
      error.code,
    )
    reporter.tell({ ...told, outcome: isRefusal ? 'refused' : 'failed', before, error })
    throw error
  }
}

const TOLD_OF_EXISTING = ['state', 'role', 'type'] as const

/** What is there already, as fields of a line. */
export function existingOf(existing: Resource | undefined): Pick<ChangeLine, 'resource' | 'existing'> {
  if (!existing) return {}
  const { id, profile } = existing
  const facts = TOLD_OF_EXISTING.flatMap((key) => (profile[key] === undefined ? [] : [[key, profile[key]] as const]))
  return { resource: id, existing: { id: id.id, ...Object.fromEntries(facts) } }
}
