/** Marks a SQLite file as ours; the letters `SCIM`. */
export const APPLICATION_ID = 0x5343494d

/** Of the tables below. A file with a higher one was written by a newer program. */
export const SCHEMA_VERSION = 1

/**
 * The state of one engine: what the source said last, what the target showed last, and what ties them.
 *
 * Objects have small numbers of ours (`key`), which memberships are made of: a million of them are two numbers each. A key without attributes
 * is one that was only referred to. Times are ISO 8601 in UTC.
 */
export const SCHEMA = `
create table meta (name text primary key, value text not null) without rowid;

-- The source's image. gone: 0 there, 1 left but may come back, 2 deleted for good.
create table source_object (
  key integer primary key,
  kind text not null,
  id text not null,
  attributes text,
  enabled integer,
  gone integer not null default 0,
  changed integer not null default 1,
  unique (kind, id)
);
create index source_changed on source_object (key) where changed = 1;
create table source_member (group_key integer not null, member_key integer not null,
  primary key (group_key, member_key)) without rowid;
create table source_assignment (key integer primary key, default_access integer not null);

-- What the configuration makes of each source object. verdict: in, out, or skip where nothing is to be done with it.
-- label: what people call it; kept while it is out. assigned: null where assignments do not matter.
-- on_create: what a create sets, null where that is the same. told: why it is not provisioned, as the log has it. candidates: values of which a create takes the first that is free.
create table desired (
  key integer primary key,
  kind text not null,
  verdict text not null,
  active integer not null,
  assigned integer,
  code text,
  reason text,
  attributes text,
  on_create text,
  external_id text,
  name text,
  label text not null,
  told text,
  candidates text
);
create index desired_external on desired (kind, external_id) where external_id is not null;
create index desired_name on desired (kind, name) where name is not null;

-- The target's image. A member that no listing showed has a key only. members: 1 where they are known, 2 where the target hides them and those that we put there count.
create table target_object (
  key integer primary key,
  kind text not null,
  id text not null,
  attributes text,
  version text,
  members integer not null default 0,
  external_id text,
  name text,
  unique (kind, id)
);
create index target_external on target_object (kind, external_id) where external_id is not null;
create index target_name on target_object (kind, name) where name is not null;
create table target_member (group_key integer not null, member_key integer not null,
  primary key (group_key, member_key)) without rowid;

-- source_key is ours by creation or by a match. dormant: 1 where it was disabled because it left the scope.
create table link (
  source_key integer primary key,
  target_key integer not null unique,
  origin text not null,
  at text not null,
  dormant integer not null default 0
);

-- Values that the target stores in its own way: as long as it shows the same for the same, nothing differs.
create table rewritten (
  source_key integer not null, path text not null, sent text not null, shown text,
  primary key (source_key, path)) without rowid;

-- Written before it is sent. changes: null where a create sets what the table desired says. rest: what is left of the changes to be sent, null for all of them.
create table operation (
  id integer primary key,
  cycle integer not null,
  kind text not null,
  action text not null,
  source_key integer,
  target_key integer,
  name text not null,
  changes text,
  rest text,
  members integer not null default 0,
  reason text not null,
  state text not null,
  attempts integer not null default 0,
  code text,
  detail text,
  sent_at text,
  ended_at text
);
create index operation_state on operation (state);

create table allowed_delete (source_key integer primary key, action text not null);
create table escrow (
  source_key integer primary key, since text not null, attempts integer not null, next_at text not null,
  code text not null, detail text not null, digest text not null);
create table quarantine (
  one integer primary key check (one = 1), reason text not null, detail text not null, began text not null,
  series_began text not null, series_count integer not null, next_attempt text not null);
create table cycle (
  id integer primary key, kind text not null, began text not null, ended text, state text not null,
  reason text, counts text, detail text);
create table log (
  id integer primary key, at text not null, change_id text not null unique, cycle integer not null,
  kind text not null, action text not null, status text not null, source_id text, source_name text,
  target_id text, target_name text, duration_ms integer not null, initiated_by text not null,
  code text, detail text, steps text not null, modified text not null);
create index log_at on log (at);
`
