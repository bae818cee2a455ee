import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ACME, LATER } from '../../support/readers/acme.ts'
import { makeSnapshot, message } from '../../support/readers/make-snapshot.ts'
import { READER_COMMANDS } from '../../../src/readers/commands/index.ts'
import { run } from '../sdk/cli/fixture.ts'
import { fileOf, newFolder, read, rowsOf } from './fixture.ts'

const things = ACME.things ?? []
const grants = ACME.grants ?? []

const two = (): readonly [string, string] => {
  const folder = newFolder()
  const files = [join(folder, 'old.c1z'), join(folder, 'new.c1z')] as const
  makeSnapshot(files[0], [ACME])
  makeSnapshot(files[1], [LATER])
  return files
}

const diff = (argv: readonly string[], now = '2026-03-03T00:00:00Z') =>
  run({
    argv: ['diff', ...argv],
    commands: READER_COMMANDS.map((command) => ({
      ...command,
      run: (call) =>
        command.run({
          ...call,
          process: { ...call.process, clock: { now: () => new Date(now), monotonicMs: () => 0 } },
        }),
    })),
  })

describe('diff', () => {
  it('tells people, groups, grants and profile fields: added, removed, changed from what to what, expired', async () => {
    const { code, stdout, stderr } = await diff([...two()])
    expect(code).toBe(10)
    expect(stderr).toMatch(
      /old\.c1z of 2026-01-02T03:05:05\.000Z → \S+new\.c1z of 2026-03-02T03:05:05\.000Z: 3 added, 3 removed, 4 changed, 1 expired\n$/,
    )
    expect(stdout).toBe(`People
  + Eve <eve@acme.example>
  ~ Ada <Ada@Acme.example>: profile.team core → data
  ~ Bob <bob@acme.example>: status disabled → enabled

Groups
  - Nobody yet

Entitlements
  - group Nobody yet (member)

Access
  + Eve <eve@acme.example> → group Everyone (member)
  + Zoe Papadaki <zoe@acme.example> → role Network Admin (member)
  - Ada <Ada@Acme.example> → resource wiki (access)
  ! Bob <bob@acme.example> → group Engineering (member): until 2026-03-01T00:00:00.000Z → none
  ~ Engineering → resource db (access): until 2026-02-01T00:00:00.000Z → 2026-06-01T00:00:00.000Z
  ~ Engineering → resource db (access): passesOn group:eng:member; only user → group:eng:member
`)
  })

  it('tells that a key lasts longer, and what a device says of itself now', async () => {
    const withKey = (expiresAt: string, model: string) =>
      fileOf({
        ...ACME,
        things: [
          ...things,
          { id: 'key:k', name: 'deploy', expiresAt },
          { id: 'laptop:l', name: 'a laptop', trait: ['ManagedDeviceTrait', message([5, model])] },
        ],
      })
    const { stdout } = await diff([withKey('2026-04-01T00:00:00Z', 'X1'), withKey('2027-04-01T00:00:00Z', 'X2')])
    expect(stdout).toContain('deploy: expiresAt 2026-04-01T00:00:00.000Z → 2027-04-01T00:00:00.000Z')
    expect(stdout).toContain('a laptop: device model=X1 → model=X2')
  })

  it('ends with 0 where nothing differs, also between a file and its expanded form or other grant ids', async () => {
    const [old] = two()
    expect(await diff([old, old])).toMatchObject({ code: 0, stdout: '' })
    const fixtures = join(import.meta.dirname, '../../fixtures/expansion')
    const expanded = await diff([join(fixtures, 'edges-before.sqlite.c1z'), join(fixtures, 'edges-after.sqlite.c1z')])
    expect([expanded.code, expanded.stdout]).toEqual([0, ''])
    const renamed = fileOf({ ...ACME, grants: grants.map((grant, i) => ({ ...grant, id: `own-${i}` })) })
    expect((await diff([old, renamed])).code).toBe(0)
  })

  it('says with --no-new-access what lets somebody do more, and nothing else', async () => {
    const [old, now] = two()
    const { code, stdout } = await diff([old, now, '--no-new-access'])
    expect(code).toBe(10)
    expect(stdout.split('\n').filter((line) => line.startsWith('  '))).toEqual([
      '  ~ Bob <bob@acme.example>: status disabled → enabled',
      '  + Eve <eve@acme.example> → group Everyone (member)',
      '  + Zoe Papadaki <zoe@acme.example> → role Network Admin (member)',
      expect.stringContaining('db (access): until'),
      expect.stringContaining('db (access): passesOn'),
    ])
    const less = fileOf({ ...ACME, grants: grants.slice(0, 3) })
    expect((await diff([old, less])).code).toBe(10)
    expect(await diff([old, less, '--no-new-access'])).toMatchObject({ code: 0, stdout: '' })
  })

  it('keeps to administrators with --only admins', async () => {
    const { stdout } = await diff([...two(), '--only', 'admins'])
    expect(stdout).toContain('Zoe Papadaki <zoe@acme.example> → role Network Admin')
    expect(stdout).toContain('Ada <Ada@Acme.example>: profile.team')
    expect(stdout).not.toMatch(/Eve|Bob|Nobody/)
  })

  it('tells first what touches crown jewels, and what opens them', async () => {
    const [old, now] = two()
    const { stdout } = await diff([old, now, '--tag', 'env=prod'])
    const [first, second] = stdout.split('\n\n')
    expect(first).toBe(`Crown jewels
  ! Bob <bob@acme.example> → group Engineering (member): until 2026-03-01T00:00:00.000Z → none
  ~ Engineering → resource db (access): until 2026-02-01T00:00:00.000Z → 2026-06-01T00:00:00.000Z
  ~ Engineering → resource db (access): passesOn group:eng:member; only user → group:eng:member`)
    expect(second).toMatch(/^People\n/)
    const rows = await rowsOf('', 'diff', old, now, '--tag', 'env=prod')
    expect(rows.map(({ jewel }) => jewel)).toEqual([...Array(3).fill(true), ...Array(8).fill(false)])

    const tagged = (id: string, team: string) =>
      fileOf({
        ...ACME,
        things: things.map((thing) =>
          thing.id === id ? { ...thing, profile: { ...thing.profile, tag_tier: 0, team } } : { ...thing },
        ),
      })
    const usual = await diff([tagged('resource:wiki', 'a'), tagged('resource:wiki', 'b')])
    expect(usual.stdout).toBe('Crown jewels\n  ~ wiki: profile.team a → b\n')
    // What lost the tag is one as well.
    expect((await diff([tagged('resource:db', 'a'), old])).stdout).toMatch(/^Crown jewels\n {2}~ db: /)
  })

  it('writes Markdown in which no name is more than text', async () => {
    const named = { ...ACME, things: [...things, { id: 'user:x', name: '@acme/all [x](http://e) <img> | `rm` #1' }] }
    const [old] = two()
    const { code, stdout } = await diff([old, fileOf(named), '--format', 'markdown'])
    expect(code).toBe(10)
    expect(stdout).toContain('\n1 added\n\n### People (1)\n\n| Change | What |\n| --- | --- |\n')
    expect(stdout).toContain('| added | @\u200bacme/all \\[x\\]\\(http://e\\) &lt;img&gt; \\| \\`rm\\` \\#1 |\n')
  })

  it('writes one object with both sides, or one change a line', async () => {
    const [old, now] = two()
    const { stdout } = await diff([old, now, '--output', 'json'])
    const whole = JSON.parse(stdout) as { readonly changes: readonly Record<string, unknown>[] }
    expect(whole).toMatchObject({
      same: false,
      old: { sync: ACME.id, endedAt: '2026-01-02T03:05:05.000Z' },
      new: { sync: LATER.id },
    })
    expect(whole.changes).toHaveLength(11)
    expect(await rowsOf('', 'diff', old, now, '--where', 'change=expired')).toEqual([
      {
        change: 'expired',
        what: 'grant',
        name: 'Bob',
        email: 'bob@acme.example',
        entitlement: 'member',
        resource: 'Engineering',
        resourceType: 'group',
        field: 'until',
        old: '2026-03-01T00:00:00.000Z',
        new: null,
        newAccess: false,
        admin: false,
        jewel: false,
        type: 'user',
        id: 'group:eng:member:user:bob',
      },
    ])
  })

  it('compares two syncs of one file, by their ids, or the last two', async () => {
    const running = { id: 'running', startedAt: '2026-03-03 00:00:00' }
    const file = fileOf(ACME, LATER, running)
    const { stdout } = await diff([...two()])
    expect((await diff([ACME.id, LATER.id, '-f', file])).stdout).toBe(stdout)
    expect((await diff(['-f', file])).stdout).toBe(stdout)
    expect((await diff(['running', LATER.id, '-f', file])).code).toBe(9)
    expect(await diff(['nothing', LATER.id, '-f', file])).toMatchObject({ code: 5, stdout: '' })
    expect((await diff(['-f', fileOf(ACME)])).code).toBe(9)
  })

  it('compares with the newest sync that is as old as --since says', async () => {
    const folder = newFolder()
    const middle = { ...ACME, id: 'middle', endedAt: '2026-02-20 00:00:00' }
    for (const [name, sync] of Object.entries({ a: ACME, b: middle, c: LATER }))
      makeSnapshot(join(folder, `${name}.c1z`), [sync])
    const all = ['-f', join(folder, '*.c1z')]
    const sides = async (since: string) => {
      const { stdout } = await diff(['--since', since, ...all, '--output', 'json'])
      const { old, new: now } = JSON.parse(stdout) as Record<'old' | 'new', { readonly sync: string }>
      return [old.sync, now.sync]
    }
    expect(await sides('7d')).toEqual(['middle', LATER.id])
    expect(await sides('2026-02-01')).toEqual([ACME.id, LATER.id])
    const none = await diff(['--since', '52w', ...all])
    expect([none.code, none.stderr]).toEqual([5, expect.stringContaining('the oldest ended 2026-01-02T03:05:05.000Z')])
    expect((await diff(['--since', 'Monday'])).code).toBe(3)
  })
})

describe('read', () => {
  it('is refused with words that name nothing', async () => {
    expect((await read('', 'diff', 'a.c1z', 'b.c1z')).code).toBe(5)
  })
})
