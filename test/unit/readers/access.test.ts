import { describe, expect, it } from 'vitest'
import { ACME } from '../../support/readers/acme.ts'
import { message } from '../../support/readers/make-snapshot.ts'
import { fileOf, read, rowsOf } from './fixture.ts'

interface AccessRow {
  readonly resource: string
  readonly entitlement: string
  readonly how: string
  readonly path: string
  readonly otherPaths: readonly string[]
  readonly until: string | null
  readonly inFile: boolean
}

const said = ({ resource, entitlement, how, path, until }: AccessRow) => [resource, entitlement, how, path, until]

describe('access', () => {
  it('shows what a person can reach, each with its path, directly or by groups, until when', async () => {
    const rows = await rowsOf<AccessRow>(fileOf(ACME), 'access', 'ADA@acme.example')
    expect(rows.map(said)).toEqual([
      ['Engineering', 'member', 'direct', 'Ada → group Engineering', null],
      ['Everyone', 'member', 'inherited', 'Ada → group Engineering → group Everyone', null],
      ['db', 'access', 'inherited', 'Ada → group Engineering → resource db', '2026-02-01T00:00:00.000Z'],
      ['wiki', 'access', 'direct and inherited', 'Ada → resource wiki', null],
      ['Network Admin', 'member', 'direct', 'Ada → role Network Admin', null],
    ])
    expect(rows.find(({ resource }) => resource === 'wiki')?.otherPaths).toEqual([
      'Ada → group Engineering → group Everyone → resource wiki',
    ])
    expect(rows.map(({ inFile }) => inFile)).toEqual([true, false, false, true, true])
  })

  it('ends access with the first grant on its way, and with the last of several ways', async () => {
    const [bob] = [await rowsOf<AccessRow>(fileOf(ACME), 'access', 'Bob')]
    expect(bob.map(({ resource, until }) => [resource, until])).toEqual([
      ['Engineering', '2026-03-01T00:00:00.000Z'],
      ['Everyone', '2026-03-01T00:00:00.000Z'],
      ['db', '2026-02-01T00:00:00.000Z'],
      ['wiki', '2026-03-01T00:00:00.000Z'],
    ])
  })

  it('shows the way that lasts longest, so that path and end belong together', async () => {
    const everyone = { on: 'resource:db:access', to: 'group:all', from: ['group:all:member'] }
    const file = fileOf({ ...ACME, grants: [...(ACME.grants ?? []), everyone] })
    const db = (await rowsOf<AccessRow>(file, 'access', 'ada@acme.example')).find(({ resource }) => resource === 'db')
    expect(db).toMatchObject({ until: null, path: 'Ada → group Engineering → group Everyone → resource db' })
    expect(db?.otherPaths).toEqual(['Ada → group Engineering → resource db'])
  })

  it.each([[[]], [['--index']]])('keeps to what has a tag with --tag %j', async (more) => {
    const file = fileOf(ACME)
    const reached = async (...argv: readonly string[]) =>
      (await rowsOf<AccessRow>(file, 'access', 'ada@acme.example', ...argv, ...more)).map(({ resource }) => resource)
    expect(await reached('--tag', 'env=prod')).toEqual(['Engineering', 'db'])
    expect(await reached('--tag', 'env')).toEqual(['Engineering', 'db', 'wiki'])
    expect(await reached('--tag', 'env=prod', '--tag', 'owner')).toEqual(['Engineering'])
    expect(await reached('--tag', 'tier=0')).toEqual([])
  })

  it('names a slug that is not usual', async () => {
    const rows = await rowsOf<AccessRow>(fileOf(ACME), 'access', 'zoe@acme.example')
    expect(rows.map(({ path }) => path)).toEqual(['Zoe Papadaki → group Engineering (owner)'])
  })

  it('says whether the file is expanded before it says effective', async () => {
    const grants = ACME.grants ?? []
    const db = { on: 'resource:db:access', to: 'user:ada', sources: { 'group:eng:member': true } }
    const expanded = [
      ...grants
        .filter(({ to }) => to === 'group:eng' || to === 'user:ada')
        .filter(({ on }) => on.startsWith('resource:db') || on === 'group:eng:member'),
      db,
    ]
    const none = grants.filter(({ from }) => from === undefined)
    const sayings = []
    for (const each of [grants, expanded, none]) {
      const { stdout, stderr } = await read(
        fileOf({ ...ACME, grants: each }),
        'access',
        'ada@acme.example',
        '--output',
        'json',
      )
      const { expansion } = JSON.parse(stdout) as { readonly expansion: string }
      sayings.push([expansion, stderr])
    }
    expect(sayings).toEqual([
      [
        'not expanded',
        'Ada <Ada@Acme.example>: the file is not expanded; what follows from groups was worked out here, so that this is effective access\n',
      ],
      ['expanded', 'Ada <Ada@Acme.example>: the file is expanded: this is effective access\n'],
      ['nothing to expand', 'Ada <Ada@Acme.example>: nothing in the file passes access on: this is effective access\n'],
    ])
  })

  it('takes the way from the grant where the file no longer says what passes it on', async () => {
    const grants = [{ on: 'resource:db:access', to: 'user:zoe1', sources: { 'group:eng:owner': true } }]
    const [row] = await rowsOf<AccessRow>(fileOf({ ...ACME, grants }), 'access', 'zoe@acme.example')
    expect([row?.how, row?.path]).toEqual(['inherited', 'Zoe Papadaki → group Engineering (owner) → resource db'])
  })

  it('comes to an end where grants name each other as their sources', async () => {
    const grants = [
      { on: 'group:eng:member', to: 'user:ada', sources: { 'group:all:member': false } },
      { on: 'group:all:member', to: 'user:ada', sources: { 'group:eng:member': false } },
    ]
    const rows = await rowsOf<AccessRow>(fileOf({ ...ACME, grants }), 'access', 'ada@acme.example')
    expect(rows.map(({ resource, how }) => [resource, how])).toEqual([
      ['Engineering', 'inherited'],
      ['Everyone', 'inherited'],
    ])
  })

  it('prints what it holds of a person without access, and that it is nothing', async () => {
    const { code, stdout, stderr } = await read(fileOf({ ...ACME, grants: [] }), 'access', 'Ada')
    expect([code, stdout, stderr]).toEqual([
      0,
      '',
      expect.stringMatching(/effective access\nnothing can be reached\n$/),
    ])
  })
})

describe('who-can', () => {
  it('shows who holds something, people first, groups marked as groups', async () => {
    const rows = await rowsOf(fileOf(ACME), 'who-can', 'wiki')
    expect(rows.map(({ principal, kind, how, path }) => [principal, kind, how, path])).toEqual([
      ['Ada', 'user', 'direct and inherited', 'Ada → resource wiki'],
      ['Bob', 'user', 'inherited', 'Bob → group Engineering → group Everyone → resource wiki'],
      ['Zoe Papadaki', 'user', 'inherited', 'Zoe Papadaki → group Everyone → resource wiki'],
      ['Everyone', 'group', 'direct', 'group Everyone → resource wiki'],
    ])
  })

  it('is the reverse of access for every person and every resource', async () => {
    const file = fileOf(ACME)
    const reached = new Set<string>()
    for (const user of ['ada', 'bob', 'zoe1', 'zoe2'])
      for (const row of await rowsOf(file, 'access', `user:${user}`)) reached.add(`${user} ${row['entitlementId']}`)
    const held = new Set<string>()
    for (const name of ['Engineering', 'Everyone', 'Network Admin', 'db', 'wiki'])
      for (const row of await rowsOf(file, 'who-can', name, '--where', 'kind=user'))
        held.add(`${row['principalId']} ${row['entitlementId']}`)
    expect(held).toEqual(reached)
    expect(reached.size).toBeGreaterThan(10)
  })

  it('looks at one entitlement alone, by slug in any case or by id', async () => {
    const file = fileOf(ACME)
    expect(await rowsOf(file, 'who-can', 'Engineering', '--entitlement', 'OWNER')).toHaveLength(1)
    expect(await rowsOf(file, 'who-can', 'group:eng:owner')).toHaveLength(1)
    const { code, stderr } = await read(file, 'who-can', 'Engineering', '--entitlement', 'owned')
    expect([code, stderr]).toEqual([
      5,
      'baton-twingate: find entitlement: group Engineering has no entitlement "owned"; did you mean owner?\n',
    ])
  })

  it('says why nobody is there', async () => {
    const file = fileOf(ACME)
    expect((await read(file, 'who-can', 'Nobody yet')).stderr).toContain('nobody holds it\n')
    expect((await read(file, 'who-can', 'lonely')).stderr).toContain(
      'it has no entitlements, so that nobody can hold one\n',
    )
  })
})

describe('show', () => {
  it('tells when a secret is over, in every form, and of what has no end nothing', async () => {
    const things = [...(ACME.things ?? []), { id: 'key:old', name: 'old key', expiresAt: '2024-04-01T00:00:00Z' }]
    const file = fileOf({ ...ACME, things })
    for (const index of [[], ['--index'], ['--index']]) {
      const { stdout } = await read(file, 'show', 'old key', '--output', 'json', ...index)
      expect(JSON.parse(stdout)).toMatchObject({ name: 'old key', expiresAt: '2024-04-01T00:00:00.000Z' })
    }
    expect((await read(file, 'show', 'old key')).stdout).toMatch(/^expiresAt +2024-04-01T00:00:00\.000Z$/m)
    expect((await read(file, 'show', 'old key', '--output', 'csv')).stdout).toContain('expiresAt,2024-04-01')
    expect((await read(file, 'show', 'Engineering')).stdout).not.toContain('expiresAt')
    expect(JSON.parse((await read(file, 'show', 'Engineering', '--output', 'json')).stdout)).toMatchObject({
      expiresAt: null,
    })
  })

  it('tells what a device says of itself, in every form', async () => {
    const trait = message([1, 'C02XL0'], [5, 'X1'], [7, message([1, 5], [3, '15.1'])])
    const laptop = { id: 'laptop:l', name: 'a laptop', trait: ['ManagedDeviceTrait', trait] } as const
    const file = fileOf({ ...ACME, things: [...(ACME.things ?? []), laptop] })
    const device = { serial: 'C02XL0', model: 'X1', os: { type: 'macos', version: '15.1' } }
    for (const index of [[], ['--index'], ['--index']]) {
      const { stdout } = await read(file, 'show', 'a laptop', '--output', 'json', ...index)
      expect(JSON.parse(stdout)).toMatchObject({ name: 'a laptop', device })
    }
    expect((await read(file, 'show', 'a laptop')).stdout).toMatch(/^device\.model +X1$/m)
    expect((await read(file, 'show', 'a laptop', '--output', 'csv')).stdout).toContain(
      'device.os,version=15.1; type=macos',
    )
  })

  it('shows everything about one thing, with what it holds and who holds it', async () => {
    const { stdout } = await read(fileOf(ACME), 'show', 'Engineering', '--output', 'json')
    const shown = JSON.parse(stdout) as Record<string, unknown>
    expect(shown).toMatchObject({
      name: 'Engineering',
      type: 'group',
      id: 'eng',
      tags: { env: 'prod', owner: 'ada' },
      expansion: 'not expanded',
      holds: [{ resource: 'Everyone' }, { resource: 'db' }],
      heldBy: [{ principal: 'Ada' }, { principal: 'Bob' }, { principal: 'Zoe Papadaki', entitlement: 'owner' }],
    })
  })

  it('prints facts and both lists as tables', async () => {
    const { stdout } = await read(fileOf(ACME), 'show', 'ada@acme.example')
    expect(stdout).toMatch(/^name {11}Ada\nemail {10}Ada@Acme\.example\nstatus {9}enabled\n/)
    expect(stdout).toContain('profile.team   core\n')
    expect(stdout).toContain('\nHolds (5)\nRESOURCE ')
  })
})
