import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HAND_MADE_SYNC_ID, writeHandMadeSnapshot } from '../judges/hand-made-snapshot.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(`judge ${missing ?? ''}`, () => {
  const tools = found as OfficialTools
  let file: string
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'judge-'))
    file = join(directory, 'sync.c1z')
  })
  afterEach(() => rm(directory, { recursive: true }))

  test('a sound file is read whole, cloned and converted without a mismatch', async () => {
    await writeHandMadeSnapshot(file, { startedAt: new Date() })
    const verdict = await tools.judge(file, { deep: true })
    expect(verdict).toMatchObject({ engine: 'sqlite', format: 'v1', syncId: HAND_MADE_SYNC_ID, mismatches: [] })
    expect(verdict.resources).toEqual([
      { type: 'group', id: 'g1', displayName: 'Everyone', traits: ['TRAIT_GROUP'] },
      {
        type: 'user',
        id: 'u1',
        displayName: 'Alice',
        traits: ['TRAIT_USER'],
        emails: ['a@example.com'],
        primaryEmail: 'a@example.com',
        accountType: 'ACCOUNT_TYPE_UNSPECIFIED',
      },
    ])
    expect(verdict.grants).toEqual([
      { id: 'group:g1:member:user:u1', entitlement: 'group:g1:member', principal: 'user:u1' },
    ])
    const same = { missing: [], extra: [], changed: [] }
    expect(verdict.deep).toMatchObject({ clone: { difference: same }, pebble: { difference: same }, diff: null })
  })

  test('two equal full syncs give an empty diff', async () => {
    await tools.writeBench({ engine: 'sqlite', users: 5, groups: 2, memberships: 2, out: directory, third: true })
    const { deep, syncs } = await tools.judge(join(directory, 'bench-sqlite.c1z'), { deep: true })
    expect(syncs).toHaveLength(2)
    expect(deep?.diff).toMatchObject({ resources: 0, entitlements: 0, grants: 0, applied: syncs[1]?.id })
  })

  test.each([
    ["delete from v1_resources where external_id = 'user:u1'", 'there is no principal user:u1'],
    ["delete from v1_resources where external_id = 'group:g1'", 'there is no resource group:g1'],
    ['delete from v1_entitlements', 'there is no entitlement group:g1:member'],
    ["delete from v1_resource_types where external_id = 'user'", 'there is no such resource type'],
    ["update v1_grants set principal_resource_id = 'u2'", 'grants held by user:u1: 0 rows'],
    ["update v1_grants set resource_id = 'g2'", 'grants on group:g1: 0 rows'],
  ])('after "%s" a mismatch says %s', async (sql, sentence) => {
    await writeHandMadeSnapshot(file, { startedAt: new Date(), spoil: (db) => db.exec(sql) })
    expect((await tools.judge(file)).mismatches).toContainEqual(expect.stringContaining(sentence))
  })

  test('a row that cannot be found by its own id is refused with the reason', async () => {
    const spoil = "update v1_entitlements set external_id = 'group:g1:owner'"
    await writeHandMadeSnapshot(file, { startedAt: new Date(), spoil: (db) => db.exec(spoil) })
    await expect(tools.judge(file)).rejects.toThrow('get entitlement group:g1:member')
  })

  test('a truncated file is refused with the reason', async () => {
    await writeHandMadeSnapshot(file, { startedAt: new Date() })
    await writeFile(file, (await readFile(file)).subarray(0, -20))
    await expect(tools.judge(file)).rejects.toThrow(/^judge: open .*unexpected EOF/)
  })

  test('an unfinished sync is listed as such and its rows are shown', async () => {
    await writeHandMadeSnapshot(file, { startedAt: new Date(), unfinished: { checkpoint: '{"version":1}' } })
    const verdict = await tools.judge(file)
    expect(verdict).toMatchObject({ syncId: '', stats: null, syncs: [{ id: HAND_MADE_SYNC_ID, endedAt: '' }] })
    expect(verdict.resources).toHaveLength(2)
  })
})
