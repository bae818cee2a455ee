import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'

/**
 * Says whether two snapshots of one sync each hold the same rows of users, groups and roles, byte for byte, and ends with 1 where they do not. Row
 * numbers, ids of syncs and times of a sync are left out, since no two syncs share those.
 *
 * Usage: `node bench/same-rows.ts ONE.c1z OTHER.c1z`.
 */
const files = process.argv.slice(2, 4)
if (files.length < 2) throw new Error('usage: node bench/same-rows.ts ONE.c1z OTHER.c1z')

/** The magic before the frame. */
const MAGIC_BYTES = 5
const TYPES = "('user', 'group', 'role')"
const LEFT_OUT = "('id', 'sync_id', 'discovered_at')"
const TABLES = {
  v1_resource_types: `external_id in ${TYPES}`,
  v1_resources: `resource_type_id in ${TYPES}`,
  v1_entitlements: `resource_type_id in ${TYPES}`,
  v1_grants: `resource_type_id in ${TYPES} and principal_resource_type_id in ${TYPES}`,
}

const folder = mkdtempSync(join(tmpdir(), 'baton-twingate-same-'))
try {
  const database = new DatabaseSync(join(folder, 'none'))
  for (const [i, file] of files.entries()) {
    const path = join(folder, String(i))
    writeFileSync(path, zstdDecompressSync(readFileSync(file).subarray(MAGIC_BYTES)))
    database.prepare(`attach ? as side${i}`).run(path)
  }
  const count = (sql: string): number => Number(database.prepare(`select count(*) as n from (${sql})`).get()?.['n'])
  for (const [table, where] of Object.entries(TABLES)) {
    const columns = database
      .prepare(`select name from pragma_table_info('${table}', 'side0') where name not in ${LEFT_OUT}`)
      .all()
      .map(({ name }) => String(name))
    const rows = (side: number): string => `select ${columns.join(', ')} from side${side}.${table} where ${where}`
    const [all, others] = [count(rows(0)), count(rows(1))]
    const [lost, added] = [count(`${rows(0)} except ${rows(1)}`), count(`${rows(1)} except ${rows(0)}`)]
    console.log(`${table}: ${all} and ${others} rows; ${lost} in the first alone, ${added} in the second alone`)
    if (all !== others || lost > 0 || added > 0) process.exitCode = 1
  }
  database.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
