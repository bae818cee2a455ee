import type { DatabaseSync } from 'node:sqlite'

import { encodeGrantedEntitlement } from '../../wire/rows/grant.ts'
import { encodePrincipal } from '../../wire/rows/resource.ts'
import { withoutSources } from '../../wire/rows/grant-head.ts'
import { ADDED_GRANT } from '../tables/added-grant.ts'
import { isExpanded } from '../tables/stored-counts.ts'
import { tableColumns } from '../tables/base-file.ts'
import { sqlText } from '../file/database-file.ts'
import { GRANT_DATA, GRANT_ID } from './grant-rows.ts'
import { ENTITLEMENTS } from './grant-log.ts'
import { restoreHolderCounts } from './holder-sessions.ts'
import { ROW_TABLES, type Table } from '../tables/schema.ts'

/**
 * Takes the rows of an unfinished sync out of the snapshot database `base` into a new working database.
 *
 * Shape: false where a table or a grant is not of the form this program writes; nothing may be made of the working database then.
 * Grants that expansion added are left out, and so are the sources it added to others.
 * Why: another program may have gone on with the sync; starting anew is always right, losing what it added is not.
 */
export function restoreSync(database: DatabaseSync, base: string, syncId: string): boolean {
  database.function('principal_part', { deterministic: true }, (type, id) =>
    encodePrincipal({ type: String(type), id: String(id) }),
  )
  database.function('granted_part', { deterministic: true }, (entitlement, type, id) =>
    encodeGrantedEntitlement(String(entitlement), { type: String(type), id: String(id) }),
  )
  database.exec(`attach ${sqlText(base)} as base`)
  try {
    if (!ROW_TABLES.every((table) => hasAllColumns(database, table))) return false
    database.exec('begin')
    collectGrants(database, syncId)
    const complete = restoreRows(database, sqlText(syncId))
    if (complete) restoreHolderCounts(database, syncId)
    database.exec(complete ? 'commit' : 'rollback')
    return complete
  } finally {
    if (database.isTransaction) database.exec('rollback')
    database.exec('drop view if exists temp.collected; detach base')
  }
}

function hasAllColumns(database: DatabaseSync, { name, columns }: Table): boolean {
  const present = tableColumns(database, name, 'base')
  return columns.every((column) => present.has(column.name))
}

/** The grants as they were read. */
function collectGrants(database: DatabaseSync, syncId: string): void {
  database.function('without_sources', { deterministic: true }, (data) =>
    data instanceof Uint8Array ? withoutSources(data) : data,
  )
  const expanded = isExpanded(database, syncId, 'base')
  database.exec(`create temp view collected as
    select id, sync_id, external_id, entitlement_id, resource_type_id, resource_id, principal_resource_type_id,
      principal_resource_id, expansion, discovered_at, ${expanded ? 'without_sources(data)' : 'data'} as data
    from base.v1_grants not indexed where sync_id = ${sqlText(syncId)}${expanded ? ` and not (${ADDED_GRANT})` : ''}`)
}

/** Grants of the sync joined with the working rows they point at, and the encoded grant expected of them. */
const MATCHED = `temp.collected g
  join main.entitlement e on e.external_id = g.entitlement_id
  join main.resource r on r.external_id = g.principal_resource_type_id || ':' || g.principal_resource_id
  where g.external_id = ${GRANT_ID}
    and substr(g.data, 1, length(${GRANT_DATA})) = ${GRANT_DATA}`

const ANNOTATIONS = `substr(g.data, length(${GRANT_DATA}) + 1)`
const EXPANSION = "coalesce(g.expansion, x'')"

/** Rows are read in their order, not by an index: each would then be a page of its own. */
function restoreRows(database: DatabaseSync, syncId: string): boolean {
  database.exec(`
    insert into main.resource_type (external_id, data, discovered_at)
      select external_id, data, discovered_at from base.v1_resource_types where sync_id = ${syncId} order by id;
    insert into main.resource (external_id, type, own_id, parent_type, parent_id, principal, discovered_at, data)
      select external_id, type, own_id, parent_type, parent_id, principal_part(type, own_id), discovered_at, data from (
        select external_id, resource_type_id as type, substr(external_id, length(resource_type_id) + 2) as own_id,
          parent_resource_type_id as parent_type, parent_resource_id as parent_id, discovered_at, data
        from base.v1_resources where sync_id = ${syncId} order by id);
    insert into main.entitlement (external_id, type, own_id, granted, discovered_at, data)
      select external_id, resource_type_id, resource_id, granted_part(external_id, resource_type_id, resource_id),
        discovered_at, data
      from base.v1_entitlements where sync_id = ${syncId} order by id;
    insert or ignore into main.resource (external_id, type, own_id, principal, discovered_at)
      select type || ':' || own_id, type, own_id, principal_part(type, own_id), discovered_at from (
        select principal_resource_type_id as type, principal_resource_id as own_id, min(discovered_at) as discovered_at
        from temp.collected where not exists (select 1 from main.resource
          where external_id = principal_resource_type_id || ':' || principal_resource_id) group by 1, 2);
    insert or ignore into main.entitlement (external_id, type, own_id, granted, discovered_at)
      select id, type, own_id, granted_part(id, type, own_id), discovered_at from (
        select entitlement_id as id, resource_type_id as type, resource_id as own_id, min(discovered_at) as discovered_at
        from temp.collected where not exists (select 1 from main.entitlement where external_id = entitlement_id) group by 1, 2, 3);
    insert or ignore into main.annotation (data, expansion)
      select distinct ${ANNOTATIONS}, ${EXPANSION} from ${MATCHED}
        and (length(${ANNOTATIONS}) > 0 or length(${EXPANSION}) > 0);
    insert into main.held (key, annotation)
      select r.id * ${ENTITLEMENTS} + e.id,
        coalesce((select id from main.annotation where data = ${ANNOTATIONS} and expansion = ${EXPANSION}), 0) from ${MATCHED}
      order by 1`)
  return count(database, 'temp.collected') === count(database, 'main.held')
}

const count = (database: DatabaseSync, from: string): number =>
  Number(database.prepare(`select count(*) as n from ${from}`).get()?.['n'])
