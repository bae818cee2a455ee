import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Operation } from './operations.ts'

const FIRST_MS = 60 * 60_000
const MOST_MS = 24 * 60 * 60_000
/** Longer ago than this, an object is tried like any other again. */
const KEPT_MS = 28 * 24 * 60 * 60_000

/** Objects that failed. They are tried again in the next cycle, then less and less often, as long as what is to be done to them stays the same. */
export class Escrow {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  count(): number {
    return Number(this.#database.prepare('select count(*) as n from escrow').get()?.['n'])
  }

  /** The first failure leaves the next cycle free to try again; from the second on the wait doubles. */
  failed(operation: Operation, code: string, detail: string, now: Date): void {
    if (operation.source === undefined) return
    const digest = digestOf(operation)
    const known = this.#database
      .prepare('select since, attempts, digest from escrow where source_key = ?')
      .get(operation.source)
    const isSame = known?.['digest'] === digest && now.getTime() - Date.parse(String(known['since'])) < KEPT_MS
    const attempts = isSame ? Number(known['attempts']) + 1 : 1
    const waitMs = attempts === 1 ? 0 : Math.min(MOST_MS, FIRST_MS * 2 ** (attempts - 2))
    this.#database
      .prepare('insert or replace into escrow values (?, ?, ?, ?, ?, ?, ?)')
      .run(
        ...[operation.source, isSame ? String(known['since']) : now.toISOString(), attempts],
        ...[new Date(now.getTime() + waitMs).toISOString(), code, detail, digest],
      )
  }

  /** What was done, or is not to be done any more, is not in escrow. */
  release(sources: Iterable<number>): void {
    const remove = this.#database.prepare('delete from escrow where source_key = ?')
    for (const source of sources) remove.run(source)
  }

  clear(): void {
    this.#database.exec('delete from escrow')
  }

  /** Holds back the planned operations whose time has not come. */
  hold(get: (id: number) => Operation | undefined, now: Date): void {
    const rows = this.#database
      .prepare(
        `select o.id, e.digest, e.attempts, e.next_at, e.detail from operation o join escrow e on e.source_key = o.source_key
          where o.state = 'planned' and e.next_at > ?`,
      )
      .all(now.toISOString())
    const hold = this.#database.prepare(
      "update operation set state = 'held', code = 'Escrowed', detail = ? where id = ?",
    )
    for (const { id, digest, attempts, next_at: next, detail } of rows) {
      const operation = get(Number(id))
      if (operation && digestOf(operation) === digest)
        hold.run(`failed ${String(attempts)} times (${String(detail)}); tried again at ${String(next)}`, Number(id))
    }
  }
}

const digestOf = ({ action, changes, members }: Operation): string =>
  createHash('sha256')
    .update(JSON.stringify([action, changes, members]))
    .digest('hex')
