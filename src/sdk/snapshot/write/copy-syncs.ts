import type { DatabaseSync } from 'node:sqlite'

import { tableColumns } from '../tables/base-file.ts'
import { sqlText } from '../file/database-file.ts'
import { ROW_TABLES, SYNC_RUNS, type Table } from '../tables/schema.ts'

/**
 * Copies the rows of the given syncs from the attached database `base` into `main`, in their old order, blobs byte for byte.
 *
 * Why: values are never decoded, so that fields unknown to us survive; columns younger than the file get their defaults.
 */
export function copySyncs(database: DatabaseSync, syncIds: readonly string[]): void {
  if (syncIds.length === 0) return
  for (const table of [...ROW_TABLES, SYNC_RUNS]) copyRows(database, table, syncIds)
}

function copyRows(database: DatabaseSync, { name, columns }: Table, syncIds: readonly string[]): void {
  const present = tableColumns(database, name, 'base')
  if (present.size === 0) return
  const source = columns.map((column) => (present.has(column.name) ? column.name : (column.fallback ?? 'null')))
  database.exec(
    `insert into main.${name} (${columns.map((column) => column.name).join(', ')})
     select ${source.join(', ')} from base.${name} where sync_id in (${syncIds.map(sqlText).join(', ')}) order by id`,
  )
}
