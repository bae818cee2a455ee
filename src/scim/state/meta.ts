import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** What is kept by name. */
export type MetaName =
  /** URL of the only target this state belongs to. */
  | 'target'
  /** Type, and for servers the name, of the only source. */
  | 'source'
  /** Random, for log records. */
  | 'job'
  | 'watermark'
  /** Digest of everything in the configuration that decides what the target should hold. */
  | 'fingerprint'
  /** What was learned about the target, as JSON. */
  | 'profile'
  /** Since when, while the engine is to do nothing. */
  | 'paused'
  /** Set while a cycle is at work; found at a start, the last one did not come to its end. */
  | 'unfinished'
  /** When the target was last listed in full, both kinds completely. */
  | 'listed'
  /** Where the running cycle is, as JSON. */
  | 'progress'
  /** Set where the target names the members of groups by their userName. */
  | 'names members'
  /** Changes whenever another command wants a waiting program to look again. */
  | 'woken'

/** Small facts of the state. */
export class Meta {
  readonly #get: StatementSync
  readonly #set: StatementSync
  readonly #remove: StatementSync

  constructor(database: DatabaseSync) {
    this.#get = database.prepare('select value from meta where name = ?')
    this.#set = database.prepare('insert into meta values (?, ?) on conflict do update set value = excluded.value')
    this.#remove = database.prepare('delete from meta where name = ?')
  }

  get(name: MetaName): string | undefined {
    const value = this.#get.get(name)?.['value']
    return typeof value === 'string' ? value : undefined
  }

  /** `undefined` removes it. */
  set(name: MetaName, value: string | undefined): void {
    if (value === undefined) this.#remove.run(name)
    else this.#set.run(name, value)
  }
}
