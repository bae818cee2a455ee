import { DatabaseSync } from 'node:sqlite'
import { sortBeside } from '../../sdk/snapshot/file/database-file.ts'
import { tableColumns } from '../../sdk/snapshot/tables/base-file.ts'
import type { SyncView } from '../file/sync-view.ts'
import { kindOf } from '../model/thing.ts'
import { Expansion } from '../access/expansion.ts'
import { allSteps, nameTableSteps } from '../names/name-list.ts'
import { type SyncTotals, syncTotals } from '../report/sync-totals.ts'
import { BlockFileWriter } from './block-file-writer.ts'
import { GrantTable, type GrantRecord } from './grant-table.ts'
import { type ChildrenCell, columnText, type GrantCell, KEYS, recordOf } from './index-keys.ts'
import { nameRecords } from './name-records.ts'
import { compareUtf8, orderOf } from './utf8-order.ts'
import { youngGrants } from './young-grants.ts'
import type { IndexFacts } from './index-facts.ts'

/** Roles whose names are looked through; where there are more, the file is asked. */
const MOST_ROLES = 10_000

/** Resources of a parent that are named. */
const MOST_CHILDREN = 50

/** What follows the columns of a row that is stored with its message. */
type Head = readonly string[]

/**
 * Writes the index of one sync to `path`. `mark` names what stands beside it meanwhile.
 *
 * Errors: as `BlockFileWriter`; `data-loss` for a damaged row. Nothing is left then.
 */
export function makeIndex(view: SyncView, path: string, mark: string, facts: IndexFacts): void {
  const writer = new BlockFileWriter(path, mark)
  using database = new DatabaseSync(view.snapshot.databasePath, { readOnly: true })
  try {
    sortBeside(database, view.snapshot.databasePath)
    for (const [key, value] of recordsOf(view, database)) writer.put(key, value)
    writer.finish(facts)
  } catch (error) {
    writer.abandon()
    throw error
  }
}

/** A key and what it stands for. */
type IndexRecord = readonly [key: string, value: string | Uint8Array]

/** All records in the order of their keys. */
function* recordsOf(view: SyncView, database: DatabaseSync): Generator<IndexRecord> {
  const { snapshot, sync } = view
  const rows = new IndexedRows(database, sync.syncId)
  const crowded: string[] = []
  const totals = yield* listRecords(view, database)
  for (const [id, head, data] of rows.entitlements()) yield [KEYS.entitlement(id), recordOf(head, data)]
  const grants = new GrantTable(snapshot, sync.syncId)
  const whole = function* (records: Iterable<GrantRecord<string>>): Generator<IndexRecord> {
    for (const [key, json] of records)
      if (json === undefined) crowded.push(key)
      else yield [key, json]
  }
  yield* whole(grants.byEntitlement(KEYS.grantsOn))
  for (const [type, id, json] of rows.children()) yield [KEYS.children({ type, id }), json]
  yield* namedRecords(view)
  for (const [type, id, json] of rows.entitlementsOf()) yield [KEYS.entitlementsOf({ type, id }), json]
  yield* whole(grants.byPrincipal(KEYS.grantsOf))
  for (const [key, head, data] of rows.resources()) yield [KEYS.resource(key), recordOf(head, data)]
  yield [KEYS.totals, JSON.stringify(totals)]
  yield [KEYS.types, JSON.stringify(rows.types())]
  yield [KEYS.expanding, JSON.stringify(expandingOf(view))]
  const young = youngGrants(view)
  if (young) yield [KEYS.young, JSON.stringify(young)]
  else crowded.push(KEYS.young)
  for (const key of crowded.sort(compareUtf8)) yield [KEYS.crowded(key), '']
}

/** The list of all resources; returns the totals, which need it. Apart, so that the list is forgotten when it is written. */
function* listRecords(view: SyncView, database: DatabaseSync): Generator<IndexRecord, SyncTotals> {
  const names = allSteps(nameTableSteps(view))
  yield* nameRecords(names.columns)
  return syncTotals(view, names, new Expansion(view), database)
}

/** Apart, so that the names are forgotten when they are written. */
function* namedRecords(view: SyncView): Generator<IndexRecord> {
  const { snapshot } = view
  const { named, roles } = namesIn(view)
  for (const type of [...roles.keys()].sort(compareUtf8)) {
    const keys = roles.get(type) ?? []
    if (keys.length <= MOST_ROLES) yield [KEYS.all(type), JSON.stringify(keys)]
  }
  const counts = Object.fromEntries(snapshot.syncs.map(({ syncId }) => [syncId, snapshot.counts(syncId)]))
  yield [KEYS.about, JSON.stringify({ syncs: snapshot.syncs, counts })]
  for (const text of [...named.keys()].sort(orderOf(named.keys()))) {
    const keys = named.get(text)
    if (keys !== undefined)
      yield [KEYS.named(text), typeof keys === 'string' ? JSON.stringify([keys]) : JSON.stringify(keys)]
  }
}

/** Whom a text may name, as keys in the order of their rows; and of each type of roles all. Most texts name one, whose key stands by itself. */
function namesIn(view: SyncView) {
  const named = new Map<string, string | string[]>()
  const roles = new Map<string, string[]>(
    view.typesWhere(({ traits }) => kindOf(traits) === 'role').map((type) => [type, []]),
  )
  for (const row of view.snapshot.rows('v1_resources', view.sync.syncId)) {
    const key = columnText(row['external_id'])
    const { name, addresses } = view.thingIn(row)
    for (const text of new Set([name, ...addresses].map((each) => each.toLowerCase()))) {
      const keys = named.get(text)
      if (keys === undefined) named.set(text, key)
      else if (typeof keys === 'string') named.set(text, [keys, key])
      else keys.push(key)
    }
    roles.get(columnText(row['resource_type_id']))?.push(key)
  }
  return { named, roles }
}

function expandingOf(view: SyncView): readonly GrantCell[] {
  const cells: GrantCell[] = []
  for (const row of view.snapshot.rows('v1_grants', view.sync.syncId, { mayExpand: true })) {
    const text = (column: string): string => columnText(row[column])
    const hex = (column: string): string | null => {
      const value = row[column]
      return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : null
    }
    cells.push([
      [text('entitlement_id'), text('resource_type_id'), text('resource_id')],
      [text('principal_resource_type_id'), text('principal_resource_id')],
      [text('external_id'), hex('expansion'), hex('data')],
    ])
  }
  return cells
}

/** Rows of one sync in the order of keys, put together by SQLite. */
class IndexedRows {
  readonly #database: DatabaseSync
  readonly #syncId: string

  constructor(database: DatabaseSync, syncId: string) {
    this.#database = database
    this.#syncId = syncId
  }

  *resources(): Generator<readonly [key: string, head: Head, data: Uint8Array]> {
    yield* this.#withData('external_id, resource_type_id', 'v1_resources')
  }

  *entitlements(): Generator<readonly [id: string, head: Head, data: Uint8Array]> {
    yield* this.#withData('external_id, resource_type_id, resource_id', 'v1_entitlements')
  }

  *entitlementsOf(): Generator<readonly [type: string, id: string, json: string]> {
    if (tableColumns(this.#database, 'v1_entitlements').size === 0) return
    const select = this.#database.prepare(
      `select resource_type_id, resource_id, json_group_array(cast(external_id as text) order by id)
       from v1_entitlements where sync_id = ? group by 1, 2 order by 1, 2`,
    )
    select.setReturnArrays(true)
    for (const [type, id, json] of select.iterate(this.#syncId) as unknown as Iterable<readonly unknown[]>)
      yield [columnText(type), columnText(id), columnText(json)]
  }

  /** Of each resource that others belong to: how many, and the first of them. */
  *children(): Generator<readonly [type: string, id: string, json: string]> {
    if (!tableColumns(this.#database, 'v1_resources').has('parent_resource_id')) return
    const select = this.#database.prepare(
      `select parent_resource_type_id, parent_resource_id, external_id from v1_resources
       where sync_id = ? and parent_resource_id <> '' order by 1, 2, id`,
    )
    select.setReturnArrays(true)
    let parent: readonly [type: string, id: string] | undefined
    let [total, first]: [number, string[]] = [0, []]
    const json = (): string => JSON.stringify([total, first] satisfies ChildrenCell)
    for (const row of select.iterate(this.#syncId) as unknown as Iterable<readonly unknown[]>) {
      const [type = '', id = '', key = ''] = row.map(columnText)
      if (parent && (parent[0] !== type || parent[1] !== id)) {
        yield [...parent, json()]
        ;[total, first] = [0, []]
      }
      parent = [type, id]
      total++
      if (first.length < MOST_CHILDREN) first.push(key)
    }
    if (parent) yield [...parent, json()]
  }

  types(): readonly (readonly [id: string, data: string])[] {
    if (tableColumns(this.#database, 'v1_resource_types').size === 0) return []
    return this.#database
      .prepare('select external_id, hex(data) as data from v1_resource_types where sync_id = ? order by id')
      .all(this.#syncId)
      .map((row) => [columnText(row['external_id']), columnText(row['data'])])
  }

  *#withData(columns: string, table: string): Generator<readonly [string, Head, Uint8Array]> {
    if (tableColumns(this.#database, table).size === 0) return
    const select = this.#database.prepare(
      `select ${columns}, data from ${table} where sync_id = ? order by external_id`,
    )
    select.setReturnArrays(true)
    for (const row of select.iterate(this.#syncId) as unknown as Iterable<readonly unknown[]>) {
      const data = row.at(-1)
      yield [columnText(row[0]), row.slice(1, -1).map(columnText), data instanceof Uint8Array ? data : NO_BYTES]
    }
  }
}

const NO_BYTES = Buffer.alloc(0)
