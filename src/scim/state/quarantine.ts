import type { DatabaseSync } from 'node:sqlite'

/** Why cycles become rare until a person has looked. Names as in the provisioning service of others. */
export type QuarantineReason =
  | 'EncounteredQuarantineException'
  | 'EncounteredBaseEscrowThreshold'
  | 'EncounteredTotalEscrowThreshold'
  | 'EncounteredEscrowProportionThreshold'
  | 'TooManyDeletes'
  | 'IngestionInterrupted'

export interface Quarantined {
  readonly reason: QuarantineReason
  readonly detail: string
  /** Since when for this reason. */
  readonly began: Date
  /** Since when at all. */
  readonly seriesBegan: Date
  /** Cycles that ended in quarantine since then. */
  readonly seriesCount: number
  readonly nextAttempt: Date
}

const DAY_MS = 24 * 60 * 60_000

/** The quarantine of this state, if it is in one. */
export class Quarantine {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  current(): Quarantined | undefined {
    const row = this.#database.prepare('select * from quarantine').get()
    return (
      row && {
        reason: row['reason'] as QuarantineReason,
        detail: String(row['detail']),
        began: new Date(String(row['began'])),
        seriesBegan: new Date(String(row['series_began'])),
        seriesCount: Number(row['series_count']),
        nextAttempt: new Date(String(row['next_attempt'])),
      }
    )
  }

  /** A cycle ended in quarantine. The wait for the next doubles from the interval to a day. Gives whether people have to be notified: once a reason. */
  enter(reason: QuarantineReason, detail: string, now: Date, intervalMs: number): boolean {
    const known = this.current()
    const count = (known?.seriesCount ?? 0) + 1
    const next = new Date(now.getTime() + Math.min(DAY_MS, intervalMs * 2 ** Math.min(count, 20)))
    const isNew = known?.reason !== reason
    this.#database
      .prepare('insert or replace into quarantine values (1, ?, ?, ?, ?, ?, ?)')
      .run(
        ...[reason, detail, (isNew ? now : known.began).toISOString(), (known?.seriesBegan ?? now).toISOString()],
        ...[count, next.toISOString()],
      )
    return isNew
  }

  leave(): void {
    this.#database.exec('delete from quarantine')
  }
}
