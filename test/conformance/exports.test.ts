import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeXlsx } from '../../src/readers/export/write-xlsx.ts'
import { exportJudges } from '../export-judges/install.ts'
import { grantsOutput } from '../judges/baton-output.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { runBatonJson } from '../judges/run-baton.ts'
import { ACME, LATER } from '../support/readers/acme.ts'
import { makeSnapshot } from '../support/readers/make-snapshot.ts'
import { startProgram } from '../support/run-program.ts'

const found = await exportJudges()
const python = 'missing' in found ? found.missing : undefined
const judge = 'missing' in found ? () => Promise.reject(new Error(found.missing)) : found.run
const tools = await officialTools()
const go = 'missing' in tools ? tools.missing : undefined

const SCRIPTS = join(import.meta.dirname, '../export-judges')
const EDGES = join(import.meta.dirname, '../fixtures/expansion/edges-before.sqlite.c1z')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exports-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Runs the real program. */
async function program(...args: readonly string[]): Promise<string> {
  const ends: (() => void)[] = []
  const { code, stdout, stderr } = await startProgram(args, { cwd: folder, atEnd: (end) => ends.push(end) }).ended
  for (const end of ends) end()
  expect([code, stderr]).toEqual([0, expect.any(String)])
  return stdout
}

type Sheets = readonly { readonly name: string; readonly rows: readonly (readonly [type: string, value: string])[][] }[]

const sheetsOf = async (file: string): Promise<Sheets> =>
  JSON.parse(await judge('python3', join(SCRIPTS, 'read_xlsx.py'), file)) as Sheets

describe.skipIf(python)(`exports read by programs of another language ${python ?? ''}`, () => {
  test('xlsx: openpyxl reads the rows of csv, times as times, and no formula', async () => {
    const things = [
      ...(LATER.things ?? []),
      { id: 'user:evil', name: '=HYPERLINK("http://x","y")' },
      { id: 'user:rtl', name: 'a\u202eb\u0007<&>' },
    ]
    makeSnapshot(join(folder, 'sync.c1z'), [{ ...LATER, things }])
    await program('export', 'xlsx', '--out', 'access.xlsx')
    const lines = (await program('export', 'ndjson')).trim().split('\n')
    const [sheet, ...others] = await sheetsOf(join(folder, 'access.xlsx'))
    expect([sheet?.name, others]).toEqual(['Access', []])
    const [head = [], ...rows] = sheet?.rows ?? []
    const column = (name: string) => head.findIndex(([, value]) => value === name)
    expect(rows).toHaveLength(lines.length)
    expect(rows.flat().filter(([type]) => type === 'f')).toEqual([])
    const names = rows.map((row) => row[column('principal')]?.[1])
    expect(names).toEqual(expect.arrayContaining(['Ada', `'=HYPERLINK("http://x","y")`, 'a\u202eb\ufffd<&>']))
    const ends = rows.map((row) => row[column('until')]).filter((cell) => cell?.[1] !== 'None')
    expect(new Set(ends.map((cell) => cell?.join(' ')))).toEqual(new Set(['d 2026-06-01 00:00:00']))
  })

  test('xlsx: more rows than a sheet holds go into the next one', async () => {
    async function* rows() {
      yield* [[{ n: 1 }, { n: 2 }], [{ n: 3 }], [], [{ n: 4 }, { n: 5 }]]
    }
    const file = join(folder, 'split.xlsx')
    expect(await writeXlsx(file, rows(), { columns: ['n'], times: new Set(), sheetRows: 3 })).toBe(5)
    const sheets = await sheetsOf(file)
    expect(sheets.map(({ name, rows: of }) => [name, of.map(([cell]) => cell?.[1])])).toEqual([
      ['Access', ['n', '1', '2']],
      ['Access 2', ['n', '3', '4']],
      ['Access 3', ['n', '5']],
    ])
  })

  test('parquet: pyarrow reads types, instants with their zone, and lists, also where all are null', async () => {
    const schemas: unknown[] = []
    for (const sync of [{ ...ACME, grants: [] }, LATER]) {
      makeSnapshot(join(folder, 'acme.c1z'), [sync])
      await program('export', 'parquet', '-f', 'acme.c1z', '--out', 'fleet')
      const day = (sync.endedAt ?? '').slice(0, 10)
      const file = join(folder, 'fleet/tenant=acme', `day=${day}`, `${sync.id}.parquet`)
      const { schema, rows } = JSON.parse(await judge('python3', join(SCRIPTS, 'read_parquet.py'), file)) as {
        schema: Readonly<Record<string, string>>
        rows: readonly Readonly<Record<string, unknown>>[]
      }
      schemas.push(schema)
      const lines = (await program('export', 'ndjson', '-f', 'acme.c1z')).trim().split('\n')
      expect(rows.map(({ principal, path, otherPaths }) => [principal, path, otherPaths])).toEqual(
        lines.map((line) => {
          const row = JSON.parse(line) as Readonly<Record<string, unknown>>
          return [row['principal'], row['path'], row['otherPaths']]
        }),
      )
    }
    expect(schemas[0]).toEqual(schemas[1])
    expect(schemas[0]).toMatchObject({
      until: 'timestamp[ms, tz=UTC]',
      otherPaths: expect.stringMatching(/^list<element: string/) as string,
      inFile: 'bool',
      principal: 'string',
    })
  })

  test.each([
    ['acme', []],
    ['acme', ['--scope', 'Engineering']],
    ['acme', ['--scope', 'ada@acme.example']],
    ['edges', []],
    ['edges', ['--scope', 'user:u1']],
  ])('openfga: the runner agrees with who holds what: %s %s', async (name, scope) => {
    const file = name === 'edges' ? EDGES : join(folder, 'acme.c1z')
    if (name === 'acme') makeSnapshot(file, [LATER])
    await program('export', 'openfga', '-f', file, '--out', 'store.fga.yaml', ...scope)
    const store = join(folder, 'store.fga.yaml')
    await judge('fga', 'model', 'test', '--tests', store)
    // The same with one answer turned round is refused.
    const turned = readFileSync(store, 'utf8').replace(/: true$/m, ': false')
    writeFileSync(store, turned)
    await expect(judge('fga', 'model', 'test', '--tests', store)).rejects.toThrow(/failed/i)
  })
})

describe.skipIf(go)(`exports read by the official command ${go ?? ''}`, () => {
  test.each([[ACME.id], [LATER.id]])('c1z: the official reader finds the sync %s whole', async (id) => {
    const [file, out] = [join(folder, 'sync.c1z'), join(folder, 'one.c1z')]
    makeSnapshot(file, [ACME, LATER])
    await program('export', 'c1z', '--sync', id, '--out', out)
    const grants = async (of: string, ...args: readonly string[]) =>
      (await runBatonJson(tools as OfficialTools, grantsOutput, of, ['grants', ...args])).grants.map(
        ({ grant }) => grant.id,
      )
    expect((await grants(out)).toSorted()).toEqual((await grants(file, '--sync-id', id)).toSorted())
  })
})
