import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { READER_COMMANDS } from '../../../src/readers/commands/index.ts'
import { PARQUET_COLUMNS } from '../../../src/readers/export/parquet-layout.ts'
import { duckdbRows } from '../../support/duckdb.ts'
import { ACME, LATER } from '../../support/readers/acme.ts'
import { makeSnapshot } from '../../support/readers/make-snapshot.ts'
import { newFolder } from '../readers/fixture.ts'
import { run } from '../sdk/cli/fixture.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/fleet.md'), 'utf8')

const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text)

/** Statements of a block, without their comments. */
const statements = (block: string): readonly string[] =>
  block
    .replaceAll(/^--.*$/gm, '')
    .split(/;\s*$/m)
    .filter((text) => text.trim() !== '')

describe('docs/fleet.md', () => {
  it('holds commands that do what they say', async () => {
    const folder = newFolder()
    for (const [tenant, ...syncs] of [['acme', ACME, LATER] as const, ['other', LATER] as const])
      for (const [i, sync] of syncs.entries()) {
        mkdirSync(join(folder, `snapshots/tenant=${tenant}`), { recursive: true })
        makeSnapshot(join(folder, `snapshots/tenant=${tenant}/${i}.c1z`), [sync])
      }
    const at = (text: string): string =>
      text
        .replaceAll(/'(snapshots|fleet|compact)\b/g, `'${folder}/$1`)
        .replaceAll('--out fleet', `--out '${folder}/fleet'`)
    const [command = ''] = blocks('sh')
    const argv = [...at(command).matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
    expect(argv.slice(0, 2)).toEqual(['npx', 'baton-twingate'])
    expect((await run({ argv: argv.slice(2), commands: READER_COMMANDS })).code).toBe(0)

    const [views = '', questions = '', compaction = ''] = blocks('sql').map(at)
    const ask = (text: string) => duckdbRows(...statements(views), text)
    const [person = '', ending = '', changes = ''] = statements(questions)
    expect(new Set((await ask(person)).map(({ tenant }) => tenant))).toEqual(new Set(['acme', 'other']))
    // The year of the test's data is over.
    expect(await ask(ending.replace('now()', "timestamp '2026-05-30'"))).toHaveLength(4)
    const changed = await ask(changes)
    expect(new Set(changed.map(({ change }) => change))).toEqual(new Set(['added', 'removed']))
    const [count] = await ask('select count(*) as n from access_days')
    expect(await duckdbRows(...statements(views), ...statements(compaction))).toEqual([count])
  })

  it('names every column for other engines', () => {
    for (const [table = ''] of [blocks('sql-trino'), blocks('sql-clickhouse')])
      for (const column of [...PARQUET_COLUMNS.keys(), 'tenant', 'day'])
        expect(table).toMatch(new RegExp(`\\b${column} `))
  })
})
