/** Marks a working database of ours; a change of the tables below changes it, and older ones are then discarded. */
export const WORKING_VERSION = 0x62_74_04

/**
 * Tables of the sync being collected.
 *
 * Shape: a resource or entitlement without `data` is only pointed at by grants so far. `principal` and `granted` are the parts of an encoded
 * grant that name it; `held.key` is made of the row numbers of principal and entitlement, `annotation` 0 means none; `came` has the same pairs
 * of numbers as they came, those of one write in a row, and a later pair replaces an earlier one and one in `held`;
 * an `expansion` without a byte means that the grant passes nothing on.
 * Why: a grant is kept as two numbers and becomes a row only when the file is made, in one statement that runs inside SQLite. Binding a
 * million full rows from JavaScript costs several times as much.
 */
export const WORKING_SCHEMA = `
create table sync (id text not null, kind text not null, started_ms integer not null, parent_id text not null, checkpoint text not null);
create table resource_type (id integer primary key, external_id text not null unique, data blob not null, discovered_at text not null);
create table resource (id integer primary key, external_id text not null unique, type text not null, own_id text not null,
  parent_type text, parent_id text, principal blob not null, discovered_at text not null, data blob);
create index resource_by_type on resource (type) where data is not null;
create table entitlement (id integer primary key, external_id text not null unique, type text not null, own_id text not null,
  granted blob not null, discovered_at text not null, data blob);
create index entitlement_by_resource on entitlement (type, own_id);
create table annotation (id integer primary key, data blob not null, expansion blob not null, unique (data, expansion));
create table held (key integer primary key, annotation integer not null);
create table came (id integer primary key, grants blob not null);
create table holder_count (external_id text primary key, type text not null, own_id text not null, count integer not null);
`
