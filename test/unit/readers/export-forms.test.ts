import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import transformer from '@openfga/syntax-transformer'
import { describe, expect, it } from 'vitest'
import { parse as parseCsv } from 'csv-parse/sync'
import { parse } from 'yaml'
import { READER_COMMANDS } from '../../../src/readers/commands/index.ts'
import { readCells } from '../../judges/read-xlsx.ts'
import { duckdbRows } from '../../support/duckdb.ts'
import { opengraphProblems, type Payload } from '../../support/opengraph-problems.ts'
import { ACME, LATER } from '../../support/readers/acme.ts'
import { makeSnapshot } from '../../support/readers/make-snapshot.ts'
import { run } from '../sdk/cli/fixture.ts'
import { fileOf, newFolder, read, rowsOf } from './fixture.ts'

const exported = (...argv: readonly string[]) => run({ argv: ['export', ...argv], commands: READER_COMMANDS })

const EDGES = join(import.meta.dirname, '../../fixtures/expansion/edges-before.sqlite.c1z')

describe('export parquet', () => {
  it('fills one hive layout from several files, whose columns have their types whatever the first rows hold', async () => {
    const folder = newFolder()
    const [first, second] = ['tenant=first', 'tenant=se cond=2']
    // Nothing ends on the first day, and nobody has another path.
    const plain = { ...ACME, grants: [{ on: 'group:eng:member', to: 'user:ada' }] }
    for (const [name, sync] of [[first, plain] as const, [second, LATER] as const]) {
      mkdirSync(join(folder, name))
      makeSnapshot(join(folder, name, 'sync.c1z'), [sync])
    }
    const out = join(folder, 'fleet')
    const { code, stderr } = await exported('parquet', '-f', join(folder, 'tenant=*', '*.c1z'), '--out', out)
    expect([code, stderr.split('\n')]).toEqual([
      0,
      [expect.stringMatching(/^wrote \d+ rows to /), expect.any(String), ''],
    ])
    const all = `read_parquet('${out}/*/*/*.parquet', hive_partitioning = true)`
    const types = await duckdbRows(`describe select * from ${all}`)
    expect(Object.fromEntries(types.map((row) => [row['column_name'], row['column_type']]))).toMatchObject({
      principal: 'VARCHAR',
      until: 'TIMESTAMP WITH TIME ZONE',
      syncedAt: 'TIMESTAMP WITH TIME ZONE',
      otherPaths: 'VARCHAR[]',
      inFile: 'BOOLEAN',
      day: 'DATE',
      tenant: 'VARCHAR',
    })
    const rows = await duckdbRows(
      `select tenant, day, principal, until, otherPaths from ${all} where until is not null or len(otherPaths) > 0 order by all limit 1`,
    )
    expect(rows).toEqual([
      { tenant: 'se cond=2', day: '2026-03-02', principal: 'Ada', until: '2026-06-01 00:00:00+00', otherPaths: [] },
    ])
    expect(await duckdbRows(`select count(*) as n from ${all} where tenant = 'first' and until is null`)).toEqual([
      { n: '4' },
    ])
  })

  it('is the same file where it is exported again, and has no use for --columns', async () => {
    const [file, out] = [fileOf(ACME), join(newFolder(), 'fleet')]
    await exported('parquet', '-f', file, '--out', out)
    const path = join(out, 'tenant=acme/day=2026-01-02', `${ACME.id}.parquet`)
    const before = readFileSync(path)
    await exported('parquet', '-f', file, '--out', out)
    expect(readFileSync(path)).toEqual(before)
    expect(await exported('parquet', '-f', file, '--out', out, '--columns', 'path')).toMatchObject({ code: 3 })
    expect(await exported('parquet', '-f', file)).toMatchObject({ code: 3, stderr: /name a folder with --out/ })
  })
})

describe('export openfga', () => {
  it.each([[], ['--scope', 'Engineering'], ['--scope', 'ada@acme.example']])(
    'makes a model that OpenFGA takes, and tuples whose relations are in it: %s',
    async (...scope) => {
      const { code, stdout } = await exported('openfga', '-f', fileOf(LATER), ...scope)
      expect(code).toBe(0)
      const store = parse(stdout) as {
        model: string
        tuples: readonly { user: string; relation: string; object: string }[]
      }
      transformer.validator.validateDSL(store.model)
      const model = transformer.transformer.transformDSLToJSONObject(store.model)
      const types = model['type_definitions'] as readonly { type: string; relations?: object }[]
      const relations = new Map(types.map(({ type, relations: of = {} }) => [type, Object.keys(of)]))
      expect(store.tuples.length).toBeGreaterThan(3)
      for (const { relation, object } of store.tuples)
        expect(relations.get(object.slice(0, object.indexOf(':')))).toContain(relation)
    },
  )

  it('makes words of names that the language does not take', async () => {
    const grants = [{ on: 'group:a b#c:Über all', to: 'user:x y' }]
    const file = fileOf({ ...ACME, things: [], entitlements: { 'group:a b#c': ['Über all'] }, grants })
    const { stdout } = await exported('openfga', '-f', file)
    const { model, tuples } = parse(stdout) as { model: string; tuples: unknown }
    transformer.validator.validateDSL(model)
    expect(tuples).toEqual([{ user: 'user:x%20y', relation: '_ber_all', object: 'group:a%20b%23c' }])
  })
})

describe('export bloodhound', () => {
  it.each([
    ['acme', () => fileOf(LATER)],
    ['edges', () => EDGES],
  ])('keeps to the published schemas, and its extension names every kind: %s', async (_, file) => {
    const out = join(newFolder(), 'graph.json')
    expect((await exported('bloodhound', '-f', file(), '--out', out)).code).toBe(0)
    const payload = JSON.parse(readFileSync(out, 'utf8')) as Payload
    expect(opengraphProblems(payload)).toEqual([])
    const extension = JSON.parse(readFileSync(out.replace('.json', '.schema.json'), 'utf8')) as Readonly<
      Record<'node_kinds' | 'relationship_kinds', readonly { readonly name: string }[]>
    >
    const names = (kinds: readonly { readonly name: string }[]) => kinds.map(({ name }) => name)
    const { nodes, edges } = payload.graph
    expect(names(extension.node_kinds)).toEqual(expect.arrayContaining(nodes.map(({ kinds: [kind] }) => kind)))
    expect(names(extension.relationship_kinds)).toEqual(expect.arrayContaining(edges.map(({ kind }) => kind)))
    const ids = new Set(nodes.map(({ id }) => id))
    expect(edges.filter(({ start, end }) => !ids.has(start.value) || !ids.has(end.value))).toEqual([])
    expect(edges.length).toBeGreaterThan(nodes.length)
  })

  it('the schemas refuse what BloodHound refuses', () => {
    const bad = {
      metadata: { source_kind: 'x' },
      graph: { nodes: [{ id: 'a', kinds: [], properties: { x: null } }], edges: [] },
    }
    expect(opengraphProblems(bad)).not.toEqual([])
  })
})

describe('export c1z', () => {
  it('writes one sync into a file of its own, and refuses the file that is read', async () => {
    const file = fileOf(ACME, LATER)
    const out = join(newFolder(), 'one.c1z')
    const { code } = await exported('c1z', '-f', file, '--sync', ACME.id, '--out', out)
    expect(code).toBe(0)
    expect((await rowsOf(out, 'list', 'syncs')).map(({ id, state }) => [id, state])).toEqual([[ACME.id, 'shown']])
    for (const what of ['resources', 'entitlements', 'grants'])
      expect(await rowsOf(out, 'list', what)).toEqual(await rowsOf(file, 'list', what, '--sync', ACME.id))
    const before = readFileSync(file)
    expect(await exported('c1z', '-f', file, '--out', file)).toMatchObject({
      code: 3,
      stderr: /is the file that is read/,
    })
    expect(readFileSync(file)).toEqual(before)
  })
})

describe('export xlsx', () => {
  it('refuses a terminal, and leaves nothing where the file is damaged', async () => {
    expect(await exported('xlsx', '-f', fileOf(ACME))).toMatchObject({ code: 3, stderr: /name a file with --out/ })
    const bad = join(newFolder(), 'bad.c1z')
    makeSnapshot(bad, [ACME], (database) => database.exec("update v1_grants set data = x'0aff' where id = 9"))
    const out = join(newFolder(), 'access.xlsx')
    expect((await exported('xlsx', '-f', bad, '--out', out)).code).toBe(15)
    expect([existsSync(out), existsSync(`${out}.tmp`)]).toEqual([false, false])
    expect(await read(fileOf(ACME), 'export', 'xlsx', '--out', out, '--scope', 'Ada')).toMatchObject({ code: 3 })
  })

  it('holds the rows of csv, whole or chosen, and keeps a text that rows repeat once', async () => {
    const things = [
      ...(ACME.things ?? []),
      { id: 'user:evil', name: "=1+cmd|' /C calc'!A0 <&> \"", email: 'e@acme.example' },
      { id: 'user:dash', name: '-dash', email: '+1' },
      { id: 'group:at', name: '@home ]]>' },
    ]
    const grants = [
      ...(ACME.grants ?? []),
      ...['user:evil', 'user:dash', 'group:at'].map((to) => ({ on: 'group:none:member', to })),
      { on: 'resource:wiki:edit', to: 'user:evil' },
      { on: 'resource:wiki:edit', to: 'group:at' },
    ]
    const file = fileOf({ ...ACME, things, grants })
    const csv = await exported('csv', '-f', file)
    const records = parseCsv(csv.stdout, { bom: true }) as readonly (readonly string[])[]
    for (const chosen of [[], ['--limit', '1000']]) {
      const out = join(newFolder(), 'access.xlsx')
      expect(await exported('xlsx', '-f', file, '--out', out, ...chosen)).toMatchObject({ code: 0 })
      const { rows, shared } = readCells(readFileSync(out))
      expect(rows.map((row) => row.map(sameAsCsv(records[0] ?? [])))).toEqual(records)
      expect(shared).toEqual(expect.arrayContaining(['Ada', 'Engineering', "'-dash"]))
      expect([...new Set(shared)]).toEqual(shared)
    }
  })
})

/** Times and booleans as csv says them. A day is 1, counted from 30 December 1899. */
const sameAsCsv = (names: readonly string[]) => (cell: string, at: number) => {
  if (names[at] === 'inFile' && /^[01]$/.test(cell)) return String(cell === '1')
  if (names[at] !== 'until' || !/^\d/.test(cell)) return cell
  return new Date((Number(cell) - 25_569) * 86_400_000).toISOString()
}
