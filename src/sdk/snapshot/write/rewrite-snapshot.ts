import { mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import type { FinishedFile } from '../../sync/store.ts'
import { createPrivate, sortBeside } from '../file/database-file.ts'
import { packSnapshot } from '../file/pack.ts'
import { storageError } from '../file/storage-error.ts'
import { ALL_TABLES, createIndexSql, createTableSql, type Table } from '../tables/schema.ts'
import { openBase, tableColumns } from '../tables/base-file.ts'

/** A row of any table of a snapshot, by its columns. */
export type SnapshotRow = Readonly<Record<string, string | number | bigint | Uint8Array | null>>

/** What becomes of a row; `undefined` leaves it out. Columns that it does not name are those of the row. */
export type RewriteRow = (table: string, row: SnapshotRow) => SnapshotRow | undefined

/**
 * Writes a new snapshot of the rows of an unpacked one, each rewritten. Nothing else of the old file comes along: no other table, no other column, no
 * page that was free.
 *
 * Shape: rows keep their numbers and their order; columns that the old file lacks have what its version meant by it.
 * Errors: what `rewrite` throws; as `packSnapshot`. The target is all of the new file or all of the old one.
 */
export async function rewriteSnapshot(
  databasePath: string,
  target: string,
  rewrite: RewriteRow,
): Promise<FinishedFile> {
  let folder: string | undefined
  try {
    folder = mkdtempSync(join(dirname(target), '.c1z-'))
    const image = join(folder, 'image.db')
    createPrivate(image)
    fill(databasePath, image, rewrite)
    return await packSnapshot(image, join(folder, 'packed'), target)
  } catch (error) {
    throw storageError(error, `write ${target}`, dirname(target))
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
}

function fill(databasePath: string, image: string, rewrite: RewriteRow): void {
  using source = openBase(databasePath)
  using into = new DatabaseSync(image)
  into.exec('pragma journal_mode = off; pragma synchronous = off')
  sortBeside(into, image)
  into.exec('begin')
  for (const table of ALL_TABLES) {
    into.exec(createTableSql(table))
    copyRows(source, into, table, rewrite)
    for (const index of table.indexes) into.exec(createIndexSql(table, index))
  }
  into.exec('commit')
}

function copyRows(source: DatabaseSync, into: DatabaseSync, table: Table, rewrite: RewriteRow): void {
  const present = tableColumns(source, table.name)
  if (present.size === 0) return
  const names = table.columns.map(({ name }) => name)
  const values = table.columns.map(({ name, fallback = 'null' }) =>
    present.has(name) ? name : `${fallback} as ${name}`,
  )
  const insert = into.prepare(
    `insert into ${table.name} (id, ${names.join(', ')}) values (?, ${names.map(() => '?').join(', ')})`,
  )
  for (const row of source.prepare(`select id, ${values.join(', ')} from ${table.name} order by id`).iterate()) {
    const rewritten = rewrite(table.name, row)
    if (rewritten) insert.run(row['id'] ?? null, ...names.map((name) => rewritten[name] ?? row[name] ?? null))
  }
}
