import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'

/** What a c1z holds, read without a line of the code under test: zstd and SQL alone. */
export interface SnapshotRows {
  readonly syncs: readonly {
    readonly id: string
    readonly finished: boolean
    readonly type: string
    readonly parent: string
    readonly token: string
  }[]
  /** Of the sync asked for; each list sorted. */
  readonly resources: readonly string[]
  readonly entitlements: readonly string[]
  readonly grants: readonly string[]
}

/** Reads one sync, by default the one that readers show: of the finished ones, of any type, the one that ended last. `latest` reads the latest row, finished or not. */
export function readSnapshot(file: string, which: 'finished' | 'latest' = 'finished'): SnapshotRows {
  const image = readFileSync(file)
  if (image.subarray(0, 5).toString('latin1') !== 'C1ZF\0') throw new Error(`${file} does not begin as a c1z`)
  const path = `${file}.${process.hrtime.bigint()}.sqlite`
  writeFileSync(path, zstdDecompressSync(image.subarray(5)))
  const database = new DatabaseSync(path)
  try {
    const syncs = database
      .prepare('select sync_id, ended_at, sync_type, parent_sync_id, sync_token from v1_sync_runs order by id')
      .all()
      .map((row) => ({
        id: String(row['sync_id']),
        finished: row['ended_at'] !== null,
        type: String(row['sync_type']),
        parent: String(row['parent_sync_id']),
        token: String(row['sync_token']),
      }))
    const shown = database
      .prepare('select sync_id from v1_sync_runs where ended_at is not null order by ended_at desc, sync_id desc')
      .get()?.['sync_id']
    const sync = which === 'latest' ? syncs.at(-1) : syncs.find(({ id }) => id === shown)
    const ids = (table: string): readonly string[] =>
      database
        .prepare(`select external_id from ${table} where sync_id = ?`)
        .all(sync?.id ?? '')
        .map((row) => String(row['external_id']))
        .sort()
    return {
      syncs,
      resources: ids('v1_resources'),
      entitlements: ids('v1_entitlements'),
      grants: ids('v1_grants'),
    }
  } finally {
    database.close()
    for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true })
  }
}
