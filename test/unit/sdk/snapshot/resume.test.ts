import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { describe, expect, it } from 'vitest'

import type { SyncKind } from '../../../../src/sdk/sync/store.ts'
import { createKsuid } from '../../../../src/sdk/snapshot/tables/ksuid.ts'
import * as fixture from './fixture.ts'

const { names, newFolder, openPacked, rowsOf, SMALL, steppingClock, storeAt, user, userId } = fixture

const EIGHT_DAYS_LATER = { clock: steppingClock('2026-01-10T03:04:05Z') }

/** Runs the child until it has collected rows, then kills it with no chance to clean up. */
async function collectAndDie(folder: string): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'abandon.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as readonly string[]
  child.kill('SIGKILL')
  await once(child, 'exit')
  return line?.replace('ready ', '') ?? ''
}

describe('a killed run', () => {
  it('is gone on with: same id, same checkpoint, same rows', async () => {
    const folder = newFolder()
    const id = await collectAndDie(folder)
    const writer = await storeAt(folder).begin('full', (checkpoint) => checkpoint === 'page 3')
    expect([writer.syncId, writer.checkpoint]).toEqual([id, 'page 3'])
    expect([writer.hasResource(userId('cid')), writer.hasResource(userId('bob'))]).toEqual([true, false])
    writer.write({ resources: [user('dan')], entitlements: [fixture.member('g3')] }, 'page 4')
    await writer.finish()
    const database = openPacked(join(folder, 'sync.c1z'))
    expect(rowsOf(database, 'v1_sync_runs').map((row) => row['sync_id'])).toEqual([id])
    expect(rowsOf(database, 'v1_resources').map((row) => row['external_id'])).toEqual([
      'user:ann',
      'group:g1',
      'group:g2',
      'user:cid',
      'user:dan',
    ])
    expect(rowsOf(database, 'v1_grants')).toHaveLength(2)
    expect(names(folder)).toEqual(['sync.c1z'])
  })

  it('still writes the types of entitlements known from before the kill', async () => {
    const folder = newFolder()
    await collectAndDie(folder)
    const writer = await storeAt(folder).begin('full', () => true)
    writer.write({ entitlements: [fixture.member('g3')] }, 'page 4')
    await writer.finish()
    const blobs = rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_entitlements').map(
      (row) => row['data'] as Uint8Array,
    )
    expect(blobs.map((data) => Buffer.from(data).includes('User'))).toEqual([true, true, true])
  })

  it.each<readonly [string, Parameters<typeof storeAt>[1], SyncKind, () => boolean]>([
    ['its checkpoint is refused', {}, 'full', () => false],
    ['it is older than a week', EIGHT_DAYS_LATER, 'full', () => true],
    ['another kind of sync is wanted', {}, 'resources_only', () => true],
    ['a partial sync is wanted', {}, 'partial', () => true],
  ])('is forgotten when %s', async (_why, options, kind, canResume) => {
    const folder = newFolder()
    const id = await collectAndDie(folder)
    const writer = await storeAt(folder, options).begin(kind, canResume)
    expect(writer.syncId).not.toBe(id)
    expect([writer.checkpoint, writer.hasResource(userId('ann'))]).toEqual(['', false])
    writer.release()
  })
})

describe('release', () => {
  it('keeps what was collected and removes the rest', async () => {
    const folder = newFolder()
    await fixture.syncOnce(storeAt(folder))
    const writer = await storeAt(folder).begin('full', () => false)
    writer.write(SMALL, 'page 2')
    writer.release()
    expect(names(folder)).toEqual(['.sync.c1z.work', 'sync.c1z'])
    const again = await storeAt(folder).begin('full', () => true)
    expect(again.syncId).toBe(writer.syncId)
    again.release()
  })

  it('leaves nothing where nothing was collected', async () => {
    const folder = newFolder()
    const writer = await storeAt(folder).begin('full', () => false)
    writer.release()
    expect(names(folder)).toEqual([])
  })
})

describe('suspend', () => {
  const holders = [{ entitlementId: fixture.member('g1').id, resource: fixture.groupId('g1'), count: 7 }]
  const immutable = { reason: 'synced' }
  const grants = [
    fixture.membership('ann', 'g1'),
    { ...fixture.membership('bob', 'g1'), immutable },
    fixture.membership('new', 'g7'),
    {
      ...fixture.membership('', 'g7'),
      principal: fixture.groupId('g2'),
      expandable: { entitlementIds: ['group:g2:member'], shallow: true, types: ['user'] },
      metadata: { expires_at: '2026-02-03T00:00:00Z' },
    },
  ]
  const half = { ...SMALL, grants, holders }

  it('shows the sync as unfinished beside the finished ones', async () => {
    const folder = newFolder()
    const finished = await fixture.syncOnce(storeAt(folder))
    const writer = await storeAt(folder, { keepSyncCount: 1 }).begin('full', () => false)
    writer.write(half, '{"actions":[]}')
    await writer.suspend()
    expect(names(folder)).toEqual(['sync.c1z'])
    const runs = rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_sync_runs')
    expect(runs.map((row) => [row['sync_id'], row['ended_at'] === null, row['sync_token']])).toEqual([
      [finished, false, '{"version":1}'],
      [writer.syncId, true, '{"actions":[]}'],
    ])
  })

  it('can be gone on with from the file alone, to the rows of an uninterrupted run', async () => {
    const [folder, straight] = [newFolder(), newFolder()]
    const writer = await storeAt(folder).begin('full', () => false)
    writer.write(half, 'half')
    await writer.suspend()
    const resumed = await storeAt(folder).begin('full', (checkpoint) => checkpoint === 'half')
    expect([resumed.syncId, resumed.startedAt]).toEqual([writer.syncId, writer.startedAt])
    expect(resumed.holderGaps(9)).toEqual([{ ...holders[0], found: 2 }])
    expect(resumed.dangling(9)).toEqual({ resources: [fixture.groupId('g7')], principals: [userId('new')] })
    const rest = { resources: [user('new')], entitlements: [fixture.member('g7')] }
    resumed.write(rest, 'done')
    await resumed.finish()

    const uninterrupted = await storeAt(straight).begin('full', () => false)
    uninterrupted.write(half, 'half')
    uninterrupted.write(rest, 'done')
    await uninterrupted.finish()
    const content = (from: string, table: string) =>
      rowsOf(openPacked(join(from, 'sync.c1z')), table).map((row) => ({ ...row, sync_id: '', discovered_at: '' }))
    for (const table of ['v1_resource_types', 'v1_resources', 'v1_entitlements', 'v1_grants', 'v1_connector_sessions'])
      expect({ [table]: content(folder, table) }).toEqual({ [table]: content(straight, table) })
    expect(rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_sync_runs')).toHaveLength(1)
    const edges = rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_grants').map((row) => [
      row['needs_expansion'],
      row['expansion'],
    ])
    expect(edges.filter(([, expansion]) => expansion !== null)).toEqual([
      [1, new Uint8Array(Buffer.from('\n\x0fgroup:g2:member\x10\x01\x1a\x04user'))],
    ])
    expect(edges.filter(([needs]) => needs !== 0)).toHaveLength(1)
  })

  it('starts anew where another program added grants of another form', async () => {
    const folder = newFolder()
    const writer = await storeAt(folder).begin('full', () => false)
    writer.write(half, 'half')
    await writer.suspend()
    const database = openPacked(join(folder, 'sync.c1z'))
    database.exec("update v1_grants set data = x'0a00' || data where id = 1")
    const sql = [
      'v1_sync_runs',
      'v1_resource_types',
      'v1_resources',
      'v1_entitlements',
      'v1_grants',
      'v1_connector_sessions',
    ]
    database.exec("attach 'file' as other".replace('file', join(folder, 'changed.db')))
    for (const table of sql) database.exec(`create table other.${table} as select * from main.${table}`)
    database.exec('detach other')
    rmSync(join(folder, 'sync.c1z'))
    fixture.packDatabase(
      join(folder, 'sync.c1z'),
      `attach '${join(folder, 'changed.db')}' as other;
       ${sql.map((table) => `create table ${table} as select * from other.${table};`).join('')} detach other`,
    )
    const again = await storeAt(folder).begin('full', () => true)
    expect(again.syncId).not.toBe(writer.syncId)
    again.release()
  })

  it('is not gone on with after a week, and stays in the file', async () => {
    const folder = newFolder()
    const writer = await storeAt(folder).begin('full', () => false)
    writer.write(half, 'half')
    await writer.suspend()
    const later = await fixture.syncOnce(storeAt(folder, { clock: steppingClock('2026-01-11T00:00:00Z') }))
    const runs = rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_sync_runs')
    expect(runs.map((row) => row['sync_id'])).toEqual([writer.syncId, later])
  })
})

describe('a working database whose sync the file meanwhile holds as finished', () => {
  it('is forgotten', async () => {
    const folder = newFolder()
    const writer = await storeAt(folder).begin('full', () => false)
    writer.write(SMALL, 'half')
    writer.release()
    fixture.packDatabase(
      join(folder, 'sync.c1z'),
      `create table v1_sync_runs (id integer primary key, sync_id text, started_at datetime, ended_at datetime, sync_token text);
       insert into v1_sync_runs values (1, '${writer.syncId}', '2026-01-02 03:04:05', '2026-01-02 03:05:00', '')`,
    )
    const again = await storeAt(folder).begin('full', () => true)
    expect(again.syncId).not.toBe(writer.syncId)
    again.release()
  })
})

describe('sync ids', () => {
  it('come from the clock and the random source given', async () => {
    const random = (length: number): Uint8Array => new Uint8Array(length).fill(7)
    const writer = await storeAt(newFolder(), { random }).begin('full', () => false)
    expect(writer.syncId).toBe(createKsuid(writer.startedAt, random))
    writer.release()
  })
})
