import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { ResourceId } from '../../sdk/model/model.ts'
import { Expansion, type Holding, type Holdings } from '../../readers/access/expansion.ts'
import { endOfSync, type NamedFile } from '../../readers/file/open-files.ts'
import type { SyncView } from '../../readers/file/sync-view.ts'
import { keyOf, type Thing } from '../../readers/model/thing.ts'
import { allSteps } from '../../readers/names/name-list.ts'
import type { NameTable } from '../../readers/names/name-table.ts'
import type { Ref, SyncInfo } from './answers.ts'
import { Catalog } from './catalog.ts'
import { LeastRecent } from './least-recent.ts'
import { refOf } from './ref-of.ts'
import type { SyncSource } from './sync-source.ts'
import { parseTimeText } from '../../sdk/snapshot/tables/time-text.ts'

/** Answers that are kept because a page asks for their next part. */
const MOST_ANSWERS = 4

/** One sync and what was worked out of it so far. */
export class OpenSync implements Disposable {
  readonly file: NamedFile
  readonly view: SyncView
  readonly source: SyncSource
  readonly #holders = new LeastRecent<Holdings>(MOST_ANSWERS)
  readonly #access = new LeastRecent<ReadonlyMap<string, Holding>>(MOST_ANSWERS)
  readonly #kept = new LeastRecent<unknown>(MOST_ANSWERS * 4)
  #expansion: Expansion | undefined
  #catalog: Catalog | undefined
  /** The names under way. */
  #making: Generator<undefined, NameTable> | undefined
  #isClosed = false

  /** `catalog` is that of the same sync where it was made already. */
  constructor(file: NamedFile, view: SyncView, source: SyncSource, catalog?: Catalog) {
    this.file = file
    this.view = view
    this.source = source
    this.#catalog = catalog
  }

  /** The unpacked database, for questions that are cheaper in SQL. Errors: as `SyncSource`. */
  get database(): DatabaseSync {
    return this.source.database
  }

  get info(): SyncInfo {
    const { sync } = this.view
    return {
      file: this.file.name,
      id: sync.syncId,
      type: sync.kind,
      startedAt: parseTimeText(sync.startedAt)?.toISOString() ?? sync.startedAt,
      endedAt: endOfSync(sync),
    }
  }

  get expansion(): Expansion {
    return (this.#expansion ??= new Expansion(this.view))
  }

  /** The catalog where it was made already. */
  get madeCatalog(): Catalog | undefined {
    return this.#catalog
  }

  get catalog(): Catalog {
    return (this.#catalog ??= new Catalog(allSteps(this.#names())))
  }

  /** Makes the catalog while others are answered. It may be asked for meanwhile, which makes it at once. */
  async prepare(): Promise<void> {
    while (!this.#catalog && !this.#isClosed) {
      const { done, value } = this.#names().next()
      if (done === true) this.#catalog = new Catalog(value)
      else await setImmediate()
    }
  }

  #names(): Generator<undefined, NameTable> {
    return (this.#making ??= this.source.names())
  }

  /** Everyone who holds these entitlements, see `Expansion.onEntitlements`. */
  holders(entitlementIds: readonly string[]): Holdings {
    return this.#holders.getOr(entitlementIds.join('\0'), () => this.expansion.onEntitlements(entitlementIds))
  }

  /** Everything that a principal holds. */
  access(principal: ResourceId): ReadonlyMap<string, Holding> {
    return this.#access.getOr(keyOf(principal), () => this.expansion.ofPrincipal(principal))
  }

  /** What `make` gives, kept for the next questions. The name tells what it is. */
  kept<T>(name: string, make: () => T): T {
    return this.#kept.getOr(name, make) as T
  }

  /** The resource of a key. Errors: `not-found`. */
  thing(key: string): Thing {
    const thing = this.view.find(idOf(key))
    if (thing) return thing
    throw new ConnectorError('not-found', 'find', 'it is not in this sync; choose another sync, or search for it')
  }

  ref(id: ResourceId): Ref {
    return refOf(this.view.thing(id))
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.source[Symbol.dispose]()
  }
}

/** A type holds no colon. */
export function idOf(key: string): ResourceId {
  const at = key.indexOf(':')
  return at < 0 ? { type: key, id: '' } : { type: key.slice(0, at), id: key.slice(at + 1) }
}
