import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'

export const CycleKind = z.enum(['initial', 'full', 'incremental', 'on-demand'])
export type CycleKind = z.infer<typeof CycleKind>

export const CycleState = z.enum(['running', 'succeeded', 'entry-errors', 'failed', 'canceled', 'interrupted'])
/** `entry-errors`: it came to its end, and single objects failed. `interrupted`: its process was killed. */
export type CycleState = z.infer<typeof CycleState>

/** What a cycle came to. Members are counted one by one, all else by objects. */
export const CycleCounts = z.object({
  created: z.int(),
  updated: z.int(),
  enabled: z.int(),
  disabled: z.int(),
  deleted: z.int(),
  membersAdded: z.int(),
  membersRemoved: z.int(),
  /** Added or removed, at a target that shows no membership. */
  membersUnverified: z.int().default(0),
  failed: z.int(),
  /** Done, and the target stores a value in its own way. */
  warnings: z.int(),
  /** Wait for `allow-deletes`. */
  staged: z.int(),
  /** Wait because something was not read in full, or failed before. */
  held: z.int(),
  conflicts: z.int(),
  /** Members that are not provisioned themselves. */
  unresolvedMembers: z.int(),
  /** Objects of the source that are in scope. */
  entitled: z.int(),
  /** Objects of the source that are not provisioned, by reason. */
  skipped: z.record(z.string(), z.int()),
  requests: z.int(),
})
export type CycleCounts = z.infer<typeof CycleCounts>

export interface Cycle {
  readonly id: number
  readonly kind: CycleKind
  readonly began: Date
  readonly ended: Date | undefined
  readonly state: CycleState
  /** Why it was a full one. */
  readonly reason: string | undefined
  readonly counts: CycleCounts | undefined
  /** What ended it before its end. */
  readonly detail: string | undefined
}

/** Cycles are kept this long, as their log records are. */
const KEPT_MS = 30 * 24 * 60 * 60_000

/** The cycles of this state, the newest with the highest number. */
export class Cycles {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Begins a cycle. The caller holds the state's lock, so a cycle that still says `running` belongs to a killed process. */
  begin(kind: CycleKind, reason: string | undefined, at: Date): number {
    this.#database.exec("update cycle set state = 'interrupted' where state = 'running'")
    this.#database.prepare('delete from cycle where began < ?').run(new Date(at.getTime() - KEPT_MS).toISOString())
    const { lastInsertRowid } = this.#database
      .prepare("insert into cycle (kind, began, state, reason) values (?, ?, 'running', ?)")
      .run(kind, at.toISOString(), reason ?? null)
    return Number(lastInsertRowid)
  }

  end(id: number, state: CycleState, at: Date, counts: CycleCounts | undefined, detail?: string): void {
    this.#database
      .prepare('update cycle set state = ?, ended = ?, counts = ?, detail = ? where id = ?')
      .run(state, at.toISOString(), counts ? JSON.stringify(counts) : null, detail ?? null, id)
  }

  /** The newest first. */
  last(count: number): readonly Cycle[] {
    return this.#database
      .prepare('select * from cycle order by id desc limit ?')
      .all(count)
      .map((row) => ({
        id: Number(row['id']),
        kind: CycleKind.parse(row['kind']),
        began: new Date(String(row['began'])),
        ended: row['ended'] === null ? undefined : new Date(String(row['ended'])),
        state: CycleState.parse(row['state']),
        reason: row['reason'] === null ? undefined : String(row['reason']),
        counts: row['counts'] === null ? undefined : CycleCounts.parse(JSON.parse(String(row['counts']))),
        detail: row['detail'] === null ? undefined : String(row['detail']),
      }))
  }
}
