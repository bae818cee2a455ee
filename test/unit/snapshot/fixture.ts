import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'

import { onTestFinished } from 'vitest'

import { formatEntitlementId } from '../../../src/sdk/ids.ts'
import type { Entitlement, Grant, Resource, ResourceId, ResourceType } from '../../../src/sdk/model.ts'
import { silentLogger } from '../../../src/sdk/ports.ts'
import { createSnapshotStore, type SnapshotStoreOptions } from '../../../src/snapshot/snapshot-store.ts'
import type { SnapshotStore, Write } from '../../../src/sync/store.ts'

export const MAGIC = Buffer.from('C1ZF\0', 'latin1')

/** An empty folder that is gone after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'snapshot-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A clock that shows `start` and goes on by a second whenever it is read. */
export function steppingClock(start: string): SnapshotStoreOptions['clock'] {
  let ms = Date.parse(start)
  return { now: () => new Date((ms += 1000)), monotonicMs: () => 0 }
}

export function storeAt(folder: string, options: Partial<SnapshotStoreOptions> = {}): SnapshotStore {
  const clock = steppingClock('2026-01-02T03:04:05Z')
  const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))
  return createSnapshotStore({ file: join(folder, 'sync.c1z'), clock, random, log: silentLogger, ...options })
}

export const names = (folder: string): readonly string[] => readdirSync(folder).toSorted()

/** The database inside a snapshot, unpacked by a way that shares nothing with the store. */
export function openPacked(file: string): DatabaseSync {
  const bytes = readFileSync(file)
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error(`${file} does not start with the magic`)
  const folder = newFolder()
  const path = join(folder, 'db')
  writeFileSync(path, zstdDecompressSync(bytes.subarray(MAGIC.length)))
  const database = new DatabaseSync(path)
  onTestFinished(() => database.close())
  return database
}

export type Row = Readonly<Record<string, unknown>>

export const rowsOf = (database: DatabaseSync, table: string): readonly Row[] =>
  database.prepare(`select * from ${table} order by id`).all()

/** Packs the database that the SQL makes into a snapshot, as another program might have written it. */
export function packDatabase(file: string, sql: string): void {
  const folder = newFolder()
  const path = join(folder, 'db')
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
  writeFileSync(file, Buffer.concat([MAGIC, zstdCompressSync(readFileSync(path))]))
}

const type = (id: 'user' | 'group', displayName: string): ResourceType => ({
  id,
  displayName,
  description: '',
  traits: [id],
  skipEntitlementsAndGrants: id === 'user',
})

export const TYPES: readonly ResourceType[] = [type('user', 'User'), type('group', 'Group')]

export const userId = (id: string): ResourceId => ({ type: 'user', id })

export const user = (id: string, displayName = `User ${id}`): Resource => ({
  id: userId(id),
  displayName,
  profile: {},
  facts: { kind: 'user', login: id, emails: [`${id}@example.com`], accountType: 'human' },
})

export const groupId = (id: string): ResourceId => ({ type: 'group', id })

export const group = (id: string): Resource => ({
  id: groupId(id),
  displayName: `Group ${id}`,
  profile: {},
  facts: { kind: 'group' },
})

export const member = (id: string): Entitlement => ({
  id: formatEntitlementId(groupId(id), 'member'),
  resource: groupId(id),
  resourceName: `Group ${id}`,
  slug: 'member',
  displayName: 'member',
  description: '',
  purpose: 'assignment',
  grantableTo: ['user'],
})

export const membership = (userName: string, groupName: string): Grant => ({
  entitlementId: member(groupName).id,
  resource: groupId(groupName),
  principal: userId(userName),
})

/** Two users and two groups; ann is in both groups, bob in one. */
export const SMALL: Write = {
  resourceTypes: TYPES,
  resources: [user('ann'), user('bob'), group('g1'), group('g2')],
  entitlements: [member('g1'), member('g2')],
  grants: [membership('ann', 'g2'), membership('ann', 'g1'), membership('bob', 'g1')],
}

/** Writes and finishes one sync of the small tenant; gives its id. */
export async function syncOnce(store: SnapshotStore, rows: Write = SMALL): Promise<string> {
  const writer = await store.begin('full', () => false)
  writer.write(rows, 'done')
  await writer.finish()
  return writer.syncId
}
