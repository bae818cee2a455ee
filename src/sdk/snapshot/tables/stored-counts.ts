import type { DatabaseSync } from 'node:sqlite'

import type { SyncCounts } from '../../sync/store.ts'
import { ADDED_GRANT } from './added-grant.ts'
import { addedGrantsIn } from './finished-token.ts'
import { type StoredSync, tableColumns } from './base-file.ts'

type ByType = Readonly<Record<string, number>>

/** Rows of one sync of an unpacked snapshot: as its statistics say, else counted, which takes a walk through all grants. */
export function storedCounts(database: DatabaseSync, syncId: string): SyncCounts {
  return hasStats(database, syncId) ? countsOf((kind) => told(database, syncId, kind)) : countedRows(database, syncId)
}

/**
 * Rows of one sync that were read: without the grants that expansion added.
 *
 * Why: a sync that is compared with the one before is not expanded yet.
 */
export function collectedCounts(database: DatabaseSync, { syncId, checkpoint }: StoredSync): SyncCounts {
  const all = storedCounts(database, syncId)
  const added = addedGrantsIn(checkpoint) ?? (isExpanded(database, syncId) ? countAdded(database, syncId) : {})
  const grants = Object.entries(all.grants).map(([type, n]) => [type, n - (added[type] ?? 0)] as const)
  return { ...all, grants: Object.fromEntries(grants.filter(([, n]) => n > 0)) }
}

/** Whether a sync came to the step of expansion, which official code also says of one in which it added nothing. */
export const isExpanded = (database: DatabaseSync, syncId: string, schema = 'main'): boolean =>
  tableColumns(database, 'v1_sync_runs', schema).has('supports_diff') &&
  database.prepare(`select supports_diff as done from ${schema}.v1_sync_runs where sync_id = ?`).get(syncId)?.[
    'done'
  ] === 1

const countAdded = (database: DatabaseSync, syncId: string): ByType =>
  rowsByType(
    database,
    `select resource_type_id as type, count(*) as n from v1_grants not indexed where sync_id = ? and ${ADDED_GRANT} group by 1`,
    syncId,
  )

/** Rows of one sync, counted whatever its statistics say. */
export const countedRows = (database: DatabaseSync, syncId: string): SyncCounts =>
  countsOf((kind) => counted(database, syncId, `v1_${kind}`))

function countsOf(byType: (kind: 'resources' | 'entitlements' | 'grants') => ByType): SyncCounts {
  const [resources, entitlements, grants] = [byType('resources'), byType('entitlements'), byType('grants')]
  return { resourceTypes: Object.keys(resources).length, resources, entitlements, grants }
}

/** The statistics as JSON, NULL where they are none. Readers pass over what they cannot read. */
const STATS = 'case when json_valid(stats) then stats end'

/** Whether a sync has statistics, so that nothing has to be counted. */
export function hasStats(database: DatabaseSync, syncId: string): boolean {
  if (!tableColumns(database, 'v1_sync_runs').has('stats')) return false
  const types = database
    .prepare(`select json_extract(${STATS}, '$.resource_types') as n from v1_sync_runs where +sync_id = ?`)
    .get(syncId)?.['n']
  return typeof types === 'number' && types > 0
}

/** See `formatStats`. The table is small, and its index stands at the end of the file, which `readSyncList` does not unpack: the `+` keeps it unused. */
const told = (database: DatabaseSync, syncId: string, kind: string): ByType =>
  rowsByType(
    database,
    `select j.key as type, j.value as n from v1_sync_runs s, json_each(${STATS}, '$.${kind}_by_resource_type') j where +s.sync_id = ?`,
    syncId,
  )

const counted = (database: DatabaseSync, syncId: string, table: string): ByType =>
  tableColumns(database, table).size === 0
    ? {}
    : rowsByType(
        database,
        `select resource_type_id as type, count(*) as n from ${table} where sync_id = ? group by 1`,
        syncId,
      )

const rowsByType = (database: DatabaseSync, sql: string, syncId: string): ByType =>
  Object.fromEntries(
    database
      .prepare(sql)
      .all(syncId)
      .map((row) => [String(row['type']), Number(row['n'])]),
  )
