import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { expandFile } from '../../../../../src/sdk/snapshot/expand/expand-file.ts'
import { decodeExpandable } from '../../../../../src/sdk/wire/rows/decode-annotations.ts'
import { decodeGrant } from '../../../../../src/sdk/wire/rows/decode-grant.ts'
import { encodeGrant } from '../../../../../src/sdk/wire/rows/grant.ts'
import type { ResourceId } from '../../../../../src/sdk/model/model.ts'
import { MAGIC, names, newFolder, openPacked, type Row, rowsOf } from '../fixture.ts'

const FIXTURES = resolve(import.meta.dirname, '../../../../judges/expansion')
const EDGES = join(FIXTURES, 'edges-before.c1z')
/** More tenants of the same form, where there are some. */
const RANDOM = process.env['EXPANSION_FIXTURES'] ?? join(FIXTURES, 'random')

const TENANTS = readdirSync(RANDOM)
  .filter((name) => name.endsWith('.c1z'))
  .map((name) => name.replace('.c1z', ''))

const Outcome = z.array(
  z.object({
    id: z.string(),
    entitlement: z.string(),
    principal: z.string(),
    sources: z.record(z.string(), z.boolean()).nullable(),
    annotations: z.array(z.string()),
    expansion: z
      .object({
        entitlementIds: z.array(z.string()).nullable(),
        resourceTypeIds: z.array(z.string()).nullable(),
        shallow: z.boolean(),
      })
      .nullable(),
    needsExpansion: z.boolean(),
  }),
)

const hex = (value: unknown): unknown => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)

const without = (row: Row, ...columns: readonly string[]): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !columns.includes(name)))

/** Grants of a file, everything but row number and time. */
const grantsOf = (file: string): readonly unknown[] =>
  rowsOf(openPacked(file), 'v1_grants')
    .map((row) => JSON.stringify(without(row, 'id', 'discovered_at'), (_key, value) => hex(value)))
    .sort()

function outcomeOf(file: string): z.infer<typeof Outcome> {
  const grants = rowsOf(openPacked(file), 'v1_grants').map((row) => {
    const grant = decodeGrant(row['data'] as Uint8Array)
    const expansion = row['expansion'] instanceof Uint8Array ? decodeExpandable(row['expansion']) : undefined
    return {
      id: grant.id,
      entitlement: grant.entitlement?.id ?? '',
      principal: `${grant.principal?.id?.type}:${grant.principal?.id?.id}`,
      sources: grant.sources.size === 0 ? null : Object.fromEntries(grant.sources),
      annotations: grant.annotations.map(({ name }) => name.replace(/^.*\./, '')),
      expansion: expansion
        ? {
            entitlementIds: [...expansion.entitlementIds],
            resourceTypeIds: expansion.resourceTypeIds.length > 0 ? [...expansion.resourceTypeIds] : null,
            shallow: expansion.shallow,
          }
        : null,
      needsExpansion: row['needs_expansion'] === 1,
    }
  })
  return sorted(grants)
}

const sorted = (grants: z.infer<typeof Outcome>): z.infer<typeof Outcome> =>
  grants.toSorted((a, b) => (a.id < b.id ? -1 : 1))

async function expanded(file: string, out = join(newFolder(), 'out.c1z')) {
  return { out, result: await expandFile({ file, out }) }
}

describe('expanding a file', () => {
  it.each(['edges', 'cycle'])('gives the bytes that official code gives, for every row: %s', async (name) => {
    const { out } = await expanded(join(FIXTURES, `${name}-before.c1z`))
    expect(grantsOf(out)).toEqual(grantsOf(join(FIXTURES, `${name}-after.c1z`)))
  })

  it.each(TENANTS)('gives what the official Pebble engine gives for a random tenant: %s', async (name) => {
    const { out } = await expanded(join(RANDOM, `${name}.c1z`))
    const wanted = Outcome.parse(JSON.parse(readFileSync(join(RANDOM, `${name}.json`), 'utf8')))
    expect(outcomeOf(out)).toEqual(sorted(wanted))
  })

  it('gives the same file in every run, and changes nothing in a file that is expanded', async () => {
    const first = await expanded(EDGES)
    const second = await expanded(EDGES)
    expect(readFileSync(first.out).equals(readFileSync(second.out))).toBe(true)
    const again = await expanded(first.out)
    expect(again.result).toMatchObject({ added: {}, changed: 0 })
    expect(readFileSync(again.out).equals(readFileSync(first.out))).toBe(true)
  })

  it('says in the row of the sync what official code says there', async () => {
    const { out } = await expanded(EDGES)
    const facts = (file: string): readonly unknown[] => {
      const [run] = rowsOf(openPacked(file), 'v1_sync_runs')
      const token = JSON.parse(String(run?.['sync_token'])) as Row
      return [run?.['supports_diff'], run?.['stats'], token['needs_expansion'], run?.['ended_at']]
    }
    expect(facts(out)).toEqual(facts(join(FIXTURES, 'edges-after.c1z')))
  })

  it('reports cycles and sources that are not there', async () => {
    const { result } = await expanded(EDGES)
    expect(result.cycles).toEqual([['group:cycA:member', 'group:cycB:member'], ['group:self:member']])
    expect(result.missingSources).toBe(1)
  })

  it('may replace the file that it reads, and another snapshot, and leaves nothing beside it', async () => {
    const folder = newFolder()
    const file = join(folder, 'sync.c1z')
    copyFileSync(EDGES, file)
    await expandFile({ file, out: file })
    expect(grantsOf(file)).toEqual(grantsOf(join(FIXTURES, 'edges-after.c1z')))
    expect(names(folder)).toEqual(['sync.c1z'])
  })

  it('replaces nothing but a snapshot', async () => {
    const out = join(newFolder(), 'thesis.docx')
    writeFileSync(out, 'three years of work')
    await expect(expandFile({ file: EDGES, out })).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(readFileSync(out, 'utf8')).toBe('three years of work')
  })

  it.each([
    ['a file that is not there', undefined, 'not-found'],
    ['a sync that is not finished', 'update v1_sync_runs set ended_at = null', 'failed-precondition'],
    ['a partial sync', "update v1_sync_runs set sync_type = 'partial'", 'failed-precondition'],
    [
      'a grant that passes on what is not its own',
      "update v1_grants set principal_resource_id = 'other' where expansion is not null",
      'failed-precondition',
    ],
    ['a damaged edge', "update v1_grants set expansion = x'0aff' where expansion is not null", 'data-loss'],
    ['a damaged grant', "update v1_grants set data = x'0aff' where expansion is null", 'data-loss'],
  ])('refuses %s and writes nothing', async (_, sql, code) => {
    const folder = newFolder()
    const file = join(folder, 'other.c1z')
    if (sql !== undefined) altered(EDGES, file, (database) => database.exec(sql))
    const out = join(folder, 'out.c1z')
    await expect(expandFile({ file, out })).rejects.toMatchObject({ code })
    expect(names(folder)).toEqual(sql === undefined ? [] : ['other.c1z'])
  })

  it('reads what older writers leave in the annotations, into columns that they do not know', async () => {
    const file = join(newFolder(), 'older.c1z')
    altered(EDGES, file, makeOlder)
    const { out } = await expanded(file)
    expect(grantsOf(out)).toEqual(grantsOf(join(FIXTURES, 'edges-after.c1z')))
    expect(rowsOf(openPacked(out), 'v1_sync_runs')[0]).toMatchObject({ grants_backfilled: 1, supports_diff: 1 })
  })

  it('takes the other syncs of the file over as they are', async () => {
    const file = join(newFolder(), 'two.c1z')
    altered(EDGES, file, (database) => {
      for (const table of ['v1_grants', 'v1_entitlements', 'v1_sync_runs']) copyAs(database, table, 'older')
      database.exec("update v1_sync_runs set ended_at = '2020-01-01 00:00:00' where sync_id = 'older'")
    })
    const { out } = await expanded(file)
    const older = (path: string): readonly Row[] =>
      rowsOf(openPacked(path), 'v1_grants').filter((row) => row['sync_id'] === 'older')
    expect(older(file).length).toBe(69)
    expect(older(out).map((row) => without(row, 'id'))).toEqual(older(file).map((row) => without(row, 'id')))
  })

  it('has no limit to the depth', async () => {
    const file = join(newFolder(), 'deep.c1z')
    altered(EDGES, file, (database) => makeChain(database, 100))
    const { result } = await expanded(file)
    expect(result.added).toEqual({ group: 100 })
  })
})

/** Writes the snapshot again with its database changed, as another program might have written it. */
function altered(source: string, file: string, change: (database: DatabaseSync) => void): void {
  const database = openPacked(source)
  change(database)
  const path = join(newFolder(), 'db')
  database.exec(`vacuum into '${path}'`)
  writeFileSync(file, Buffer.concat([MAGIC, zstdCompressSync(readFileSync(path))]))
}

/** As baton-sdk v0.7.21 writes it: what makes a grant expandable is its last annotation, and younger columns are not there. */
function makeOlder(database: DatabaseSync): void {
  const name = Buffer.from('type.googleapis.com/c1.connector.v2.GrantExpandable')
  const update = database.prepare('update v1_grants set data = ? where id = ?')
  for (const row of database.prepare('select id, data, expansion from v1_grants where expansion is not null').all()) {
    const value = row['expansion'] as Uint8Array
    const any = Buffer.concat([Buffer.from([0x0a, name.length]), name, Buffer.from([0x12, value.length]), value])
    update.run(Buffer.concat([row['data'] as Uint8Array, Buffer.from([0x22, any.length]), any]), Number(row['id']))
  }
  for (const index of ['idx_grants_sync_expansion_v1', 'idx_grants_sync_needs_expansion_v1'])
    database.exec(`drop index ${index}`)
  for (const column of ['expansion', 'needs_expansion']) database.exec(`alter table v1_grants drop column ${column}`)
  for (const column of ['supports_diff', 'grants_backfilled', 'stats'])
    database.exec(`alter table v1_sync_runs drop column ${column}`)
}

function copyAs(database: DatabaseSync, table: string, syncId: string): void {
  const columns = database
    .prepare("select group_concat(name) as list from pragma_table_info(?) where name not in ('id', 'sync_id')")
    .get(table)?.['list']
  database.exec(`insert into ${table} (${columns}, sync_id) select ${columns}, '${syncId}' from ${table}`)
}

/** One user in the first of many groups, each a member of the next, which passes on its users. */
function makeChain(database: DatabaseSync, length: number): void {
  const syncId = database.prepare('select sync_id from v1_sync_runs').get()?.['sync_id'] as string
  database.exec('delete from v1_grants; delete from v1_entitlements')
  const putEntitlement = database.prepare(
    "insert into v1_entitlements (resource_type_id, resource_id, external_id, data, sync_id, discovered_at) values ('group', ?, ?, x'', ?, '')",
  )
  const putGrant = database.prepare(
    `insert into v1_grants (resource_type_id, resource_id, entitlement_id, principal_resource_type_id, principal_resource_id, external_id,
       expansion, needs_expansion, data, sync_id, discovered_at) values ('group', ?, ?, ?, ?, ?, ?, ?, ?, ?, '')`,
  )
  const grant = (group: string, principal: ResourceId, source?: string): void => {
    const entitlementId = `group:${group}:member`
    const data = encodeGrant({ entitlementId, resource: { type: 'group', id: group }, principal })
    const expansion =
      source === undefined ? null : Buffer.from(`\n${String.fromCodePoint(source.length)}${source}\x1a\x04user`)
    const id = `${entitlementId}:${principal.type}:${principal.id}`
    putGrant.run(group, entitlementId, principal.type, principal.id, id, expansion, expansion ? 1 : 0, data, syncId)
  }
  for (let i = 0; i <= length; i++) putEntitlement.run(`g${i}`, `group:g${i}:member`, syncId)
  grant('g0', { type: 'user', id: 'ada' })
  for (let i = 1; i <= length; i++) grant(`g${i}`, { type: 'group', id: `g${i - 1}` }, `group:g${i - 1}:member`)
}
