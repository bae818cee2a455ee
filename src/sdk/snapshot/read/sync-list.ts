import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createZstdDecompress } from 'node:zlib'

import { CHUNK_BYTES, MAGIC_V1 } from '../file/envelope.ts'
import { JOURNAL_FLAGS, readDatabaseSize } from '../file/unpack.ts'
import { openBase, readSyncs } from '../tables/base-file.ts'
import { latestFinished, latestFinishedFull } from '../tables/latest-sync.ts'
import { hasStats, storedCounts } from '../tables/stored-counts.ts'
import type { SyncCounts } from '../../sync/store.ts'
import type { Snapshot } from './open-snapshot.ts'

/** What can be said of a file's syncs without its rows. */
export type SyncList = Pick<Snapshot, 'syncs' | 'latest' | 'shown' | 'counts'>

/** Bytes of the database in which the table of syncs stands, in files of all writers that were seen. Source: expansion of files of 92 MB. */
const HEAD_BYTES = 1 << 20

/**
 * The syncs of a file with their counts, read from the first part of its database, whatever its size; `undefined` where that part does not say it all:
 * whoever asks then reads the whole file, which also says what is wrong with it.
 */
export async function readSyncList(file: string, tempDir = tmpdir()): Promise<SyncList | undefined> {
  const folder = mkdtempSync(join(tempDir, 'c1z-'))
  try {
    const head = await unpackHead(file)
    return head && listIn(head, join(folder, 'head.db'))
  } catch {
    // A part of a database fails in many ways; none of them is the caller's.
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Gives nothing for another kind of file, and for one that ends before: that is read as a whole. */
async function unpackHead(file: string): Promise<Buffer | undefined> {
  const input = await open(file)
  try {
    const { buffer } = await input.read(Buffer.alloc(MAGIC_V1.length), 0, MAGIC_V1.length, 0)
    if (!buffer.equals(MAGIC_V1)) return undefined
    const packed = input.createReadStream({ start: MAGIC_V1.length, highWaterMark: CHUNK_BYTES, autoClose: false })
    const unpacked = packed.pipe(createZstdDecompress({ chunkSize: CHUNK_BYTES }))
    packed.on('error', (error) => unpacked.destroy(error))
    const parts: Buffer[] = []
    let bytes = 0
    for await (const part of unpacked as AsyncIterable<Buffer>) {
      parts.push(part)
      bytes += part.length
      if (bytes >= HEAD_BYTES) break
    }
    packed.destroy()
    return bytes < HEAD_BYTES ? undefined : Buffer.concat(parts).subarray(0, HEAD_BYTES)
  } finally {
    await input.close()
  }
}

/** Opens the part as the whole database with a hole for the rest: SQLite takes a page of zeros for a damaged one as soon as it is asked for. */
function listIn(head: Buffer, path: string): SyncList | undefined {
  const size = readDatabaseSize(head)
  if (typeof size !== 'number' || size <= head.length) return undefined
  JOURNAL_FLAGS.rollback.copy(head, JOURNAL_FLAGS.at)
  writeFileSync(path, head, { mode: 0o600 })
  truncateSync(path, size)
  using database = openBase(path)
  const syncs = readSyncs(database)
  if (syncs.length === 0 || !syncs.every(({ syncId }) => hasStats(database, syncId))) return undefined
  const counts = new Map<string, SyncCounts>(syncs.map(({ syncId }) => [syncId, storedCounts(database, syncId)]))
  return {
    syncs,
    latest: latestFinishedFull(syncs),
    shown: latestFinished(syncs),
    counts: (syncId) => counts.get(syncId) ?? NO_COUNTS,
  }
}

const NO_COUNTS: SyncCounts = { resourceTypes: 0, resources: {}, entitlements: {}, grants: {} }
