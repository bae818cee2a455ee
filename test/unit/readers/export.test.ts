import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { READER_COMMANDS } from '../../../src/readers/commands/index.ts'
import { ACME } from '../../support/readers/acme.ts'
import { makeSnapshot } from '../../support/readers/make-snapshot.ts'
import { run } from '../sdk/cli/fixture.ts'
import { fileOf, newFolder, rowsOf } from './fixture.ts'

type Row = Readonly<Record<string, string>>

const exported = (...argv: readonly string[]) => run({ argv: ['export', ...argv], commands: READER_COMMANDS })

const csvOf = async (...argv: readonly string[]): Promise<readonly Row[]> =>
  parse((await exported('csv', ...argv)).stdout, { columns: true }) as readonly Row[]

describe('export', () => {
  it('writes a row for each principal and grant: people first, also who holds nothing, groups with what they hold', async () => {
    const things = [...(ACME.things ?? []), { id: 'user:new', name: 'Newcomer' }]
    const rows = await csvOf('-f', fileOf({ ...ACME, things }))
    expect(rows.map(({ principal, kind, resource, how }) => [principal, kind, resource, how].join(' | '))).toEqual([
      'Ada | user | Engineering | direct',
      'Ada | user | Everyone | inherited',
      'Ada | user | db | inherited',
      'Ada | user | wiki | direct and inherited',
      'Ada | user | Network Admin | direct',
      'Bob | user | Engineering | direct',
      'Bob | user | Everyone | inherited',
      'Bob | user | db | inherited',
      'Bob | user | wiki | inherited',
      'Newcomer | user |  | ',
      'Zoe Papadaki | user | Everyone | direct',
      'Zoe Papadaki | user | wiki | inherited',
      'Zoe Papadaki | user | Engineering | direct',
      'Engineering | group | Everyone | direct',
      'Engineering | group | db | direct',
      'Everyone | group | wiki | direct',
    ])
  })

  it('says the same in each form, and of each person what access says', async () => {
    const file = fileOf(ACME)
    const lines = (await exported('ndjson', '-f', file)).stdout.trim().split('\n')
    const rows = lines.map((line) => JSON.parse(line) as Row)
    const csv = await csvOf('-f', file)
    expect(csv.map(({ principalId, entitlementId, path }) => [principalId, entitlementId, path])).toEqual(
      rows.map(({ principalId, entitlementId, path }) => [principalId, entitlementId ?? '', path ?? '']),
    )
    for (const user of ['ada', 'bob', 'zoe1', 'zoe2']) {
      const own = rows
        .filter(({ principalId }) => principalId === user)
        .map(({ entitlementId, path }) => [entitlementId, path])
      const access = await rowsOf(file, 'access', `user:${user}`)
      expect(own).toEqual(access.map((row) => [row['entitlementId'], row['path']]))
    }
  })

  it('gives the same bytes whatever the order of the rows in the file', async () => {
    const turned = { ...ACME, things: ACME.things?.toReversed() ?? [], grants: ACME.grants?.toReversed() ?? [] }
    const [one, other] = [await exported('csv', '-f', fileOf(ACME)), await exported('csv', '-f', fileOf(turned))]
    expect(other.stdout).toBe(one.stdout)
  })

  it('tells whom the file does not hold, and disarms formulas', async () => {
    const grants = [{ on: 'group:eng:member', to: 'user:=1+1' }]
    const rows = await csvOf('-f', fileOf({ ...ACME, things: [], entitlements: {}, grants }))
    expect(rows.map(({ principal, resource }) => [principal, resource])).toEqual([["'=1+1", 'eng']])
  })

  it('replaces a file as a whole, or leaves it as it is', async () => {
    const folder = newFolder()
    const out = join(folder, 'access.csv')
    writeFileSync(out, 'before')
    const bad = join(folder, 'bad.c1z')
    makeSnapshot(bad, [ACME], (database) => database.exec("update v1_grants set data = x'0aff' where id = 9"))
    expect((await exported('csv', '-f', bad, '--out', out)).code).toBe(15)
    expect([readFileSync(out, 'utf8'), existsSync(`${out}.tmp`)]).toEqual(['before', false])
    const { code, stdout, stderr } = await exported('csv', '-f', fileOf(ACME), '--out', out)
    expect([code, stdout, stderr]).toEqual([0, '', expect.stringMatching(/^wrote 15 rows to /)])
    expect(readFileSync(out, 'utf8').split('\r\n')).toHaveLength(17)
  })

  it('names tenant and time in each row of several files', async () => {
    const folder = newFolder()
    makeSnapshot(join(folder, 'a.c1z'), [ACME])
    makeSnapshot(join(folder, 'b.c1z'), [ACME])
    const rows = await csvOf('-f', join(folder, '*.c1z'), '--where', 'how=direct')
    expect(new Set(rows.map(({ tenant, syncedAt }) => `${tenant} ${syncedAt}`))).toEqual(
      new Set(['a 2026-01-02T03:05:05.000Z', 'b 2026-01-02T03:05:05.000Z']),
    )
  })

  it('writes the same bytes with a choice that leaves nothing out, whatever names there are', async () => {
    const odd = ['=1+1', '-5', 'a "b"', 'c,d', 'e\r\nf', '\u202eg', 'h\\', ' i', 'Åsa', '\ud83d\ude00', '+cmd|x', '@y']
    const file = fileOf({
      ...ACME,
      things: odd.flatMap((name, i) => [
        { id: `user:${name}`, name: `${name} user`, email: `${i}@acme.example` },
        { id: `group:${name}`, name },
      ]),
      entitlements: Object.fromEntries(odd.map((name) => [`group:${name}`, ['member', 'own,er']])),
      grants: odd.flatMap((name, i) => [
        ...odd.map((on) => ({ on: `group:${on}:member`, to: `user:${name}` })),
        { on: `group:${name}:own,er`, to: `user:${name}`, ...(i % 2 === 0 && { id: `own "id" ${i}` }) },
        { on: `group:${name}:member`, to: 'user:gone', until: '2027-01-01T00:00:00Z' },
        { on: `group:${name}:own,er`, to: 'user:gone', sources: { 'group:c,d:member': true } },
        { on: 'group:nowhere:member', to: `user:${name}` },
      ]),
    })
    const all = ['--where', 'principal!=nobody']
    for (const form of ['csv', 'ndjson']) {
      const { stdout } = await exported(form, '-f', file)
      expect(stdout).toBe((await exported(form, ...all, '-f', file)).stdout)
      expect(stdout.split('\n').length).toBeGreaterThan(150)
    }
    const list = ['list', 'grants', '--output', 'ndjson', '-f', file]
    const { stdout } = await run({ argv: list, commands: READER_COMMANDS })
    expect(stdout).toBe((await run({ argv: [...list, ...all], commands: READER_COMMANDS })).stdout)
    expect(stdout).toContain('own \\"id\\" 2')
  })
})
