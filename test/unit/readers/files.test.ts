import { randomUUID } from 'node:crypto'
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { READER_COMMANDS } from '../../../src/readers/commands/index.ts'
import { ANSWER_SCHEMAS } from '../../../src/readers/output/answer-schemas.ts'
import { ACME, LATER } from '../../support/readers/acme.ts'
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
  })

  it('may be several for access, who-can and show: each answers for itself, and one that lacks the name is told', async () => {
    const folder = newFolder()
    makeSnapshot(join(folder, 'acme.c1z'), [ACME])
    const things = (ACME.things ?? []).filter(({ id }) => id !== 'user:zoe2')
    makeSnapshot(join(folder, 'beta.c1z'), [{ ...ACME, things, grants: [], endedAt: '2026-01-05 00:00:00' }])
    const all = join(folder, '*.c1z')
    const access = await read(
      all,
      'access',
      'ada@acme.example',
      '--where',
      'resource=db',
      '--columns',
      'tenant,syncedAt,resource',
    )
    expect([access.code, access.stdout]).toEqual([
      0,
      expect.stringMatching(/^TENANT +SYNCED AT +RESOURCE\nacme +2026-01-02T03:05:05.000Z +db\n$/),
    ])
    expect(access.stderr).toContain('beta, 2026-01-05T00:00:00.000Z: Ada <Ada@Acme.example>')
    const holders = await rowsOf(all, 'who-can', 'wiki', '--entitlement', 'access')
    expect(new Set(holders.map(({ tenant }) => tenant))).toEqual(new Set(['acme']))
    expect((await rowsOf(all, 'show', 'Ada')).map(({ tenant, name }) => [tenant, name])).toEqual([
      ['acme', 'Ada'],
      ['beta', 'Ada'],
    ])
    expect((await read(all, 'show', 'Ada')).stdout).toMatch(
      /^acme, 2026-01-02T03:05:05.000Z\n[\s\S]*\n\nbeta, 2026-01-05T00:00:00.000Z\n/,
    )
    const one = await read(all, 'access', 'zoe.2@acme.example', '--output', 'json')
    expect([one.code, JSON.parse(one.stdout)]).toEqual([0, ANSWER_SCHEMAS.access.parse(JSON.parse(one.stdout))])
    expect(one.stderr).toContain('beta.c1z: there is no user "zoe.2@acme.example"')
    const none = await read(all, 'access', 'nobody')
    expect([none.code, none.stdout]).toEqual([5, ''])
    expect(none.stderr.match(/there is no user "nobody"/g)).toHaveLength(2)
    const several = await read(all, 'access', 'Zoe Papadaki')
    expect([several.code, several.stderr]).toEqual([
      3,
      expect.stringContaining('acme.c1z: "Zoe Papadaki" could be any of several'),
    ])
  })

  it('tells its syncs from its beginning alone where they have statistics, and else from all of it', async () => {
    const folder = newFolder()
    const things = Array.from({ length: 20_000 }, (_, i) => ({ id: `user:${i}`, name: `Person ${randomUUID()}` }))
    const large = { ...ACME, things, entitlements: {}, grants: [] }
    const stats = '{"resource_types":5,"resources":20000,"resources_by_resource_type":{"user":20000}}'
    const [told, counted] = [join(folder, 'told.c1z'), join(folder, 'counted.c1z')]
    makeSnapshot(told, [large], (database) => database.prepare('update v1_sync_runs set stats = ?').run(stats))
    makeSnapshot(counted, [large])
    const syncs = await rowsOf(told, 'list', 'syncs')
    expect(syncs).toEqual(await rowsOf(counted, 'list', 'syncs'))
    expect(syncs).toMatchObject([{ state: 'shown', resources: 20_000 }])
    for (const file of [told, counted]) truncateSync(file, statSync(file).size - 1000)
    expect([await rowsOf(told, 'list', 'syncs'), (await read(told, 'list', 'users')).code]).toEqual([syncs, 15])
    expect((await read(counted, 'list', 'syncs')).code).toBe(15)
  })

  it('may be replaced or cut while it is read: the answer is right, or one sentence says why there is none', async () => {
    const folder = newFolder()
    const things = Array.from({ length: 20_000 }, (_, i) => ({ id: `user:${i}`, name: `Person ${randomUUID()}` }))
    const [old, now, file] = [join(folder, 'old.c1z'), join(folder, 'now.c1z'), join(folder, 'sync.c1z')]
    makeSnapshot(old, [{ ...ACME, things, entitlements: {}, grants: [] }])
    makeSnapshot(now, [{ ...ACME, things: things.slice(0, 10_000), entitlements: {}, grants: [] }])
    const answers = new Set<string>()
    for (const change of ['rename', 'truncate', 'overwrite'] as const)
      for (let turns = 0; turns < 12; turns++) {
        copyFileSync(old, file)
        const reading = read(file, 'list', 'users', '--columns', 'id', '--output', 'csv')
        for (let turn = 0; turn < turns * 2; turn++) await new Promise(setImmediate)
        if (change === 'truncate') truncateSync(file, 5000)
        else if (change === 'overwrite') writeFileSync(file, readFileSync(now))
        else {
          copyFileSync(now, `${file}.tmp`)
          renameSync(`${file}.tmp`, file)
        }
        const { code, stdout, stderr } = await reading
        const rows = stdout.split('\r\n').length - 2
        answers.add(`${change} ${code} ${code === 0 ? rows : 'none'}`)
        if (code !== 0) expect([stdout, stderr]).toEqual(['', expect.stringMatching(/^baton-twingate: read [^\n]+\n$/)])
      }
    const right =
      /^(?:rename 0 [12]0000|(?:truncate|overwrite) (?:0 20000|15 none)|overwrite (?:0 10000|3 none|9 none))$/
    expect([...answers].filter((answer) => !right.test(answer))).toEqual([])
    expect(answers.size).toBeGreaterThan(2)
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

  it('is refused in a sentence before much is unpacked where it is a bomb, whatever is asked of it', async () => {
    const folder = newFolder()
    // 64 MB behind a header that announces two pages, and a header that announces 16 TiB.
    const bombs: readonly (readonly [name: string, pages: number, bytes: number, code: number, said: string])[] = [
      ['more-inside.c1z', 2, 64 << 20, 15, 'it is larger inside than it says'],
      ['announced.c1z', 0xffff_ffff, 8192, 8, 'unpacks to more than the 10737418240 bytes allowed'],
    ]
    for (const [name, pages, bytes, exitCode, said] of bombs) {
      const database = Buffer.alloc(bytes)
      database.write('SQLite format 3\0', 'latin1')
      database.writeUInt16BE(4096, 16)
      for (const [at, value] of [
        [24, 1],
        [28, pages],
        [92, 1],
      ] as const)
        database.writeUInt32BE(value, at)
      writeFileSync(join(folder, name), Buffer.concat([Buffer.from('C1ZF\0'), zstdCompressSync(database)]))
      const tempDir = newFolder()
      for (const argv of [
        ['list', 'syncs'],
        ['list', 'users'],
        ['access', 'Ada', '--index'],
        ['who-can', 'db'],
        ['lint'],
        ['export', 'csv'],
      ]) {
        const { code, stdout, stderr } = await run({
          argv: [...argv, '-f', join(folder, name)],
          commands: READER_COMMANDS,
          deps: { process: await contextWith(tempDir) },
        })
        expect([argv.join(' '), code, stdout, stderr.includes(said)]).toEqual([argv.join(' '), exitCode, '', true])
        expect(stderr.trimEnd().split('\n')).toHaveLength(1)
      }
      expect(readdirSync(tempDir)).toEqual([])
    }
    expect(readdirSync(folder)).toEqual(bombs.map(([name]) => name).toSorted())
  })

  it.each([512, 1024, 8192, 65_536])(
    'has pages of %i bytes in files of other programs, and unknown columns',
    async (size) => {
      const file = join(newFolder(), 'other.c1z')
      makeSnapshot(file, [ACME, LATER], (database) => {
        database.exec(`pragma page_size = ${size}; vacuum`)
        for (const table of ['v1_sync_runs', 'v1_resource_types', 'v1_resources', 'v1_entitlements', 'v1_grants'])
          database.exec(`alter table ${table} add column of_the_future blob not null default x'00ff'`)
        database.exec('create table v9_more (id integer primary key, data blob)')
      })
      const usual = fileOf(ACME, LATER)
      for (const argv of [
        ['list', 'syncs'],
        ['list', 'users'],
        ['list', 'grants'],
        ['access', 'ada@acme.example'],
        ['who-can', 'db'],
        ['export', 'ndjson'],
      ])
        expect([argv, await rowsOf(file, ...argv)]).toEqual([argv, await rowsOf(usual, ...argv)])
      expect((await read(file, 'diff', '--output', 'ndjson')).stdout).toBe(
        (await read(usual, 'diff', '--output', 'ndjson')).stdout,
      )
      expect((await read(file, 'lint')).code).toBe(0)
    },
  )

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
