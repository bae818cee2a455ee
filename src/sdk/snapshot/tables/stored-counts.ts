import type { DatabaseSync } from 'node:sqlite'

import type { SyncCounts } from '../../sync/store.ts'
import { tableColumns } from './base-file.ts'

type ByType = Readonly<Record<string, number>>

/** Rows of one sync of an unpacked snapshot: as its statistics say, else counted, which takes a walk through all grants. */
export function storedCounts(database: DatabaseSync, syncId: string): SyncCounts {
  return hasStats(database, syncId) ? countsOf((kind) => told(database, syncId, kind)) : countedRows(database, syncId)
}

/** Rows of one sync, counted whatever its statistics say. */
export const countedRows = (database: DatabaseSync, syncId: string): SyncCounts =>
  countsOf((kind) => counted(database, syncId, `v1_${kind}`))

function countsOf(byType: (kind: 'resources' | 'entitlements' | 'grants') => ByType): SyncCounts {
  const [resources, entitlements, grants] = [byType('resources'), byType('entitlements'), byType('grants')]
  return { resourceTypes: Object.keys(resources).length, resources, entitlements, grants }
}

/** The statistics as JSON, NULL where they are none. Readers pass over what they cannot read. */
const STATS = 'case when json_valid(stats) then stats end'

function hasStats(database: DatabaseSync, syncId: string): boolean {
  if (!tableColumns(database, 'v1_sync_runs').has('stats')) return false
  const types = database
    .prepare(`select json_extract(${STATS}, '$.resource_types') as n from v1_sync_runs where sync_id = ?`)
    .get(syncId)?.['n']
  return typeof types === 'number' && types > 0
}

/** See `formatStats`. */
const told = (database: DatabaseSync, syncId: string, kind: string): ByType =>
  rowsByType(
    database,
    `select j.key as type, j.value as n from v1_sync_runs s, json_each(${STATS}, '$.${kind}_by_resource_type') j where s.sync_id = ?`,
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
