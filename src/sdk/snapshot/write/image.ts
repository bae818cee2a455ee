import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expandSync, type ExpansionResult } from '../expand/expand-sync.ts'
import { finishExpansion } from '../expand/finish-expansion.ts'
import { createPrivate, removeDatabase, sortBeside, sqlText } from '../file/database-file.ts'
import { insertGrants } from './grant-rows.ts'
import type { OrderedGrants } from './working-grants.ts'
import { insertHolderCounts } from './holder-sessions.ts'
import { finishedToken } from '../tables/finished-token.ts'
import {
  ALL_TABLES,
  createIndexSql,
  createTableSql,
  type Index,
  ROW_TABLES,
  SYNC_RUNS,
  type Table,
} from '../tables/schema.ts'
import { storageCall } from '../file/storage-error.ts'
import { formatTimeText } from '../tables/time-text.ts'
import type { WorkingSync } from './working-file.ts'
import { tableColumns } from '../tables/base-file.ts'

/** What goes into a new snapshot. */
export interface ImageParts {
  /** Working database of the new sync; not open elsewhere. */
  readonly work: string
  /** Unpacked old snapshot, if there is one, which is removed when it has been copied, and the syncs of it to take over, oldest first. */
  readonly base?: string
  readonly keep: readonly string[]
  readonly sync: WorkingSync
  /** Name of what was read; absent where it has none. */
  readonly source?: string
  readonly grants: OrderedGrants
  /** When the new sync ended, as stored, its counts as JSON, and whether it is expanded; absent for one that stays unfinished. */
  readonly ended?: { readonly at: string; readonly stats: string; readonly expand: boolean }
}

/**
 * No journal and no waiting for the disk: a killed process leaves a file that nobody reads. All indexes but the partial ones come after the rows, sorted at once.
 */
const PRAGMAS = `
pragma page_size = 32768;
pragma journal_mode = off;
pragma synchronous = off;
pragma locking_mode = exclusive;
pragma cache_size = -8192;
pragma temp_store = memory;
`

/** The sorter of an index uses as much memory as the cache may: more of it takes longer, not less (bench/README.md). */
const INDEX_PRAGMAS = 'pragma temp_store = file;'

/**
 * Builds the database of a new snapshot at `image`: the kept syncs, then the new one, then the indexes.
 *
 * Shape: what expansion did; `undefined` where there was none.
 * Errors: `resource-exhausted` on a full disk, `data-loss` where the old snapshot turns out to be damaged. `image` is removed on errors.
 */
export function buildImage(image: string, parts: ImageParts): ExpansionResult | undefined {
  let expansion: ExpansionResult | undefined
  createImage(image, (database) => {
    expansion = fill(database, parts)
  })
  return expansion
}

/**
 * Creates the database of a snapshot at `image`: tables, the rows that `insert` puts into `main`, then the indexes.
 *
 * Shape: `insert` meets no transaction and leaves none open. Errors: as `buildImage`; `image` is removed then.
 */
export function createImage(image: string, insert: (database: DatabaseSync) => void): void {
  storageCall(`build ${image}`, dirname(image), () => {
    removeDatabase(image)
    createPrivate(image)
    const database = new DatabaseSync(image, { defensive: false })
    try {
      database.exec(PRAGMAS)
      sortBeside(database, image)
      createTables(database)
      insert(database)
      database.exec(`${INDEX_PRAGMAS} begin`)
      for (const table of ALL_TABLES) createIndexes(database, table, (index) => index.where === undefined)
      database.exec('commit')
    } catch (error) {
      database.close()
      removeDatabase(image)
      throw error
    }
    database.close()
  })
}

function createTables(database: DatabaseSync): void {
  database.exec('begin')
  for (const table of ALL_TABLES) {
    database.exec(createTableSql(table))
    createIndexes(database, table, (index) => index.where !== undefined)
  }
  database.exec('commit')
}

function fill(database: DatabaseSync, parts: ImageParts): ExpansionResult | undefined {
  if (parts.base !== undefined) takeOver(database, parts.base, parts.keep)
  database.exec(`attach ${sqlText(parts.work)} as work; pragma work.locking_mode = exclusive`)
  database.exec('begin')
  insertSync(database, parts)
  const { sync, ended } = parts
  // As the command `expand` does it to a file that holds the same rows.
  const expansion = ended?.expand ? expandSync(database, { id: sync.id, discoveredAt: ended.at }) : undefined
  if (expansion) finishExpansion(database, sync.id, expansion)
  database.exec('commit')
  return expansion
}

/**
 * Copies syncs of an unpacked snapshot into `main` and removes the snapshot.
 *
 * Why it is removed at once: it is large, and pages that are not on the disk yet need not be written any more.
 */
export function takeOver(database: DatabaseSync, base: string, syncIds: readonly string[]): void {
  database.exec(`attach ${sqlText(base)} as base; begin`)
  copySyncs(database, syncIds)
  database.exec('commit; detach base')
  removeDatabase(base)
}

/** Indexes of few rows or none cost less while the rows go in than a walk through all rows afterwards. */
const createIndexes = (database: DatabaseSync, table: Table, which: (index: Index) => boolean): void => {
  for (const index of table.indexes.filter(which)) database.exec(createIndexSql(table, index))
}

function insertSync(database: DatabaseSync, { sync, source, grants, ended }: ImageParts): void {
  const syncId = sqlText(sync.id)
  database.exec(`
    insert into main.v1_resource_types (external_id, data, sync_id, discovered_at)
      select external_id, data, ${syncId}, discovered_at from work.resource_type order by id;
    insert into main.v1_resources
      (resource_type_id, external_id, parent_resource_type_id, parent_resource_id, data, sync_id, discovered_at)
      select type, external_id, parent_type, parent_id, data, ${syncId}, discovered_at
      from work.resource where data is not null order by id;
    insert into main.v1_entitlements (resource_type_id, resource_id, external_id, data, sync_id, discovered_at)
      select type, own_id, external_id, data, ${syncId}, discovered_at
      from work.entitlement where data is not null order by id`)
  insertGrants(database, sync.id, grants)
  if (!ended) insertHolderCounts(database, sync.id)
  database
    .prepare(
      `insert into main.v1_sync_runs
        (sync_id, started_at, ended_at, sync_token, sync_type, parent_sync_id, grants_backfilled, stats)
       values (?, ?, ?, ?, ?, ?, 1, ?)`,
    )
    .run(
      sync.id,
      formatTimeText(sync.startedAt),
      ended?.at ?? null,
      ended ? finishedToken(sync.updatedFrom, source) : sync.checkpoint,
      sync.kind,
      sync.parentId,
      ended?.stats ?? null,
    )
}

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
