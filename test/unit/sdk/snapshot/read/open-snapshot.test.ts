import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { openSnapshot } from '../../../../../src/sdk/snapshot/read/open-snapshot.ts'
import { names, newFolder, packDatabase, SMALL, storeAt, syncOnce } from '../fixture.ts'

describe('openSnapshot', () => {
  it('shows the syncs, the latest full one and its raw rows', async () => {
    const [folder, tempDir] = [newFolder(), newFolder()]
    await syncOnce(storeAt(folder))
    const writer = await storeAt(folder).begin('full', () => false)
    writer.write(SMALL, 'half')
    await writer.suspend()
    using snapshot = await openSnapshot(join(folder, 'sync.c1z'), { tempDir })
    const [finished, unfinished] = snapshot.syncs
    expect(snapshot.latest).toEqual(finished)
    expect(unfinished).toMatchObject({ syncId: writer.syncId, checkpoint: 'half', kind: 'full' })
    expect(unfinished).not.toHaveProperty('endedAt')
    const rows = [...snapshot.rows('v1_resources', finished?.syncId ?? '')]
    expect(rows.map((row) => row['external_id'])).toEqual(['user:ann', 'user:bob', 'group:g1', 'group:g2'])
    snapshot.close()
    expect(names(tempDir)).toEqual([])
  })

  it('takes the full sync that ended last, the greater id where two ended together, and no partial one', async () => {
    const folder = newFolder()
    const file = join(folder, 'sync.c1z')
    packDatabase(
      file,
      `create table v1_sync_runs (id integer primary key, sync_id text, started_at datetime, ended_at datetime,
         sync_token text, sync_type text);
       insert into v1_sync_runs values (1, 'b', '2026-01-01 00:00:00', '2026-01-01 02:00:00', '', 'full'),
         (2, 'a', '2026-01-01 01:00:00', '2026-01-01 02:00:00', '', 'full'),
         (3, 'c', '2026-01-01 00:30:00', '2026-01-01 01:30:00', '', 'full'),
         (4, 'd', '2026-01-01 03:00:00', '2026-01-01 04:00:00', '', 'partial')`,
    )
    using snapshot = await openSnapshot(file)
    expect(snapshot.latest?.syncId).toBe('b')
    expect([...snapshot.rows('v1_grants', 'b')]).toEqual([])
  })

  it('opens a missing file as an empty snapshot', async () => {
    using snapshot = await openSnapshot(join(newFolder(), 'none.c1z'))
    expect([snapshot.syncs, snapshot.latest]).toEqual([[], undefined])
  })
})
