import type { DatabaseSync } from 'node:sqlite'
import type { Kind } from '../model.ts'

/** Our numbers for the ids of one side. A number is given once and never to another id. */
export class Keys {
  readonly #ids: Readonly<Record<Kind, Map<string, number>>> = { user: new Map(), group: new Map() }
  readonly #onNew: (key: number, kind: Kind, id: string) => void
  #last = 0

  /** `onNew` hears of each number as it is given. */
  constructor(
    database: DatabaseSync,
    table: 'source_object' | 'target_object',
    onNew: (key: number, kind: Kind, id: string) => void,
  ) {
    this.#onNew = onNew
    const rows = database.prepare(`select key, kind, id from ${table}`)
    rows.setReturnArrays(true)
    for (const row of rows.iterate()) {
      const [key, kind, id] = row as unknown as [number, Kind, string]
      this.#ids[kind].set(id, key)
      if (key > this.#last) this.#last = key
    }
  }

  /** The number of an id, a new one where it has none. */
  of(kind: Kind, id: string): number {
    const known = this.#ids[kind].get(id)
    if (known !== undefined) return known
    const key = ++this.#last
    this.#ids[kind].set(id, key)
    this.#onNew(key, kind, id)
    return key
  }

  find(kind: Kind, id: string): number | undefined {
    return this.#ids[kind].get(id)
  }
}
