import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { encodeExpandedEnd, encodeWholeEntitlement } from '../../wire/rows/grant.ts'
import { sqlText } from '../file/database-file.ts'
import { VARINT } from '../write/grant-rows.ts'
import type { Involved } from './involved.ts'
import type { Principals } from './principals.ts'

/** Rows made by one statement. Source: measurement. */
const CHUNK = 65_536

type Sources = readonly (readonly [source: number, isDirect: boolean])[]

/**
 * Puts the grants that expansion adds into `v1_grants`.
 *
 * Why: a row is three numbers here and is put together inside SQLite, because binding a million full rows from JavaScript costs several times as much.
 */
export class ExpandedRows {
  readonly #database
  readonly #involved
  readonly #holders: number
  readonly #insert: StatementSync
  readonly #insertEnd: StatementSync
  #ends = 0
  #rows: number[] = []

  constructor(
    database: DatabaseSync,
    sync: { readonly id: string; readonly discoveredAt: string },
    involved: readonly Involved[],
    principals: Principals,
  ) {
    this.#database = database
    this.#involved = involved
    this.#holders = principals.holderCount
    createParts(database, involved, principals)
    this.#insertEnd = database.prepare('insert into temp.ending values (?, ?, ?)')
    const id = 't.id_part || h.key'
    const length = `(select ${VARINT} from (select t.id_bytes + h.key_bytes as n))`
    this.#insert = database.prepare(
      `insert into main.v1_grants (resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
         principal_resource_id, external_id, data, sync_id, discovered_at)
       select t.type, t.own_id, t.external_id, h.type, h.own_id, ${id},
         cast(t.granted || h.form || ${length} || ${id} || s.data as blob), ${sqlText(sync.id)}, ${sqlText(sync.discoveredAt)}
       from json_each(?) j cross join temp.ending s on s.id = j.value / ${this.#holders}
         cross join temp.target t on t.n = s.target cross join temp.holder h on h.n = j.value % ${this.#holders}`,
    )
  }

  /** Keeps the end of grants on a target that have these sources; gives what `add` needs. */
  ending(target: number, sources: Sources): number {
    const names = sources.map(([source, isDirect]) => [this.#involved[source]?.id ?? '', isDirect] as const)
    this.#insertEnd.run(this.#ends, target, encodeExpandedEnd(names))
    return this.#ends++
  }

  add(ending: number, holder: number): void {
    this.#rows.push(ending * this.#holders + holder)
  }

  /** Between targets: stores what was gathered where it is enough for one statement. The endings so far are forgotten then. */
  settle(): void {
    if (this.#rows.length >= CHUNK) this.flush()
  }

  flush(): void {
    for (let at = 0; at < this.#rows.length; at += CHUNK)
      this.#insert.run(JSON.stringify(this.#rows.slice(at, at + CHUNK)))
    this.#database.exec('delete from temp.ending')
    this.#rows = []
    this.#ends = 0
  }

  close(): void {
    this.flush()
    this.#database.exec('drop table temp.target; drop table temp.holder; drop table temp.ending')
  }
}

function createParts(database: DatabaseSync, involved: readonly Involved[], principals: Principals): void {
  database.exec(`
    create temp table target (n integer primary key, type, own_id, external_id, id_part, id_bytes integer, granted);
    create temp table holder (n integer primary key, type, own_id, key, key_bytes integer, form);
    create temp table ending (id integer primary key, target integer, data);`)
  const insertTarget = database.prepare(
    "insert into temp.target values (?1, ?2, ?3, ?4, ?4 || ':', octet_length(?4) + 1, ?5)",
  )
  for (const [n, { id, resource, data }] of involved.entries())
    insertTarget.run(n, resource.type, resource.id, id, encodeWholeEntitlement(data))
  const insertHolder = database.prepare(
    "insert into temp.holder values (?1, ?2, ?3, ?2 || ':' || ?3, octet_length(?2) + octet_length(?3) + 1, ?4 || x'1a')",
  )
  for (let n = 0; n < principals.holderCount; n++) {
    const { type, id } = principals.idOf(principals.principalOf(n))
    insertHolder.run(n, type, id, principals.formOf(n))
  }
}
