import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import type { ConnectorError } from '../../../../../src/sdk/ground/errors.ts'
import { silentLogger } from '../../../../../src/sdk/ground/ports.ts'
import { openUpdate } from '../../../../../src/sdk/snapshot/write/open-update.ts'
import type { SnapshotStoreOptions } from '../../../../../src/sdk/snapshot/write/snapshot-store.ts'
import * as fixture from '../fixture.ts'

const { group, groupId, membership, names, newFolder, openPacked, rowsOf, steppingClock, storeAt, syncOnce } = fixture
const { user, userId } = fixture

const LATER = '2026-01-03T00:00:00Z'

const update = (folder: string, options: Partial<SnapshotStoreOptions> = {}) =>
  openUpdate({
    file: join(folder, 'sync.c1z'),
    clock: steppingClock(LATER),
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    log: silentLogger,
    ...options,
  })

const codeOf = (opened: Promise<unknown>): Promise<unknown> =>
  opened.then(
    () => 'opened',
    (error: ConnectorError) => error.code,
  )

const syncsOf = (folder: string) => rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_sync_runs')

describe('an update of a finished sync', () => {
  it('is a full sync with all its rows but those that were changed, which says what it was made from', async () => {
    const folder = newFolder()
    const first = await syncOnce(storeAt(folder))
    const { writer, from, types } = await update(folder)
    expect([from, types]).toEqual([first, ['user', 'group']])
    const removals = [{ kind: 'held-by', resource: userId('ann') } as const]
    writer.write({ removals, resources: [user('ann', 'Ann Other')], grants: [membership('ann', 'g2')] }, 'x')
    writer.write({ removals: [{ kind: 'resource', resource: userId('bob') }] }, 'x')
    await writer.finish()
    const database = openPacked(join(folder, 'sync.c1z'))
    const [before, after] = rowsOf(database, 'v1_sync_runs')
    expect(after).toMatchObject({ sync_type: 'full', parent_sync_id: '', started_at: before?.['started_at'] })
    expect(JSON.parse(String(after?.['sync_token']))).toEqual({ version: 1, updated_from: first })
    expect(String(after?.['ended_at']) > String(before?.['ended_at'])).toBe(true)
    const of = (table: string, syncId: unknown) => rowsOf(database, table).filter((row) => row['sync_id'] === syncId)
    expect(of('v1_grants', after?.['sync_id']).map((row) => row['external_id'])).toEqual(['group:g2:member:user:ann'])
    expect(of('v1_grants', first)).toHaveLength(3)
    const rows = of('v1_resources', after?.['sync_id'])
    expect(rows.map((row) => row['external_id'])).toEqual(['user:ann', 'group:g1', 'group:g2'])
    expect(Buffer.from(rows[0]?.['data'] as Uint8Array).includes('Ann Other')).toBe(true)
    // Whatever was not read again tells when it was read.
    const untouched = of('v1_resources', first).find((row) => row['external_id'] === 'group:g1')
    expect(rows[1]).toMatchObject({ data: untouched?.['data'], discovered_at: untouched?.['discovered_at'] })
    expect(names(folder)).toEqual(['sync.c1z'])
  })

  it('takes the place of an earlier update, so that the sync it was made from stays in the file', async () => {
    const folder = newFolder()
    const store = storeAt(folder)
    await syncOnce(store)
    const newer = await syncOnce(store)
    for (const hour of ['01', '02', '03']) {
      const { writer, from } = await update(folder, { clock: steppingClock(`2026-01-03T${hour}:00:00Z`) })
      expect(from).toBe(newer)
      writer.write({ resources: [user(`u${hour}`)] }, 'x')
      await writer.finish()
      const [kept, made] = syncsOf(folder).map((row) => row['sync_id'])
      expect([kept, made]).toEqual([newer, writer.syncId])
      expect(syncsOf(folder)).toHaveLength(2)
    }
    const resources = rowsOf(openPacked(join(folder, 'sync.c1z')), 'v1_resources')
    expect(resources.slice(-3).map((row) => row['external_id'])).toEqual(['user:u01', 'user:u02', 'user:u03'])
  })

  it('keeps earlier updates where everything is to be kept', async () => {
    const folder = newFolder()
    await syncOnce(storeAt(folder))
    for (const hour of ['01', '02']) {
      const clock = steppingClock(`2026-01-03T${hour}:00:00Z`)
      await (await update(folder, { clock, skipCleanup: true })).writer.finish()
    }
    expect(syncsOf(folder)).toHaveLength(3)
  })

  it('leaves the file as it was when it is released, and nothing beside it', async () => {
    const folder = newFolder()
    await syncOnce(storeAt(folder))
    const before = readFileSync(join(folder, 'sync.c1z'))
    const { writer } = await update(folder)
    writer.write({ resources: [group('g3')] }, 'x')
    writer.release()
    expect([readFileSync(join(folder, 'sync.c1z')).equals(before), names(folder)]).toEqual([true, ['sync.c1z']])
  })

  it('does not touch what an unfinished sync has collected, and is never gone on with as one', async () => {
    const folder = newFolder()
    await syncOnce(storeAt(folder))
    const unfinished = await storeAt(folder).begin('full', () => false)
    unfinished.write({ resources: [user('cid')] }, 'page 2')
    unfinished.release()
    const { writer } = await update(folder)
    writer.write({ resources: [user('dan')] }, 'x')
    writer.release()
    const again = await storeAt(folder, { clock: steppingClock('2026-01-03T01:00:00Z') }).begin('full', () => true)
    expect([again.syncId, again.hasResource(userId('cid'))]).toEqual([unfinished.syncId, true])
    expect([again.hasResource(userId('dan')), again.hasResource(groupId('g1'))]).toEqual([false, false])
    again.release()
  })

  it('does not hide what another program put into the file meanwhile', async () => {
    const [folder, other] = [newFolder(), newFolder()]
    await syncOnce(storeAt(folder))
    await syncOnce(storeAt(other))
    const { writer } = await update(folder)
    copyFileSync(join(other, 'sync.c1z'), join(folder, 'sync.c1z'))
    await expect(writer.finish()).rejects.toMatchObject({ code: 'aborted' })
    expect(readFileSync(join(folder, 'sync.c1z'))).toEqual(readFileSync(join(other, 'sync.c1z')))
    expect(names(folder)).toEqual(['sync.c1z'])
  })
})

describe('a file that cannot be brought up to date is refused', () => {
  it('where there is none, or no finished full sync in it', async () => {
    const folder = newFolder()
    expect(await codeOf(update(folder))).toBe('failed-precondition')
    const partial = await storeAt(folder).begin('partial', () => false)
    partial.write(fixture.SMALL, 'x')
    await partial.finish()
    expect(await codeOf(update(folder))).toBe('failed-precondition')
    expect(names(folder)).toEqual(['sync.c1z'])
  })

  it.each([
    ['grants of another form', "update v1_grants set data = substr(data, 3) || x'2202'"],
    [
      'an older table',
      'drop index idx_grants_sync_needs_expansion_v1; alter table v1_grants drop column needs_expansion',
    ],
  ])('where another program wrote %s', async (_, sql) => {
    const folder = newFolder()
    const file = join(folder, 'sync.c1z')
    await syncOnce(storeAt(folder))
    const database = openPacked(file)
    database.exec(sql)
    const copy = join(newFolder(), 'db')
    database.prepare('vacuum into ?').run(copy)
    writeFileSync(file, Buffer.concat([fixture.MAGIC, zstdCompressSync(readFileSync(copy))]))
    expect(await codeOf(update(folder))).toBe('failed-precondition')
    expect(names(folder)).toEqual(['sync.c1z'])
  })

  it('while another run writes it', async () => {
    const folder = newFolder()
    await syncOnce(storeAt(folder))
    const { writer } = await update(folder)
    expect(await codeOf(update(folder))).toBe('failed-precondition')
    writer.release()
  })
})
