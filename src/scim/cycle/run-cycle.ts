import { ConnectorError } from '../../sdk/ground/errors.ts'
import { carryOut } from '../act/carry-out.ts'
import { type CycleKind, Cycles } from '../state/cycles.ts'
import type { Engine } from './engine.ts'
import { type CycleResult, finishCycle } from './finish.ts'
import { type Prepared, prepareChanges, prepareFull } from './prepare.ts'
import type { QuarantineProfile } from './quarantine-rules.ts'

export interface CycleOptions {
  /** `full` reads both ends whatever is known. */
  readonly kind: 'full' | 'due'
  /** Whether objects that failed wait for their time. */
  readonly keepEscrow: boolean
  /** See `PlanInput`; only with a full cycle. @default false */
  readonly repair?: boolean | undefined
  readonly initiatedBy: string
  readonly intervalMs: number
  readonly quarantine: QuarantineProfile
  /** No operation begins after it aborts. */
  readonly stop: AbortSignal
  /** Aborts what has begun, too. */
  readonly halt: AbortSignal
  /** Shows the plan, and says whether it is to be carried out. @default it is */
  readonly confirm?: ((prepared: Prepared) => Promise<boolean>) | undefined
}

/** A full cycle at least this often, so that what others changed at the target is noticed. */
const FULL_EVERY_MS = 24 * 60 * 60_000

/** Which kind of cycle is due, and why it is a full one. */
export function dueCycle({ meta, policy, clock }: Engine): { readonly kind: CycleKind; readonly reason?: string } {
  const listed = meta.get('listed')
  if (meta.get('fingerprint') === undefined) return { kind: 'initial', reason: 'the first cycle' }
  if (meta.get('fingerprint') !== policy.fingerprint) return { kind: 'full', reason: 'the configuration has changed' }
  if (meta.get('unfinished') !== undefined) return { kind: 'full', reason: 'the last cycle did not come to its end' }
  if (listed === undefined) return { kind: 'full', reason: 'the target has not been read in full' }
  if (clock.now().getTime() - Date.parse(listed) >= FULL_EVERY_MS)
    return { kind: 'full', reason: 'the target was read in full a day ago' }
  return { kind: 'incremental' }
}

/** Plans and carries out one cycle. A failure of the cycle is in its result. */
export async function runCycle(engine: Engine, options: CycleOptions): Promise<CycleResult> {
  const { database, clock, target, meta } = engine
  const due = dueCycle(engine)
  const kind = options.kind === 'full' && due.kind === 'incremental' ? 'full' : due.kind
  const cycle = new Cycles(database).begin(kind, due.reason, clock.now())
  const requestsBefore = target.traffic().requests
  let prepared: Prepared | undefined
  let error: ConnectorError | undefined
  let full = kind !== 'incremental'
  try {
    const how = { cycle, keepEscrow: options.keepEscrow, repair: options.repair, signal: options.stop }
    if (full) prepared = await prepareFull(engine, how)
    else
      prepared = await prepareChanges(engine, meta.get('watermark'), how).catch(async (caught: unknown) => {
        if (ConnectorError.from(caught, 'read the source').reason !== 'watermark-expired') throw caught
        full = true
        return prepareFull(engine, how)
      })
    if ((await options.confirm?.(prepared)) === false)
      throw new ConnectorError('canceled', 'apply', 'nothing was changed')
    await carryOut(engine, prepared, { cycle, stop: options.stop, halt: options.halt })
    if (options.stop.aborted)
      throw new ConnectorError('canceled', 'provision', 'stopped on request; the next cycle goes on')
  } catch (caught) {
    error = ConnectorError.from(caught, 'provision')
  }
  return finishCycle(engine, {
    ...{ cycle, prepared, error, full, requestsBefore },
    ...{ initiatedBy: options.initiatedBy, intervalMs: options.intervalMs, quarantine: options.quarantine },
  })
}
