import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { silentLogger } from '../../../../../src/sdk/ground/ports.ts'
import { openSnapshot } from '../../../../../src/sdk/snapshot/read/open-snapshot.ts'
import { createKsuid } from '../../../../../src/sdk/snapshot/tables/ksuid.ts'
import { formatTimeText } from '../../../../../src/sdk/snapshot/tables/time-text.ts'
import { decode } from '../../wire/rows/oracle.ts'
import * as fixture from '../fixture.ts'

const { SMALL, membership, names, newFolder, openPacked, rowsOf, storeAt, syncOnce } = fixture

const column = (rows: readonly fixture.Row[], name: string): readonly unknown[] => rows.map((row) => row[name])

describe('finish', () => {
  it('leaves one file with every row, and nothing beside it', async () => {
    const folder = newFolder()
    const writer = await storeAt(folder).begin('full', () => false)
    writer.write(SMALL, 'done')
    const file = await writer.finish()
    expect(file).toEqual({
      path: join(folder, 'sync.c1z'),
      bytes: statSync(join(folder, 'sync.c1z')).size,
      warnings: [],
    })
    expect(names(folder)).toEqual(['sync.c1z'])

    const database = openPacked(file.path)
    expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
    expect(column(rowsOf(database, 'v1_resource_types'), 'external_id')).toEqual(['user', 'group'])
    expect(column(rowsOf(database, 'v1_resources'), 'external_id')).toEqual([
      'user:ann',
      'user:bob',
      'group:g1',
      'group:g2',
    ])
    expect(column(rowsOf(database, 'v1_entitlements'), 'external_id')).toEqual(['group:g1:member', 'group:g2:member'])
    expect(column(rowsOf(database, 'v1_connector_sessions'), 'id')).toEqual([])
    const grants = rowsOf(database, 'v1_grants')
    expect(grants.map(({ external_id: id, data }) => [id, decode('Grant', data as Uint8Array)['id']])).toEqual(
      ['group:g1:member:user:ann', 'group:g1:member:user:bob', 'group:g2:member:user:ann'].map((id) => [id, id]),
    )
    expect(grants[0]).toMatchObject({
      resource_type_id: 'group',
      resource_id: 'g1',
      entitlement_id: 'group:g1:member',
      principal_resource_type_id: 'user',
      principal_resource_id: 'ann',
      expansion: null,
      needs_expansion: 0,
      sync_id: writer.syncId,
    })
  })

  it('seals the sync with times, token and exact counts', async () => {
    const folder = newFolder()
    const clock = fixture.steppingClock('2026-01-02T03:04:05.5Z')
    const writer = await storeAt(folder, { clock }).begin('full', () => false)
    writer.write(SMALL, 'done')
    await writer.finish()
    const [row] = rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_sync_runs')
    expect(row).toMatchObject({
      id: 1,
      sync_id: writer.syncId,
      started_at: formatTimeText(writer.startedAt),
      sync_token: '{"version":1}',
      sync_type: 'full',
      parent_sync_id: '',
      linked_sync_id: '',
      supports_diff: 0,
      grants_backfilled: 1,
    })
    expect(String(row?.['ended_at'])).toMatch(/^2026-01-0\d \d\d:\d\d:\d\d\.5$/)
    expect(JSON.parse(String(row?.['stats']))).toEqual({
      resource_types: 2,
      resources: 4,
      entitlements: 2,
      grants: 3,
      resources_by_resource_type: { user: 2, group: 2 },
      entitlements_by_resource_type: { group: 2 },
      grants_by_resource_type: { group: 3 },
    })
  })

  it('has every index of the official schema, the two swapped names included', async () => {
    const folder = newFolder()
    await syncOnce(storeAt(folder))
    const indexes = openPacked(join(folder, 'sync.c1z'))
      .prepare("select name, tbl_name, sql from sqlite_master where type = 'index' and sql is not null")
      .all()
    expect(indexes).toHaveLength(16)
    const definition = (name: string): string => String(indexes.find((index) => index['name'] === name)?.['sql'])
    expect(definition('idx_resources_external_sync_v1')).toMatch(/\(parent_resource_type_id, parent_resource_id\)$/)
    expect(definition('idx_resources_parent_resource_id_v1')).toMatch(/^create unique .*\(external_id, sync_id\)$/i)
    expect(definition('idx_grants_external_sync_v1')).toMatch(/^create unique .*\(external_id, sync_id\)$/i)
  })

  it('keeps the last of two versions of a row', async () => {
    const folder = newFolder()
    const writer = await storeAt(folder).begin('full', () => false)
    writer.write(SMALL, '1')
    const immutable = { reason: 'synced' }
    const again = [{ ...membership('ann', 'g1'), immutable }, membership('bob', 'g1')]
    writer.write({ resources: [fixture.user('ann', 'Ann')], grants: again }, '2')
    expect(writer.counts().resources).toEqual({ user: 2, group: 2 })
    await writer.finish()
    const database = openPacked(join(folder, 'sync.c1z'))
    const [ann] = rowsOf(database, 'v1_resources')
    expect(decode('Resource', ann?.['data'] as Uint8Array)['display_name']).toBe('Ann')
    const [first, second] = rowsOf(database, 'v1_grants').map((row) => decode('Grant', row['data'] as Uint8Array))
    expect(first?.['annotations']).toHaveLength(1)
    expect(second).not.toHaveProperty('annotations')
  })
})

describe('keeping syncs', () => {
  it('keeps two syncs in the order they were made and drops the oldest with all its rows', async () => {
    const folder = newFolder()
    const store = storeAt(folder)
    await syncOnce(store)
    const second = await syncOnce(store)
    const third = await syncOnce(store, { ...SMALL, grants: [membership('bob', 'g2')] })
    const database = openPacked(join(folder, 'sync.c1z'))
    expect(column(rowsOf(database, 'v1_sync_runs'), 'sync_id')).toEqual([second, third])
    expect(rowsOf(database, 'v1_grants').map((row) => [row['sync_id'], row['external_id']])).toEqual([
      [second, 'group:g1:member:user:ann'],
      [second, 'group:g1:member:user:bob'],
      [second, 'group:g2:member:user:ann'],
      [third, 'group:g2:member:user:bob'],
    ])
    expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
  })

  it('keeps as many as asked for, or all', async () => {
    const [one, all] = [newFolder(), newFolder()]
    const last: string[] = []
    for (let run = 0; run < 4; run++) {
      last.push(await syncOnce(storeAt(one, { keepSyncCount: 1 })))
      await syncOnce(storeAt(all, { keepSyncCount: 1, skipCleanup: true }))
    }
    expect(column(rowsOf(openPacked(join(one, 'sync.c1z')), 'v1_sync_runs'), 'sync_id')).toEqual(last.slice(-1))
    expect(rowsOf(openPacked(join(all, 'sync.c1z')), 'v1_sync_runs')).toHaveLength(4)
  })

  it('names the latest full sync as parent of a partial one and keeps both', async () => {
    const folder = newFolder()
    const full = await syncOnce(storeAt(folder))
    const writer = await storeAt(folder).begin('partial', () => true)
    writer.write({ resourceTypes: fixture.TYPES, resources: [fixture.user('ann')] }, 'done')
    await writer.finish()
    const runs = rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_sync_runs')
    expect(runs.map((row) => [row['sync_type'], row['parent_sync_id']])).toEqual([
      ['full', ''],
      ['partial', full],
    ])
  })

  it('takes over rows of an old file with its own columns, blobs unchanged', async () => {
    const folder = newFolder()
    const old = createKsuid(new Date('2025-01-01'), (length) => new Uint8Array(length))
    fixture.packDatabase(
      join(folder, 'sync.c1z'),
      `create table v1_sync_runs (id integer primary key, sync_id text not null, started_at datetime not null,
         ended_at datetime, sync_token text not null);
       insert into v1_sync_runs values (7, '${old}', '2025-01-01 00:00:00', '2025-01-01 00:00:01', '{}');
       create table v1_grants (id integer primary key, resource_type_id text not null, resource_id text not null,
         entitlement_id text not null, principal_resource_type_id text not null, principal_resource_id text not null,
         external_id text not null, data blob not null, sync_id text not null, discovered_at datetime not null);
       insert into v1_grants values (9, 'group', 'g', 'group:g:m', 'user', 'u', 'x', x'ff00fe', '${old}', '2025-01-01');
       create table v1_assets (id integer primary key, external_id text not null, content_type text not null,
         data blob not null, sync_id text not null, discovered_at datetime not null);
       insert into v1_assets values (1, 'logo', 'image/png', x'01', '${old}', '2025-01-01')`,
    )
    const added = await syncOnce(storeAt(folder))
    const database = openPacked(join(folder, 'sync.c1z'))
    const runs = rowsOf(database, 'v1_sync_runs')
    expect(
      runs.map((row) => [row['sync_id'], row['sync_type'], row['grants_backfilled'], row['stats'] === null]),
    ).toEqual([
      [old, 'full', 0, true],
      [added, 'full', 1, false],
    ])
    expect(rowsOf(database, 'v1_grants')[0]).toMatchObject({
      data: Uint8Array.from([0xff, 0, 0xfe]),
      expansion: null,
      needs_expansion: 0,
      discovered_at: '2025-01-01',
    })
    expect(column(rowsOf(database, 'v1_assets'), 'external_id')).toEqual(['logo'])
  })

  it('takes over a file that says it has a write-ahead log, as those of older official programs do', async () => {
    const folder = newFolder()
    const file = join(folder, 'sync.c1z')
    const first = await syncOnce(storeAt(folder))
    const database = openPacked(file)
    const copy = join(newFolder(), 'db')
    database.prepare('vacuum into ?').run(copy)
    const bytes = readFileSync(copy)
    bytes.set([2, 2], 18)
    writeFileSync(file, Buffer.concat([fixture.MAGIC, zstdCompressSync(bytes)]))
    {
      using snapshot = await openSnapshot(file)
      expect(snapshot.latest?.syncId).toBe(first)
    }
    const second = await syncOnce(storeAt(folder))
    const runs = rowsOf(openPacked(file), 'v1_sync_runs')
    expect(column(runs, 'sync_id')).toEqual([first, second])
    expect(names(folder)).toEqual(['sync.c1z'])
  })

  it('does not lose what another program added to the file meanwhile', async () => {
    const [folder, elsewhere] = [newFolder(), newFolder()]
    const writer = await storeAt(folder).begin('full', () => false)
    writer.write(SMALL, 'done')
    const other = await syncOnce(storeAt(elsewhere))
    writeFileSync(join(folder, 'sync.c1z'), readFileSync(join(elsewhere, 'sync.c1z')))
    await writer.finish()
    const runs = rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_sync_runs')
    expect(column(runs, 'sync_id')).toEqual([other, writer.syncId])
  })
})

describe('tempDir', () => {
  it('takes the large files, and none stays', async () => {
    const [folder, tempDir] = [newFolder(), newFolder()]
    await syncOnce(storeAt(folder))
    const writer = await storeAt(folder, { tempDir, log: silentLogger }).begin('full', () => false)
    expect(names(folder)).toEqual(['.sync.c1z.lock', 'sync.c1z'])
    expect(names(tempDir).some((name) => name.endsWith('.work'))).toBe(true)
    writer.write(SMALL, 'done')
    await writer.finish()
    expect([names(folder), names(tempDir)]).toEqual([['sync.c1z'], []])
  })
})
