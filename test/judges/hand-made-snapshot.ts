import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync } from 'node:zlib'
import type { ExpectedSnapshot } from './expected-snapshot.ts'

/** KSUID of 2026-01-02 03:04:05 UTC. */
export const HAND_MADE_SYNC_ID = '37gS6Q7j2QUCNry6Ip4PIeZ9X6m'

/** What the finished hand-made file says. Alice has no first and last name, and no status, which reads as enabled. */
export const HAND_MADE: ExpectedSnapshot = {
  users: [{ id: 'u1', displayName: 'Alice', firstName: '', lastName: '', email: 'a@example.com', status: 'enabled' }],
  groups: [{ id: 'g1', displayName: 'Everyone' }],
  roles: [],
  memberships: [{ user: 'u1', group: 'g1' }],
  roleHolders: [],
}

const USER_TYPE = '0a04757365721204557365721a0101'
const GROUP_TYPE = '0a0567726f7570120547726f75701a0102'
const USER =
  '0a0a0a0475736572120275311a05416c69636522440a2d747970652e676f6f676c65617069732e636f6d2f' +
  '63312e636f6e6e6563746f722e76322e55736572547261697412130a110a0d61406578616d706c652e636f6d1001'
/** With the annotation of its type's trait: `Any { type_url: 1 }` without a value. */
const GROUP =
  '0a0b0a0567726f7570120267311a0845766572796f6e6522300a2e747970652e676f6f676c65617069732e636f6d2f' +
  '63312e636f6e6e6563746f722e76322e47726f75705472616974'
const ENTITLEMENT =
  '0a170a0b0a0567726f7570120267311a0845766572796f6e65120f67726f75703a67313a6d656d626572' +
  '1a066d656d6265722a0f0a04757365721204557365721a0101380142066d656d626572'
const GRANT =
  '0a2a0a170a0b0a0567726f7570120267311a0845766572796f6e65120f67726f75703a67313a6d656d626572' +
  '120c0a0a0a0475736572120275311a1767726f75703a67313a6d656d6265723a757365723a7531'

const ROW = 'data blob not null, sync_id text not null, discovered_at datetime not null'
const TABLES = `
  create table v1_sync_runs (id integer primary key, sync_id text not null, started_at datetime not null,
    ended_at datetime, sync_token text not null);
  create table v1_resource_types (id integer primary key, external_id text not null, ${ROW});
  create table v1_resources (id integer primary key, resource_type_id text not null, external_id text not null,
    parent_resource_type_id text, parent_resource_id text, ${ROW});
  create table v1_entitlements (id integer primary key, resource_type_id text not null, resource_id text not null,
    external_id text not null, ${ROW});
  create table v1_grants (id integer primary key, resource_type_id text not null, resource_id text not null,
    entitlement_id text not null, principal_resource_type_id text not null, principal_resource_id text not null,
    external_id text not null, ${ROW});`

export interface HandMade {
  /** Time the sync began. Readers go on with syncs younger than a week only. */
  readonly startedAt: Date
  /** Leaves the sync unfinished, with this checkpoint and without its entitlement and its grant. */
  readonly unfinished?: { readonly checkpoint: string }
  /** Changes the database before it is packed. */
  readonly spoil?: (db: DatabaseSync) => void
}

/** Writes the smallest complete snapshot by hand: the columns every SDK knows, one user in one group. */
export async function writeHandMadeSnapshot(file: string, { startedAt, unfinished, spoil }: HandMade): Promise<void> {
  const directory = await mkdtemp(`${file}-`)
  try {
    const path = join(directory, 'db')
    const db = new DatabaseSync(path)
    db.exec(TABLES)
    fill(db, startedAt.toISOString().slice(0, 19).replace('T', ' '), unfinished?.checkpoint)
    spoil?.(db)
    db.close()
    await writeFile(file, Buffer.concat([Buffer.from('C1ZF\0'), zstdCompressSync(await readFile(path))]))
  } finally {
    await rm(directory, { recursive: true })
  }
}

function fill(db: DatabaseSync, at: string, checkpoint: string | undefined): void {
  const insert = (table: string, columns: string, ...values: readonly (string | Buffer | null)[]): void => {
    const marks = values.map(() => '?').join(', ')
    db.prepare(`insert into ${table} (${columns}) values (${marks})`).run(...values)
  }
  const tail = (hex: string): readonly [Buffer, string, string] => [Buffer.from(hex, 'hex'), HAND_MADE_SYNC_ID, at]
  const last = 'data, sync_id, discovered_at'
  insert(
    'v1_sync_runs',
    'sync_id, started_at, ended_at, sync_token',
    HAND_MADE_SYNC_ID,
    at,
    checkpoint === undefined ? at : null,
    checkpoint ?? '',
  )
  insert('v1_resource_types', `external_id, ${last}`, 'user', ...tail(USER_TYPE))
  insert('v1_resource_types', `external_id, ${last}`, 'group', ...tail(GROUP_TYPE))
  insert('v1_resources', `resource_type_id, external_id, ${last}`, 'user', 'user:u1', ...tail(USER))
  insert('v1_resources', `resource_type_id, external_id, ${last}`, 'group', 'group:g1', ...tail(GROUP))
  if (checkpoint !== undefined) return
  insert(
    'v1_entitlements',
    `resource_type_id, resource_id, external_id, ${last}`,
    'group',
    'g1',
    'group:g1:member',
    ...tail(ENTITLEMENT),
  )
  insert(
    'v1_grants',
    `resource_type_id, resource_id, entitlement_id, principal_resource_type_id, principal_resource_id, external_id, ${last}`,
    'group',
    'g1',
    'group:g1:member',
    'user',
    'u1',
    'group:g1:member:user:u1',
    ...tail(GRANT),
  )
}
