import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

const ROWS = 100

/** Puts rows into a table, a hundred at a time: the way from JavaScript into SQLite costs more than the row itself. */
export class RowBatch {
  readonly #many: StatementSync
  readonly #one: StatementSync
  readonly #width: number
  #values: SQLInputValue[] = []

  /** `insert` ends before `values`, for example `insert into t (a, b)`; `end` follows the values. */
  constructor(database: DatabaseSync, insert: string, width: number, end = '') {
    const row = `(${Array.from({ length: width }, () => '?').join(',')})`
    this.#many = database.prepare(`${insert} values ${Array.from({ length: ROWS }, () => row).join(',')} ${end}`)
    this.#one = database.prepare(`${insert} values ${row} ${end}`)
    this.#width = width
  }

  add(...row: readonly SQLInputValue[]): void {
    for (const value of row) this.#values.push(value)
    if (this.#values.length < ROWS * this.#width) return
    this.#many.run(...this.#values)
    this.#values = []
  }

  flush(): void {
    for (let at = 0; at < this.#values.length; at += this.#width)
      this.#one.run(...this.#values.slice(at, at + this.#width))
    this.#values = []
  }
}
