import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { zstdCompressSync } from 'node:zlib'

/** A snapshot written with SQL and a few lines of protobuf: nothing of the code under test. Shapes as baton-sdk v0.25.0 writes them. */
export interface MadeSync {
  readonly id: string
  readonly kind?: string
  readonly startedAt?: string
  /** Absent leaves the sync unfinished. */
  readonly endedAt?: string
  readonly things?: readonly MadeThing[]
  /** By the id of the resource: slugs of its entitlements. */
  readonly entitlements?: Readonly<Record<string, readonly string[]>>
  readonly grants?: readonly MadeGrant[]
}

/** `type:id`, a name, and what is known besides. */
export interface MadeThing {
  readonly id: string
  readonly name: string
  readonly email?: string
  readonly status?: 'enabled' | 'disabled'
  readonly mfa?: boolean
  /** Makes it a secret that is over then. */
  readonly expiresAt?: string
  /** Any other trait: the name of its message in `c1.connector.v2`, and the bytes. */
  readonly trait?: readonly [name: string, value: Uint8Array]
  readonly profile?: Readonly<Record<string, string | boolean | number>>
}

export interface MadeGrant {
  /** Entitlement id, `group:eng:member`. */
  readonly on: string
  /** Principal, `user:ada`. */
  readonly to: string
  readonly id?: string
  /** Entitlements whose holders hold this one, too. */
  readonly from?: readonly string[]
  readonly shallow?: boolean
  readonly onlyTypes?: readonly string[]
  readonly until?: string
  /** What its connector says besides. */
  readonly metadata?: Readonly<Record<string, string>>
  /** As expansion leaves them. */
  readonly sources?: Readonly<Record<string, boolean>>
  readonly discoveredAt?: string
}

const TRAITS: Readonly<Record<string, number>> = { user: 1, group: 2, role: 3 }
const STATES = { enabled: 1, disabled: 2 }

type Field = readonly [number: number, value: string | number | boolean | Uint8Array]

/** A protobuf message; field numbers up to 15, values up to 2^52. */
export function message(...fields: readonly Field[]): Uint8Array {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number' || typeof value === 'boolean')
        return Buffer.from([number * 8, ...varint(Number(value))])
      const bytes = typeof value === 'string' ? Buffer.from(value) : value
      return Buffer.concat([Buffer.from([number * 8 + 2, ...varint(bytes.length)]), bytes])
    }),
  )
}

const varint = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]

const any = (name: string, value: Uint8Array): Uint8Array =>
  message([1, `type.googleapis.com/c1.connector.v2.${name}`], [2, value])

const splitId = (text: string): readonly [type: string, id: string] => {
  const at = text.indexOf(':')
  return [text.slice(0, at), text.slice(at + 1)]
}

const resourceId = (text: string): Uint8Array => {
  const [type, id] = splitId(text)
  return message([1, type], [2, id])
}

const struct = (values: Readonly<Record<string, string | boolean | number>>): Uint8Array =>
  message(
    ...Object.entries(values).map(([key, value]): Field => {
      const inner =
        typeof value === 'string'
          ? message([3, value])
          : typeof value === 'boolean'
            ? message([4, value])
            : Buffer.concat([Buffer.from([17]), double(value)])
      return [1, message([1, key], [2, inner])]
    }),
  )

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}

function thingBytes({ id, name, email, status, mfa, expiresAt, trait: other, profile = {} }: MadeThing): Uint8Array {
  const [type] = splitId(id)
  const trait =
    expiresAt === undefined ? { user: 'UserTrait', group: 'GroupTrait', role: 'RoleTrait' }[type] : 'SecretTrait'
  const facts: readonly Field[] =
    type === 'user'
      ? [
          ...(email === undefined ? [] : ([[1, message([1, email], [2, true])]] as const)),
          ...(mfa === undefined ? [] : ([[10, message([1, mfa])]] as const)),
        ]
      : expiresAt === undefined
        ? []
        : [[3, message([1, Date.parse(expiresAt) / 1000])]]
  return message(
    [1, resourceId(id)],
    [3, name],
    ...(trait === undefined ? [] : ([[4, any(trait, message(...facts))]] as const)),
    ...(other === undefined ? [] : ([[4, any(...other)]] as const)),
    ...(Object.keys(profile).length === 0 ? [] : ([[9, struct(profile)]] as const)),
    ...(status === undefined ? [] : ([[11, message([1, STATES[status]])]] as const)),
  )
}

const entitlementBytes = (resource: string, slug: string): Uint8Array =>
  message([1, message([1, resourceId(resource)])], [2, `${resource}:${slug}`], [3, slug], [8, slug])

function grantBytes(grant: MadeGrant): Uint8Array {
  const { on, to, until, metadata = {}, sources = {} } = grant
  const told = { ...metadata, ...(until !== undefined && { expires_at: until }) }
  const annotations = Object.keys(told).length === 0 ? [] : [any('GrantMetadata', message([1, struct(told)]))]
  const entries = Object.entries(sources).map(([key, direct]): Field => [
    1,
    message([1, key], [2, direct ? message([1, true]) : message()]),
  ])
  return message(
    [1, message([1, message([1, resourceId(resourceOf(on))])], [2, on])],
    [2, message([1, resourceId(to)])],
    [3, idOf(grant)],
    ...annotations.map((bytes): Field => [4, bytes]),
    ...(entries.length === 0 ? [] : ([[5, message(...entries)]] as const)),
  )
}

const idOf = ({ on, to, id }: MadeGrant): string => id ?? `${on}:${to}`
const resourceOf = (entitlementId: string): string => entitlementId.slice(0, entitlementId.lastIndexOf(':'))

const expansionOf = ({ from, shallow = false, onlyTypes = [] }: MadeGrant): Uint8Array | null =>
  from === undefined
    ? null
    : message(
        ...from.map((id): Field => [1, id]),
        ...(shallow ? ([[2, true]] as const) : []),
        ...onlyTypes.map((type): Field => [3, type]),
      )

const ROW = 'data blob not null, sync_id text not null, discovered_at datetime not null'
const TABLES = `
  create table v1_sync_runs (id integer primary key, sync_id text not null, started_at datetime not null, ended_at datetime,
    sync_token text not null, sync_type text not null default 'full', parent_sync_id text not null default '',
    linked_sync_id text not null default '', supports_diff integer not null default 0,
    grants_backfilled integer not null default 0, stats text);
  create table v1_resource_types (id integer primary key, external_id text not null, ${ROW});
  create table v1_resources (id integer primary key, resource_type_id text not null, external_id text not null,
    parent_resource_type_id text, parent_resource_id text, ${ROW});
  create table v1_entitlements (id integer primary key, resource_type_id text not null, resource_id text not null,
    external_id text not null, ${ROW});
  create table v1_grants (id integer primary key, resource_type_id text not null, resource_id text not null,
    entitlement_id text not null, principal_resource_type_id text not null, principal_resource_id text not null,
    external_id text not null, expansion blob, needs_expansion integer not null default 0, ${ROW});
  create unique index idx_resource_types_external_sync_v1 on v1_resource_types (external_id, sync_id);
  create unique index idx_resources_parent_resource_id_v1 on v1_resources (external_id, sync_id);
  create unique index idx_entitlements_external_sync_v1 on v1_entitlements (external_id, sync_id);
  create unique index idx_grants_external_sync_v1 on v1_grants (external_id, sync_id);
  create unique index idx_sync_runs_sync_id_v1 on v1_sync_runs (sync_id);`

const AT = '2026-01-02 03:04:05'

/** Writes the file. `spoil` changes the database before it is packed. */
export function makeSnapshot(file: string, syncs: readonly MadeSync[], spoil?: (database: DatabaseSync) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'made-'))
  try {
    const path = join(folder, 'db')
    const database = new DatabaseSync(path)
    database.exec('pragma synchronous = off')
    database.exec(TABLES)
    database.exec('begin')
    for (const sync of syncs) fill(database, sync)
    database.exec('commit')
    spoil?.(database)
    database.close()
    writeFileSync(file, Buffer.concat([Buffer.from('C1ZF\0'), zstdCompressSync(readFileSync(path))]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function fill(database: DatabaseSync, sync: MadeSync): void {
  const statements = new Map<string, StatementSync>()
  const insert = (table: string, values: Readonly<Record<string, string | number | Uint8Array | null>>): void => {
    const names = Object.keys(values)
    const sql = `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    statement.run(...Object.values(values))
  }
  const { id, kind = 'full', startedAt = AT, endedAt, things = [], entitlements = {}, grants = [] } = sync
  const tail = { sync_id: id, discovered_at: AT }
  insert('v1_sync_runs', {
    sync_id: id,
    started_at: startedAt,
    ended_at: endedAt ?? null,
    sync_token: '',
    sync_type: kind,
    grants_backfilled: 1,
  })
  const types = new Set(['user', 'group', 'role', ...things.map((thing) => splitId(thing.id)[0])])
  for (const type of types) {
    const trait = TRAITS[type]
    const data = message([1, type], [2, type], ...(trait === undefined ? [] : ([[3, Uint8Array.of(trait)]] as const)))
    insert('v1_resource_types', { external_id: type, data, ...tail })
  }
  for (const thing of things)
    insert('v1_resources', {
      resource_type_id: splitId(thing.id)[0],
      external_id: thing.id,
      data: thingBytes(thing),
      ...tail,
    })
  for (const [resource, slugs] of Object.entries(entitlements))
    for (const slug of slugs) {
      const [type, own] = splitId(resource)
      const data = entitlementBytes(resource, slug)
      insert('v1_entitlements', {
        resource_type_id: type,
        resource_id: own,
        external_id: `${resource}:${slug}`,
        data,
        ...tail,
      })
    }
  for (const grant of grants) {
    const [type, own] = splitId(resourceOf(grant.on))
    const [principalType, principal] = splitId(grant.to)
    const expansion = expansionOf(grant)
    insert('v1_grants', {
      resource_type_id: type,
      resource_id: own,
      entitlement_id: grant.on,
      principal_resource_type_id: principalType,
      principal_resource_id: principal,
      external_id: idOf(grant),
      expansion,
      needs_expansion: expansion === null ? 0 : 1,
      data: grantBytes(grant),
      sync_id: id,
      discovered_at: grant.discoveredAt ?? AT,
    })
  }
}
