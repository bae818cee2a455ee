import type { DatabaseSync } from 'node:sqlite'

/** Grants stored by one statement. Source: measurement. */
export const BATCH = 128

const GRANT = 'insert or replace into held (principal, entitlement, annotation) values '

/** The statements that put rows into a working database. Writing a row again replaces all but its row number and the time it was first seen. */
export const prepareRows = (database: DatabaseSync) => ({
  types: database.prepare('select external_id, data from resource_type'),
  type: database.prepare(`insert into resource_type (external_id, data, discovered_at) values (?, ?, ?)
    on conflict (external_id) do update set data = excluded.data`),
  resource: database.prepare(`insert into resource
      (external_id, type, own_id, parent_type, parent_id, principal, discovered_at, data) values (?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (external_id) do update set type = excluded.type, own_id = excluded.own_id, parent_type = excluded.parent_type,
      parent_id = excluded.parent_id, principal = excluded.principal, data = excluded.data returning id`),
  findResource: database.prepare('select id from resource where external_id = ?'),
  stubResource: database.prepare(
    'insert into resource (external_id, type, own_id, principal, discovered_at) values (?, ?, ?, ?, ?) returning id',
  ),
  entitlement: database.prepare(`insert into entitlement (external_id, type, own_id, granted, discovered_at, data)
      values (?, ?, ?, ?, ?, ?)
    on conflict (external_id) do update set type = excluded.type, own_id = excluded.own_id, granted = excluded.granted,
      data = excluded.data returning id`),
  findEntitlement: database.prepare('select id from entitlement where external_id = ?'),
  stubEntitlement: database.prepare(
    'insert into entitlement (external_id, type, own_id, granted, discovered_at) values (?, ?, ?, ?, ?) returning id',
  ),
  annotation: database.prepare(
    'insert into annotation (data) values (?) on conflict (data) do update set data = data returning id',
  ),
  grant: database.prepare(`${GRANT}(?, ?, ?)`),
  grants: database.prepare(GRANT + Array(BATCH).fill('(?, ?, ?)').join(', ')),
  holderCount: database.prepare(`insert into holder_count (external_id, type, own_id, count) values (?, ?, ?, ?)
    on conflict (external_id) do update set type = excluded.type, own_id = excluded.own_id, count = excluded.count`),
})
