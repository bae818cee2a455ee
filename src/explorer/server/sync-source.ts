import { DatabaseSync } from 'node:sqlite'
import { type IndexExtras, NotInIndex } from '../../readers/cache/indexed-snapshot.ts'
import type { SyncView } from '../../readers/file/sync-view.ts'
import type { Thing } from '../../readers/model/thing.ts'
import type { Expansion } from '../../readers/access/expansion.ts'
import { kindsOf, nameTableSteps } from '../../readers/names/name-list.ts'
import { NameTable } from '../../readers/names/name-table.ts'
import { type SyncTotals, syncTotals } from '../../readers/report/sync-totals.ts'
import type { ResourceId } from '../../sdk/model/model.ts'

/** What is asked of a sync besides its rows. Errors of all methods: `NotInIndex` where an index cannot tell. */
export interface SyncSource extends Disposable {
  /** The unpacked database, for questions that are cheaper in SQL. */
  readonly database: DatabaseSync
  /** As `nameTableSteps`. */
  names(): Generator<undefined, NameTable>
  /** As `syncTotals`. `work` gives what that needs. */
  totals(work: () => { readonly names: NameTable; readonly expansion: Expansion }): SyncTotals
  /** Resources that belong to one: how many, and the first of them. */
  childrenOf(parent: ResourceId): { readonly total: number; readonly things: readonly Thing[] }
  /** Rows of grants of an entitlement. */
  countOn(entitlementId: string): number
  /** In how many of these syncs, of which the first is this one, a principal holds an entitlement before there is a gap. */
  depthOf(entitlementId: string, principal: ResourceId, syncIds: readonly string[]): number
}

const MOST_CHILDREN = 50

/** Asks the unpacked file. */
export class FileSource implements SyncSource {
  readonly database: DatabaseSync
  readonly #view: SyncView

  constructor(view: SyncView) {
    this.#view = view
    this.database = new DatabaseSync(view.snapshot.databasePath, { readOnly: true })
  }

  names(): Generator<undefined, NameTable> {
    return nameTableSteps(this.#view)
  }

  totals(work: Parameters<SyncSource['totals']>[0]): SyncTotals {
    const { names, expansion } = work()
    return syncTotals(this.#view, names, expansion, this.database)
  }

  childrenOf({ type, id }: ResourceId) {
    const { syncId } = this.#view.sync
    const where = 'sync_id = ? and parent_resource_type_id = ? and parent_resource_id = ?'
    const count = this.database.prepare(`select count(*) as n from v1_resources where ${where}`)
    const things = this.database
      .prepare(`select * from v1_resources where ${where} order by id limit ${MOST_CHILDREN}`)
      .all(syncId, type, id)
      .map((row) => this.#view.thingIn(row))
    return { total: Number(count.get(syncId, type, id)?.['n'] ?? 0), things }
  }

  countOn(entitlementId: string): number {
    const count = this.database.prepare('select count(*) as n from v1_grants where entitlement_id = ? and sync_id = ?')
    return Number(count.get(entitlementId, this.#view.sync.syncId)?.['n'] ?? 0)
  }

  depthOf(entitlementId: string, principal: ResourceId, syncIds: readonly string[]): number {
    const found = new Set(
      this.database
        .prepare(
          `select distinct sync_id from v1_grants
           where entitlement_id = ? and principal_resource_type_id = ? and principal_resource_id = ?`,
        )
        .all(entitlementId, principal.type, principal.id)
        .map((row) => row['sync_id']),
    )
    const gap = syncIds.findIndex((id) => !found.has(id))
    return gap < 0 ? syncIds.length : gap
  }

  [Symbol.dispose](): void {
    this.database.close()
  }
}

/** Asks the index beside a file that is not unpacked. */
export class IndexSource implements SyncSource {
  readonly #view: SyncView
  readonly #extras: IndexExtras
  readonly #close: () => void
  #young: ReadonlyMap<string, number> | undefined

  constructor(view: SyncView, extras: IndexExtras, close: () => void) {
    this.#view = view
    this.#extras = extras
    this.#close = close
  }

  get database(): DatabaseSync {
    throw new NotInIndex('the file is not unpacked')
  }

  *names(): Generator<undefined, NameTable> {
    return new NameTable(yield* this.#extras.names(), kindsOf(this.#view))
  }

  totals(): SyncTotals {
    return this.#extras.totals()
  }

  childrenOf(parent: ResourceId) {
    const [total, keys] = this.#extras.childrenOf(parent)
    const things = keys.flatMap((key) =>
      Array.from(this.#view.snapshot.rows('v1_resources', this.#view.sync.syncId, { equal: { external_id: key } })),
    )
    return { total, things: things.map((row) => this.#view.thingIn(row)) }
  }

  countOn(entitlementId: string): number {
    return this.#extras.countOn(entitlementId)
  }

  depthOf(entitlementId: string, principal: ResourceId, syncIds: readonly string[]): number {
    const nameOf = (id: string, type: string, principalId: string): string => `${id}\0${type}\0${principalId}`
    this.#young ??= new Map(this.#extras.young().map(([id, type, key, depth]) => [nameOf(id, type, key), depth]))
    const young = this.#young.get(nameOf(entitlementId, principal.type, principal.id))
    if (young !== undefined) return young
    const isHeld = !this.#view.grantsFor(entitlementId, principal).next().done
    return isHeld ? syncIds.length : 0
  }

  [Symbol.dispose](): void {
    this.#close()
  }
}
