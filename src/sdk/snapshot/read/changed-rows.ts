import type { DatabaseSync } from 'node:sqlite'

import { tableColumns } from '../tables/base-file.ts'

/** A row that two syncs do not have alike. Column names are those of the file that has it. */
export interface ChangedRow {
  readonly before: Readonly<Record<string, unknown>> | undefined
  readonly after: Readonly<Record<string, unknown>> | undefined
}

/** Two syncs; `path` is the unpacked database of the earlier one where that is another file. */
export interface TwoSyncs {
  readonly path: string | undefined
  readonly before: string
  readonly after: string
}

const SCHEMA = 'before'

/**
 * The rows of one table that two syncs do not have alike, found by their ids and bytes.
 *
 * Why: two million rows are compared by SQLite, so that only what differs comes into JavaScript.
 */
export function* changedRows(database: DatabaseSync, table: string, syncs: TwoSyncs): Generator<ChangedRow> {
  const schema = syncs.path === undefined ? 'main' : SCHEMA
  if (syncs.path !== undefined) database.prepare(`attach database ? as ${SCHEMA}`).run(syncs.path)
  try {
    const [here, there] = [tableColumns(database, table), tableColumns(database, table, schema)]
    const old = there.size === 0 ? undefined : `${schema}.${table}`
    const now = here.size === 0 ? undefined : `main.${table}`
    const selectOne = (source: string) => database.prepare(`select * from ${source} where id = ?`)
    const expansions = here.has('expansion') && there.has('expansion') ? 'or o.expansion is not n.expansion' : ''
    if (now !== undefined) {
      const sql =
        old === undefined
          ? `select n.id as now, null as old from ${now} n where n.sync_id = ?2 and ?1 is not null order by n.id`
          : `select n.id as now, o.id as old from ${now} n left join ${old} o on o.external_id = n.external_id and o.sync_id = ?1
             where n.sync_id = ?2 and (o.id is null or o.data is not n.data ${expansions}) order by n.id`
      const after = selectOne(now)
      const before = old === undefined ? undefined : selectOne(old)
      for (const row of database.prepare(sql).iterate(syncs.before, syncs.after))
        yield {
          after: after.get(Number(row['now'])),
          before: row['old'] === null ? undefined : before?.get(Number(row['old'])),
        }
    }
    if (old === undefined) return
    const gone =
      now === undefined
        ? `select o.* from ${old} o where o.sync_id = ?1 and ?2 is not null order by o.id`
        : `select o.* from ${old} o left join ${now} n on n.external_id = o.external_id and n.sync_id = ?2
           where o.sync_id = ?1 and n.id is null order by o.id`
    for (const before of database.prepare(gone).iterate(syncs.before, syncs.after)) yield { before, after: undefined }
  } finally {
    if (syncs.path !== undefined) database.exec(`detach database ${SCHEMA}`)
  }
}
