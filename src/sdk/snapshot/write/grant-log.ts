import type { DatabaseSync } from 'node:sqlite'

/** A grant's key is its principal's row number times this, plus its entitlement's row number. */
export const ENTITLEMENTS = 2 ** 24

/** Grants that are moved into `held` by one statement. Source: measurement. */
const BATCH = 128
const MOVE = 'insert or replace into held (key, annotation) values '

/** Numbers of a grant in a row of `came`: its key and its annotation. */
const PAIR = 2

/**
 * Writes grants down in the order in which they come, those of one write as one row of numbers. The caller holds the transaction.
 *
 * Why: a row for each of a million grants took a tenth of a sync, and nobody looks for a single one before all are sorted.
 */
export class GrantLog {
  readonly #database
  readonly #insert
  #numbers = new Float64Array(4096)
  #length = 0

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#insert = database.prepare('insert into came (grants) values (?)')
  }

  /** All by their row numbers; `annotation` 0 means none. */
  add(principal: number, entitlement: number, annotation: number): void {
    if (this.#length === this.#numbers.length) {
      const larger = new Float64Array(this.#length * 2)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[this.#length++] = principal * ENTITLEMENTS + entitlement
    this.#numbers[this.#length++] = annotation
  }

  /** Stores what was added. */
  flush(): void {
    if (this.#length > 0) this.#insert.run(new Uint8Array(this.#numbers.buffer, 0, this.#length * 8))
    this.#length = 0
  }

  /** Forgets what was added and not stored. */
  forget(): void {
    this.#length = 0
  }

  /** Grants that were stored, repeated ones included. */
  count(): number {
    const bytes = this.#database.prepare('select total(octet_length(grants)) as n from came').get()?.['n']
    return Number(bytes) / (8 * PAIR)
  }

  /** The stored ones in their order, write by write, each as its key and its annotation. */
  *pairs(): Generator<Float64Array> {
    for (const { grants } of this.#database.prepare('select grants from came order by id').iterate())
      if (grants instanceof Uint8Array) yield numbersOf(grants)
  }

  /** Moves the stored ones into the table `held`, where single ones can be found and taken out. */
  settle(): void {
    if (this.count() === 0) return
    const one = this.#database.prepare(`${MOVE}(?, ?)`)
    const many = this.#database.prepare(MOVE + Array(BATCH).fill('(?, ?)').join(', '))
    for (const numbers of this.pairs())
      for (let at = 0; at < numbers.length;) {
        const statement = numbers.length - at >= BATCH * PAIR ? many : one
        const end = at + (statement === many ? BATCH : 1) * PAIR
        statement.run(...numbers.subarray(at, end))
        at = end
      }
    this.#database.exec('delete from came')
  }
}

/** A copy, because a view of numbers has to begin at a multiple of eight. */
function numbersOf(bytes: Uint8Array): Float64Array {
  const numbers = new Float64Array(bytes.length / 8)
  new Uint8Array(numbers.buffer).set(bytes)
  return numbers
}
