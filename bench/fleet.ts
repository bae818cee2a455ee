/**
 * Makes the Parquet of many tenants, and measures one person across all of them in DuckDB.
 *
 * Usage: `npm run bench:fleet -- [--tenants N] [--users N] [--groups N]`.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'

const { values } = parseArgs({
  options: {
    tenants: { type: 'string', default: '200' },
    users: { type: 'string', default: '1000' },
    groups: { type: 'string', default: '100' },
  },
})
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'bench-fleet-'))
const MIDDLE = `t${String(Math.floor(Number(values.tenants) / 2)).padStart(4, '0')}`
const PERSON = 'user47@example.com'

try {
  make()
  const exported = spawnNode([
    join(root, 'cmd/baton-twingate/main.ts'),
    ...['export', 'parquet', '-f', join(folder, 'snapshots/tenant=*/*.c1z'), '--out', join(folder, 'fleet')],
  ])
  const files = readdirSync(join(folder, 'fleet'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.parquet'),
  )
  const bytes = files.reduce((sum, name) => sum + statSync(join(folder, 'fleet', name)).size, 0)
  console.log(`${new Date().toISOString()}, load ${loadavg()[0]?.toFixed(1)}`)
  console.log(`export of ${files.length} tenants: ${exported.toFixed(1)} s, ${(bytes / 1e6).toFixed(1)} MB`)
  await ask()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function make(): void {
  const one = join(folder, 'one.c1z')
  spawnNode([join(import.meta.dirname, 'write-once.ts'), one, values.users, values.groups])
  for (let i = 0; i < Number(values.tenants); i++) {
    const tenant = join(folder, `snapshots/tenant=t${String(i).padStart(4, '0')}`)
    mkdirSync(tenant, { recursive: true })
    copyFileSync(one, join(tenant, 'sync.c1z'))
  }
}

function spawnNode(args: readonly string[]): number {
  const started = performance.now()
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`)
  return (performance.now() - started) / 1000
}

async function ask(): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect()
  const source = `read_parquet('${folder}/fleet/*/*/*.parquet', hive_partitioning = true)`
  const questions = [
    ['rows in all', `select count(*) as n from ${source}`],
    ['one person across all tenants', `select count(*) as n from ${source} where email = '${PERSON}'`],
    [
      'one person of one tenant',
      `select count(*) as n from ${source} where email = '${PERSON}' and tenant = '${MIDDLE}'`,
    ],
  ] as const
  for (const [name, sql] of questions) {
    const started = performance.now()
    const [row] = (await connection.runAndReadAll(sql)).getRowsJson()
    console.log(`${name}: ${((performance.now() - started) / 1000).toFixed(2)} s, ${JSON.stringify(row?.[0])} rows`)
  }
}
