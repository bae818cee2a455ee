import type { DatabaseSync } from 'node:sqlite'

/**
 * The statements that put rows into a working database.
 *
 * Shape: `insert…` leaves a row that is there alone and says so by changing nothing; `replace…` then changes all but its number and the time
 * it was first seen.
 * Why: an upsert that returns the row's number takes three times as long.
 */
export const prepareRows = (database: DatabaseSync) => ({
  types: database.prepare('select external_id, data from resource_type'),
  type: database.prepare(`insert into resource_type (external_id, data, discovered_at) values (?, ?, ?)
    on conflict (external_id) do update set data = excluded.data`),
  insertResource: database.prepare(`insert into resource
      (external_id, type, own_id, parent_type, parent_id, principal, data, discovered_at) values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict do nothing`),
  replaceResource:
    database.prepare(`update resource set type = ?2, own_id = ?3, parent_type = ?4, parent_id = ?5, principal = ?6,
    data = ?7 where external_id = ?1`),
  findResource: database.prepare('select id from resource where external_id = ?'),
  insertEntitlement: database.prepare(`insert into entitlement (external_id, type, own_id, granted, data, discovered_at)
    values (?, ?, ?, ?, ?, ?) on conflict do nothing`),
  replaceEntitlement: database.prepare(
    'update entitlement set type = ?2, own_id = ?3, granted = ?4, data = ?5 where external_id = ?1',
  ),
  findEntitlement: database.prepare('select id from entitlement where external_id = ?'),
  insertAnnotation: database.prepare('insert into annotation (data, expansion) values (?, ?) on conflict do nothing'),
  findAnnotation: database.prepare('select id from annotation where data = ? and expansion = ?'),
  holderCount: database.prepare(`insert into holder_count (external_id, type, own_id, count) values (?, ?, ?, ?)
    on conflict (external_id) do update set type = excluded.type, own_id = excluded.own_id, count = excluded.count`),
})
