import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { READER_COMMANDS } from '../../../src/readers/commands/index.ts'
import { ACME } from '../../support/readers/acme.ts'
import { makeSnapshot } from '../../support/readers/make-snapshot.ts'
import { run } from '../sdk/cli/fixture.ts'
import { fileOf, newFolder, read, rowsOf } from './fixture.ts'

describe('the file of a reader', () => {
  it('is refused in one sentence where it is of another kind', async () => {
    const folder = newFolder()
    const file = (name: string, bytes: string): string => {
      writeFileSync(join(folder, name), bytes, 'latin1')
      return join(folder, name)
    }
    const said = async (path: string) => {
      const { code, stdout, stderr } = await read(path, 'list', 'users')
      expect(stdout).toBe('')
      return [code, stderr.replaceAll(folder, '')]
    }
    expect(await said(join(folder, 'none.c1z'))).toEqual([
      5,
      expect.stringContaining('there is no such file; sync first'),
    ])
    expect(await said(file('empty.c1z', ''))).toEqual([3, 'baton-twingate: read /empty.c1z: the file is empty\n'])
    expect(await said(file('text.c1z', 'something else'))).toEqual([3, expect.stringContaining('is not a c1z file')])
    expect(await said(file('pebble.c1z', 'C1Z3\0\0\0\0\0'))).toEqual([
      9,
      expect.stringMatching(/^[^\n]*Pebble[^\n]*--storage-engine sqlite[^\n]*\n$/),
    ])
    const cut = join(folder, 'cut.c1z')
    makeSnapshot(cut, [ACME])
    truncateSync(cut, 300)
    expect(await said(cut)).toEqual([15, expect.stringContaining('cut.c1z is damaged')])
  })

  it('tells which row is damaged', async () => {
    const file = join(newFolder(), 'acme.c1z')
    makeSnapshot(file, [ACME], (database) => database.exec("update v1_resources set data = x'0aff' where id = 2"))
    const { code, stderr } = await read(file, 'list', 'users')
    expect([code, stderr]).toEqual([15, expect.stringContaining('the row of user:bob is damaged')])
  })

  it('leaves nothing in the temporary folder and is not changed', async () => {
    const file = fileOf(ACME)
    const before = readFileSync(file)
    const tempDir = newFolder()
    await run({
      argv: ['access', 'Nobody', '-f', file],
      commands: READER_COMMANDS,
      deps: { process: await contextWith(tempDir) },
    })
    expect(readdirSync(tempDir)).toEqual([])
    expect(readFileSync(file)).toEqual(before)
  })

  it('may be several: each row then says whose it is and when it was read', async () => {
    const folder = newFolder()
    makeSnapshot(join(folder, 'acme.c1z'), [ACME])
    makeSnapshot(join(folder, 'beta.c1z'), [{ ...ACME, endedAt: '2026-01-05 00:00:00' }])
    const rows = await rowsOf(
      join(folder, '*.c1z'),
      'list',
      'users',
      '--columns',
      'tenant,syncedAt,id',
      '--where',
      'id=ada',
    )
    expect(rows).toEqual([
      { tenant: 'acme', syncedAt: '2026-01-02T03:05:05.000Z', id: 'ada' },
      { tenant: 'beta', syncedAt: '2026-01-05T00:00:00.000Z', id: 'ada' },
    ])
    expect(await rowsOf(join(folder, '*.c1z'), 'list', 'syncs', '--columns', 'tenant,state')).toHaveLength(2)
    const { code, stderr } = await read(join(folder, '*.c1z'), 'access', 'Ada')
    expect([code, stderr]).toEqual([3, expect.stringContaining('this command reads one file')])
  })

  it('names the tenant strictly: two files of one name are refused unless their folders name it', async () => {
    const folder = newFolder()
    const at = (path: string): string => {
      mkdirSync(join(folder, path), { recursive: true })
      const file = join(folder, path, 'sync.c1z')
      makeSnapshot(file, [ACME])
      return file
    }
    const plain = await read(`${at('a')},${at('b')}`, 'list', 'users')
    expect([plain.code, plain.stderr]).toEqual([3, expect.stringContaining('would both be the tenant "sync"')])
    const named = [at('tenant=a/day=1'), at('tenant=a/day=2'), at('tenant=b/day=1')].join(',')
    expect(new Set((await rowsOf(named, 'list', 'users')).map((row) => row['tenant']))).toEqual(new Set(['a', 'b']))
    expect((await read(join(folder, 'x*.c1z'), 'list', 'users')).code).toBe(5)
  })

  it('has a write-ahead flag in files of older programs, and fewer columns', async () => {
    const file = join(newFolder(), 'old.c1z')
    makeSnapshot(file, [ACME], (database) => {
      database.exec('pragma journal_mode = wal')
      for (const name of [
        'sync_type',
        'parent_sync_id',
        'linked_sync_id',
        'supports_diff',
        'grants_backfilled',
        'stats',
      ])
        database.exec(`alter table v1_sync_runs drop column ${name}`)
      for (const name of ['expansion', 'needs_expansion']) database.exec(`alter table v1_grants drop column ${name}`)
      database.exec('pragma wal_checkpoint(truncate)')
    })
    expect(await rowsOf(file, 'list', 'grants')).toHaveLength(9)
    expect((await rowsOf(file, 'access', 'ada@acme.example')).map((row) => row['how'])).toEqual([
      'direct',
      'direct',
      'direct',
    ])
  })
})

/** The context that the fixture's runs have, with another temporary folder. */
async function contextWith(tempDir: string) {
  const { Readable } = await import('node:stream')
  return {
    env: {},
    cwd: '/here',
    clock: { now: () => new Date(0), monotonicMs: () => 0 },
    sleep: async () => {},
    random: (length: number) => new Uint8Array(length),
    signal: new AbortController().signal,
    version: '0',
    stdin: Readable.from([]),
    tempDir,
    pid: 1,
    host: 'here',
    uid: 0,
    isAlive: () => true,
  }
}
