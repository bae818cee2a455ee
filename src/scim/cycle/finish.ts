import type { ConnectorError } from '../../sdk/ground/errors.ts'
import type { CycleCounts, CycleState } from '../state/cycles.ts'
import { Cycles } from '../state/cycles.ts'
import { Quarantine, type QuarantineReason } from '../state/quarantine.ts'
import { inTransaction } from '../state/transaction.ts'
import { countCycle } from './count-cycle.ts'
import type { Engine } from './engine.ts'
import { noteEscrow } from './note-escrow.ts'
import type { Prepared } from './prepare.ts'
import { quarantineOf, type QuarantineProfile } from './quarantine-rules.ts'
import { writeLog } from './write-log.ts'

export interface Finish {
  readonly cycle: number
  readonly initiatedBy: string
  /** Requests of the target before the cycle began. */
  readonly requestsBefore: number
  /** `undefined` where it could not be planned. */
  readonly prepared: Prepared | undefined
  /** What ended the cycle before its end. */
  readonly error: ConnectorError | undefined
  /** Whether it was a full read of both ends. */
  readonly full: boolean
  readonly intervalMs: number
  readonly quarantine: QuarantineProfile
}

export interface CycleResult {
  readonly cycle: number
  readonly state: CycleState
  readonly counts: CycleCounts | undefined
  /** Whether the source and the target were read in full. */
  readonly complete: boolean
  readonly error: ConnectorError | undefined
  /** Set where people have to be notified: the quarantine is new, or has another reason. */
  readonly quarantined: { readonly reason: QuarantineReason; readonly detail: string } | undefined
}

/** Writes down what a cycle came to: log, escrow, quarantine, and, after a success alone, where the next one begins. */
export function finishCycle(engine: Engine, finish: Finish): CycleResult {
  const { database, clock } = engine
  const { cycle, prepared, error } = finish
  return inTransaction(database, () => {
    const now = clock.now()
    if (prepared) {
      writeLog(engine, { cycle, initiatedBy: finish.initiatedBy, at: now })
      noteEscrow(engine, now)
      noteDormant(engine)
    }
    const counts = prepared && countCycle(engine, 'done', finish.requestsBefore)
    const state = stateOf(error, counts)
    if (!error && prepared) noteSuccess(engine, prepared, finish.full)
    new Cycles(database).end(cycle, state, now, counts, error?.detail)
    engine.meta.set('profile', JSON.stringify(engine.target.profile))
    engine.meta.set('progress', undefined)
    return {
      cycle,
      state,
      counts,
      complete: prepared !== undefined && isComplete(prepared),
      error,
      quarantined: state === 'canceled' ? undefined : noteQuarantine(engine, finish, counts),
    }
  })
}

const isComplete = ({ read, plan: { targetComplete } }: Prepared): boolean =>
  read.complete && targetComplete.user && targetComplete.group

function stateOf(error: ConnectorError | undefined, counts: CycleCounts | undefined): CycleState {
  if (error) return error.code === 'canceled' ? 'canceled' : 'failed'
  return counts && counts.failed + counts.conflicts > 0 ? 'entry-errors' : 'succeeded'
}

/** An object that was disabled because it left the scope is no longer managed: a later deletion at the source is not passed on. */
function noteDormant({ database }: Engine): void {
  database.exec(`
    update link set dormant = 1 where source_key in (
      select key from desired where verdict = 'out' and code in ('NotAssigned', 'NotEffectivelyEntitled', 'OutOfScope'));
    update link set dormant = 0 where dormant = 1 and source_key in (select key from desired where verdict = 'in')`)
}

function noteSuccess({ meta, policy, clock }: Engine, { read, plan }: Prepared, full: boolean): void {
  meta.set('fingerprint', policy.fingerprint)
  if (read.complete) meta.set('watermark', read.watermark)
  if (full)
    meta.set('listed', plan.targetComplete.user && plan.targetComplete.group ? clock.now().toISOString() : undefined)
}

function noteQuarantine(
  { database, clock }: Engine,
  { prepared, error, intervalMs, quarantine: profile }: Finish,
  counts: CycleCounts | undefined,
): CycleResult['quarantined'] {
  const quarantine = new Quarantine(database)
  const found = quarantineOf(error, prepared?.staged, counts, profile)
  if (!found) {
    // A cycle that failed, such as for a network that is down, does not end the quarantine either.
    if (!error) quarantine.leave()
    return undefined
  }
  return quarantine.enter(found.reason, found.detail, clock.now(), intervalMs) ? found : undefined
}
