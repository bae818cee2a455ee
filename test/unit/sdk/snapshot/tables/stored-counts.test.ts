import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { readFileSync, writeFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { MAGIC, newFolder, openPacked, storeAt, syncOnce } from '../fixture.ts'

const ROWS = {
  resourceTypes: 2,
  resources: { user: 2, group: 2 },
  entitlements: { group: 2 },
  grants: { group: 3 },
}

/** The small tenant's file after another program changed it. */
async function changed(sql: string): Promise<string> {
  const folder = newFolder()
  const file = join(folder, 'sync.c1z')
  await syncOnce(storeAt(folder))
  const database = openPacked(file)
  database.exec(sql)
  const copy = join(newFolder(), 'db')
  database.prepare('vacuum into ?').run(copy)
  writeFileSync(file, Buffer.concat([MAGIC, zstdCompressSync(readFileSync(copy))]))
  return folder
}

describe('the rows of the sync that readers show so far', () => {
  it.each([
    ['as its statistics tell', 'delete from v1_grants'],
    ['counted where there are none', 'update v1_sync_runs set stats = null'],
    ['counted where they cannot be read', "update v1_sync_runs set stats = '{'"],
    ['counted in a file of an early program', 'alter table v1_sync_runs drop column stats'],
  ])('are known: %s', async (_, sql) => {
    const writer = await storeAt(await changed(sql)).begin('full', () => false)
    expect(writer.earlier).toEqual(ROWS)
    writer.release()
  })

  it('are unknown where no full sync is finished', async () => {
    const folder = newFolder()
    const writer = await storeAt(folder).begin('full', () => false)
    expect(writer.earlier).toBeUndefined()
    writer.release()
  })
})
