import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync } from 'node:zlib'

import { encodePlain, structOf, type Plain } from '../../sdk/wire/rows/random-message.ts'

/** What another connector's snapshot holds, as plain messages with the field names of the protocol. */
export interface ForeignSync {
  readonly id?: string
  /** @default full */
  readonly type?: string
  /** @default finished */
  readonly unfinished?: boolean
  readonly startedAt?: string
  readonly types?: readonly Plain[]
  readonly resources?: readonly Plain[]
  readonly entitlements?: readonly Plain[]
  readonly grants?: readonly (Plain & { readonly slim?: boolean })[]
}

export const resourceId = (type: string, id: string): Plain => ({ resource_type: type, resource: id })

export const annotation = (name: string, message: Plain): Plain => ({
  type_url: `type.googleapis.com/c1.connector.v2.${name}`,
  value: encodePlain(`c1.connector.v2.${name}`, message),
})

export const userRow = (id: string, trait: Plain = {}, rest: Plain = {}): Plain => ({
  id: resourceId('user', id),
  display_name: `User ${id}`,
  annotations: [annotation('UserTrait', trait)],
  ...rest,
})

export const groupRow = (id: string, rest: Plain = {}): Plain => ({
  id: resourceId('group', id),
  display_name: `Group ${id}`,
  annotations: [annotation('GroupTrait', {})],
  ...rest,
})

export const entitlementRow = (group: string, slug: string, rest: Plain = {}): Plain => ({
  resource: groupRow(group),
  id: `group:${group}:${slug}`,
  display_name: slug,
  slug,
  purpose: 1,
  grantable_to: [{ id: 'user', traits: [1] }],
  ...rest,
})

/** A grant that embeds the whole entitlement and principal, as Go connectors write it. */
export const grantRow = (entitlement: Plain, principal: Plain, rest: Plain = {}): Plain & { readonly id: string } => {
  const { resource_type: type, resource } = principal['id'] as Readonly<Record<string, string>>
  return { entitlement, principal, id: `${String(entitlement['id'])}:${type}:${resource}`, ...rest }
}

export const USER_TYPE: Plain = { id: 'user', display_name: 'User', traits: [1] }
export const GROUP_TYPE: Plain = { id: 'group', display_name: 'Group', traits: [2] }

export { structOf }

/** The bytes of a c1z with these syncs. Its columns are those of the first version of the format, and it has no index. */
export function foreignSnapshot(
  syncs: readonly ForeignSync[],
  change: (database: DatabaseSync) => void = () => {},
): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'foreign-c1z-'))
  try {
    const database = new DatabaseSync(join(folder, 'db'))
    database.exec(`
      pragma synchronous = off;
      begin;
      create table v1_sync_runs (id integer primary key, sync_id text not null, started_at datetime not null, ended_at datetime,
        sync_token text not null, sync_type text not null default 'full');
      create table v1_resource_types (id integer primary key, external_id text not null, data blob not null, sync_id text not null,
        discovered_at datetime not null);
      create table v1_resources (id integer primary key, resource_type_id text not null, external_id text not null,
        parent_resource_type_id text, parent_resource_id text, data blob not null, sync_id text not null, discovered_at datetime not null);
      create table v1_entitlements (id integer primary key, resource_type_id text not null, resource_id text not null,
        external_id text not null, data blob not null, sync_id text not null, discovered_at datetime not null);
      create table v1_grants (id integer primary key, resource_type_id text not null, resource_id text not null, entitlement_id text not null,
        principal_resource_type_id text not null, principal_resource_id text not null, external_id text not null, data blob not null,
        sync_id text not null, discovered_at datetime not null)`)
    for (const [at, sync] of syncs.entries()) addSync(database, sync, at)
    database.exec('commit')
    change(database)
    database.close()
    return Buffer.concat([Buffer.from('C1ZF\0'), zstdCompressSync(readFileSync(join(folder, 'db')))])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const TIME = '2026-01-02 03:04:05'

function addSync(database: DatabaseSync, sync: ForeignSync, at: number): void {
  const { id = `sync${at}`, type = 'full', unfinished = false, startedAt = `2026-01-0${at + 1} 00:00:00` } = sync
  const ended = unfinished ? null : startedAt.replace('00:00:00', '01:00:00')
  database
    .prepare('insert into v1_sync_runs (sync_id, started_at, ended_at, sync_token, sync_type) values (?, ?, ?, ?, ?)')
    .run(id, startedAt, ended, '', type)
  const insert = (table: string, columns: string, values: readonly string[], message: string, plain: Plain): void => {
    const names = `${columns}, data, sync_id, discovered_at`
    database
      .prepare(`insert into ${table} (${names}) values (${names.replace(/\w+/g, '?')})`)
      .run(...values, encodePlain(`c1.connector.v2.${message}`, plain), id, TIME)
  }
  for (const row of sync.types ?? [USER_TYPE, GROUP_TYPE])
    insert('v1_resource_types', 'external_id', [String(row['id'])], 'ResourceType', row)
  for (const row of sync.resources ?? []) {
    const [kind, own] = idOf(row)
    insert('v1_resources', 'resource_type_id, external_id', [kind, `${kind}:${own}`], 'Resource', row)
  }
  for (const row of sync.entitlements ?? []) {
    const columns = [...idOf(row['resource'] as Plain), String(row['id'])]
    insert('v1_entitlements', 'resource_type_id, resource_id, external_id', columns, 'Entitlement', row)
  }
  for (const { slim, ...row } of sync.grants ?? []) {
    const entitlement = row['entitlement'] as Plain
    const [principalType, principalId] = idOf(row['principal'] as Plain)
    insert(
      'v1_grants',
      'resource_type_id, resource_id, entitlement_id, principal_resource_type_id, principal_resource_id, external_id',
      [
        ...idOf(entitlement['resource'] as Plain),
        String(entitlement['id']),
        principalType,
        principalId,
        String(row['id']),
      ],
      'Grant',
      slim ? { id: row['id'], ...(row['sources'] !== undefined && { sources: row['sources'] }) } : row,
    )
  }
}

function idOf(resource: Plain): readonly [type: string, id: string] {
  const { resource_type: type = '', resource: id = '' } = resource['id'] as Readonly<Record<string, string>>
  return [type, id]
}
