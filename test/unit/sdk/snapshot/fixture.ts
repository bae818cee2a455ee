import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'

import { onTestFinished } from 'vitest'

import type { SnapshotStore, Write } from '../../../../src/sdk/sync/store.ts'
import { SMALL } from './rows.ts'

export * from './rows.ts'

export const MAGIC = Buffer.from('C1ZF\0', 'latin1')

/** An empty folder that is gone after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'snapshot-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
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

/** Writes and finishes one sync of the small tenant; gives its id. */
export async function syncOnce(store: SnapshotStore, rows: Write = SMALL): Promise<string> {
  const writer = await store.begin('full', () => false)
  writer.write(rows, 'done')
  await writer.finish()
  return writer.syncId
}
