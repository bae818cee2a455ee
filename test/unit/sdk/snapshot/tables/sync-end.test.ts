import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import type { SyncWriter } from '../../../../../src/sdk/sync/store.ts'
import { openSnapshot } from '../../../../../src/sdk/snapshot/read/open-snapshot.ts'
import { openUpdate } from '../../../../../src/sdk/snapshot/write/open-update.ts'
import { silentLogger } from '../../../../../src/sdk/ground/ports.ts'
import * as fixture from '../fixture.ts'

const { newFolder, openPacked, packDatabase, rowsOf, SMALL, steppingClock, storeAt, syncOnce } = fixture

/** A file with one finished full sync of another program, which says that it ended so. */
function fileEnded(folder: string, ended: string, started = ended): void {
  packDatabase(
    join(folder, 'sync.c1z'),
    `create table v1_sync_runs (id integer primary key, sync_id text not null, started_at datetime not null,
       ended_at datetime, sync_token text not null);
     insert into v1_sync_runs values (1, '37gS6Q7j2QUCNry6Ip4PIeZ9X6m', '${started}', '${ended}', '')`,
  )
}

/** What every reader shows: the finished sync whose end is the greatest text. */
function shown(folder: string): { readonly id: unknown; readonly ended: string; readonly started: string } {
  const row = openPacked(join(folder, 'sync.c1z'))
    .prepare(
      'select sync_id, started_at, ended_at from v1_sync_runs where ended_at is not null order by ended_at desc, sync_id desc limit 1',
    )
    .get()
  return { id: row?.['sync_id'], ended: String(row?.['ended_at']), started: String(row?.['started_at']) }
}

async function finished(writer: SyncWriter) {
  writer.write(SMALL, 'done')
  return { id: writer.syncId, ...(await writer.finish()) }
}

describe('a finished sync is the one that readers show', () => {
  it.each([
    ['in local time further east', '2026-01-02 12:00:00.5', '2026-01-02 12:00:00.501'],
    ['with more digits than we write', '2026-01-02 12:00:00.1234567', '2026-01-02 12:00:00.124'],
    ['at the last moment of a day', '2026-01-02 23:59:59.9999', '2026-01-03 00:00:00'],
    ['with a Z', '2026-01-02 12:00:00Z', '2026-01-02 12:00:01'],
    ['with a T and a Z, the same day', '2026-01-02T01:00:00Z', '2026-01-03 00:00:00'],
    ['with an offset', '2026-01-02 12:00:00+09:00', '2026-01-02 12:00:00.001'],
    ['as Go prints it', '2026-01-02 12:00:00.5 +0900 JST', '2026-01-02 12:00:00.501'],
    ['without seconds', '2026-01-02 12:00', '2026-01-02 12:00:00.001'],
    ['by a clock far ahead', '2099-06-01 00:00:00', '2099-06-01 00:00:00.001'],
  ])('after one whose end was written %s', async (_, ended, expected) => {
    const folder = newFolder()
    fileEnded(folder, ended)
    const { id, warnings } = await finished(await storeAt(folder).begin('full', () => false))
    expect(shown(folder)).toMatchObject({ id, ended: expected })
    expect(warnings).toEqual([
      expect.stringContaining(`is written as ended at ${expected} instead of 2026-01-02 03:04:`),
    ])
    using snapshot = await openSnapshot(join(folder, 'sync.c1z'))
    expect(snapshot.latest?.syncId).toBe(id)
  })

  it('and its own end stays where nothing hides it', async () => {
    const folder = newFolder()
    fileEnded(folder, '2026-01-02 03:00:00')
    const { id, warnings } = await finished(await storeAt(folder).begin('full', () => false))
    expect([shown(folder), warnings]).toMatchObject([
      { id, ended: expect.stringMatching(/^2026-01-02 03:04:/) as string },
      [],
    ])
  })

  it('after a clock that was set back, also by a run that began before', async () => {
    const folder = newFolder()
    await syncOnce(storeAt(folder, { clock: steppingClock('2026-05-01T00:00:00Z') }))
    const { id } = await finished(await storeAt(folder).begin('full', () => false))
    expect(shown(folder).id).toBe(id)

    const before = await storeAt(folder, { clock: steppingClock('2026-05-02T00:00:00Z') }).begin('full', () => false)
    before.write(SMALL, 'half')
    before.release()
    const resumed = await storeAt(folder, { clock: steppingClock('2026-05-01T23:00:00Z') }).begin('full', () => true)
    expect(resumed.syncId).toBe(before.syncId)
    await resumed.finish()
    const { id: latest, started, ended } = shown(folder)
    expect([latest, started <= ended]).toEqual([before.syncId, true])
  })

  it('when it is partial, or a finished sync brought up to date', async () => {
    const folder = newFolder()
    await syncOnce(storeAt(folder, { clock: steppingClock('2026-05-01T00:00:00Z') }))
    const partial = await finished(await storeAt(folder).begin('partial', () => false))
    expect(shown(folder).id).toBe(partial.id)
    const options = { file: join(folder, 'sync.c1z'), clock: steppingClock('2026-01-03T00:00:00Z'), log: silentLogger }
    const { writer } = await openUpdate({ ...options, random: (n) => crypto.getRandomValues(new Uint8Array(n)) })
    const { warnings } = await writer.finish()
    expect([shown(folder).id, warnings.length]).toEqual([writer.syncId, 1])
  })

  it.each(['unknown', '9999-12-31 23:59:60 and later'])(
    'or fails where the file says %j, and stays as it was',
    async (ended) => {
      const folder = newFolder()
      fileEnded(folder, ended)
      const writer = await storeAt(folder).begin('full', () => false)
      await expect(finished(writer)).rejects.toMatchObject({
        code: 'failed-precondition',
        detail: expect.stringContaining('move the file away and run again') as string,
      })
      expect(rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_sync_runs')).toHaveLength(1)
    },
  )
})

describe('what else compares stored times', () => {
  it('goes on with its own unfinished sync beside one of a program further east', async () => {
    const folder = newFolder()
    const own = await storeAt(folder).begin('full', () => false)
    own.write(SMALL, 'half')
    await own.suspend()
    const database = openPacked(join(folder, 'sync.c1z'))
    const copy = join(newFolder(), 'db')
    database.exec(
      `insert into v1_sync_runs (sync_id, started_at, sync_token) values ('37gS6Q7j2QUCNry6Ip4PIeZ9X6m', '2026-01-02T12:00:00+09:00', '')`,
    )
    database.prepare('vacuum into ?').run(copy)
    writeFileSync(join(folder, 'sync.c1z'), Buffer.concat([fixture.MAGIC, zstdCompressSync(readFileSync(copy))]))
    const again = await storeAt(folder).begin('full', (checkpoint) => checkpoint === 'half')
    expect(again.syncId).toBe(own.syncId)
    again.release()
  })

  it('never goes on with a sync that a clock far ahead began', async () => {
    const folder = newFolder()
    const ahead = await storeAt(folder, { clock: steppingClock('2027-01-01T00:00:00Z') }).begin('full', () => false)
    ahead.write(SMALL, 'half')
    await ahead.suspend()
    const again = await storeAt(folder).begin('full', () => true)
    expect(again.syncId).not.toBe(ahead.syncId)
    again.release()
  })
})
