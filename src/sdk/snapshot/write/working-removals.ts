import type { DatabaseSync } from 'node:sqlite'

import type { ResourceId } from '../../model/model.ts'
import type { Removal } from '../../sync/store.ts'
import { ENTITLEMENTS } from './grant-log.ts'
import { resourceKey } from '../../model/ids.ts'

/**
 * Takes rows out of the working database. The caller holds the transaction.
 *
 * Why: an entitlement that grants of others still point at stays behind without data, as if it had only been met.
 */
export function removeRows(database: DatabaseSync, removal: Removal): void {
  switch (removal.kind) {
    case 'listing':
      return removeListing(database, removal.type)
    case 'grants-on':
      return removeGrantsOn(database, removal.resource)
    case 'held-by':
      return removeHeldBy(database, removal.resource)
    case 'resource':
      return removeResource(database, removal.resource)
  }
}

function removeListing(database: DatabaseSync, type: string): void {
  const statements = [
    `delete from held where key / ${ENTITLEMENTS} in (select id from resource where type = ?)`,
    'delete from resource where type = ?',
    'update entitlement set data = null where type = ?',
    'delete from holder_count where type = ?',
  ]
  for (const sql of statements) database.prepare(sql).run(type)
}

function removeGrantsOn(database: DatabaseSync, { type, id }: ResourceId): void {
  // Without this index every such removal would walk through all grants.
  database.exec(`create index if not exists held_by_entitlement on held (key % ${ENTITLEMENTS})`)
  database
    .prepare(
      `delete from held where key % ${ENTITLEMENTS} in (select id from entitlement where type = ? and own_id = ?)`,
    )
    .run(type, id)
}

function removeHeldBy(database: DatabaseSync, resource: ResourceId): void {
  database
    .prepare(
      `with principal as (select id from resource where external_id = ?) delete from held
       where key between (select id from principal) * ${ENTITLEMENTS} and (select id + 1 from principal) * ${ENTITLEMENTS} - 1`,
    )
    .run(resourceKey(resource))
}

function removeResource(database: DatabaseSync, resource: ResourceId): void {
  removeGrantsOn(database, resource)
  removeHeldBy(database, resource)
  database.prepare('delete from resource where external_id = ?').run(resourceKey(resource))
  for (const table of ['entitlement', 'holder_count'])
    database.prepare(`delete from ${table} where type = ? and own_id = ?`).run(resource.type, resource.id)
}
