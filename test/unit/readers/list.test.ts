import { stripVTControlCharacters, styleText } from 'node:util'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { ACME } from '../../support/readers/acme.ts'
import { READER_COMMANDS } from '../../../src/readers/commands/index.ts'
import { run } from '../sdk/cli/fixture.ts'
import { fileOf, read, rowsOf } from './fixture.ts'

const column = async (name: string, ...argv: readonly string[]) =>
  (await rowsOf(fileOf(ACME), ...argv)).map((row) => row[name])

describe('list', () => {
  it('prints an aligned table, names and addresses first, ids last', async () => {
    const { code, stdout, stderr } = await read(fileOf(ACME), 'list', 'users')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(
      [
        'NAME          EMAIL               STATUS    ID',
        'Ada           Ada@Acme.example    enabled   ada',
        'Bob           bob@acme.example    disabled  bob',
        'Zoe Papadaki  zoe@acme.example    enabled   zoe1',
        'Zoe Papadaki  zoe.2@acme.example  enabled   zoe2',
        '',
      ].join('\n'),
    )
  })

  it('shows colours on a terminal alone, and not where NO_COLOR says so', async () => {
    const argv = ['list', 'users', '-f', fileOf(ACME)]
    const onTerminal = await run({ argv, commands: READER_COMMANDS, isTTY: true })
    const [head = ''] = onTerminal.stdout.split('\n')
    expect(head).toBe(styleText('bold', stripVTControlCharacters(head), { validateStream: false }))
    const plain = await run({ argv, commands: READER_COMMANDS })
    expect(stripVTControlCharacters(onTerminal.stdout)).toBe(plain.stdout)
    expect(onTerminal.stdout).not.toBe(plain.stdout)
    expect((await run({ argv, commands: READER_COMMANDS, isTTY: true, env: { NO_COLOR: '1' } })).stdout).toBe(
      plain.stdout,
    )
  })

  it.each([
    ['users', ['ada', 'bob', 'zoe1', 'zoe2']],
    ['groups', ['eng', 'all', 'none']],
    ['roles', ['admin']],
    ['resources', ['ada', 'bob', 'zoe1', 'zoe2', 'eng', 'all', 'none', 'admin', 'db', 'wiki', 'lonely']],
  ])('lists %s', async (what, ids) => {
    expect(await column('id', 'list', what)).toEqual(ids)
  })

  it('counts the members of groups', async () => {
    expect(await rowsOf(fileOf(ACME), 'list', 'groups', '--columns', 'name,members')).toEqual([
      { name: 'Engineering', members: 2 },
      { name: 'Everyone', members: 2 },
      { name: 'Nobody yet', members: 0 },
    ])
  })

  it('lists grants and entitlements with names', async () => {
    const [first] = await rowsOf(fileOf(ACME), 'list', 'grants')
    expect(first).toEqual({
      principal: 'Ada',
      email: 'Ada@Acme.example',
      resource: 'Engineering',
      entitlement: 'member',
      how: 'direct',
      via: [],
      until: null,
      principalType: 'user',
      resourceType: 'group',
      principalId: 'ada',
      resourceId: 'eng',
      entitlementId: 'group:eng:member',
      id: 'group:eng:member:user:ada',
    })
    expect(await column('entitlement', 'list', 'entitlements')).toEqual([
      'member',
      'owner',
      'member',
      'member',
      'member',
      'access',
      'access',
      'edit',
    ])
  })

  it.each([
    [['--where', 'status=disabled'], ['bob']],
    [
      ['--where', 'status!=disabled', '--where', 'name~=zoe'],
      ['zoe1', 'zoe2'],
    ],
    [['--where', 'profile.team=CORE'], ['ada']],
    [['--where', 'profile.level>=3'], ['ada']],
    [['--where', 'profile.level<3'], []],
    [['--where', 'email='], []],
    [
      ['--sort', 'email'],
      ['ada', 'bob', 'zoe2', 'zoe1'],
    ],
    [['--sort=-name,id'], ['zoe1', 'zoe2', 'bob', 'ada']],
    [['--sort', 'profile.team', '--limit', '1'], ['ada']],
  ])('keeps rows and their order with %j', async (argv, ids) => {
    expect(await column('id', 'list', 'users', ...argv)).toEqual(ids)
  })

  it.each([
    ['env=prod', ['eng', 'db']],
    ['env', ['eng', 'db', 'wiki']],
    ['env=prod,owner=ada', ['eng']],
  ])('finds resources by the tag %s', async (tag, ids) => {
    expect(await column('id', 'list', 'resources', '--tag', tag)).toEqual(ids)
  })

  it('says that there is more, and that nothing fits', async () => {
    const file = fileOf(ACME)
    expect((await read(file, 'list', 'users', '--limit', '2')).stderr).toBe('the first 2; there are more\n')
    expect((await read(file, 'list', 'users', '--limit', '4')).stderr).toBe('')
    const none = await read(file, 'list', 'users', '--where', 'status=deleted')
    expect([none.code, none.stdout, none.stderr]).toEqual([0, '', 'no users fit\n'])
  })

  it('refuses a column that there is not, with those there are', async () => {
    const file = fileOf(ACME)
    for (const flag of ['--columns', '--sort', '--where']) {
      const { code, stderr } = await read(file, 'list', 'users', flag, flag === '--where' ? 'emial=x' : 'emial')
      expect([code, stderr]).toEqual([
        3,
        expect.stringContaining(`${flag}: there is no column "emial"; did you mean email?`),
      ])
    }
    expect((await read(file, 'list', 'users', '--where', 'disabled')).stderr).toContain('"disabled" is no condition')
    expect((await read(file, 'list', 'grants', '--tag', 'env')).code).toBe(3)
  })

  it('writes one array, and one row a line, with the same rows', async () => {
    const file = fileOf(ACME)
    const { stdout } = await read(file, 'list', 'resources', '--output', 'json')
    expect(JSON.parse(stdout)).toEqual(await rowsOf(file, 'list', 'resources'))
    const none = await read(file, 'list', 'users', '--where', 'name=x', '--output', 'json')
    expect(JSON.parse(none.stdout)).toEqual([])
  })

  it('writes CSV that another parser reads, and that no spreadsheet runs', async () => {
    const hostile = ['=HYPERLINK("x")', '+1+1', '-2+3', '@SUM(A1)', '\t=1', 'a,"b"\nc', '\u202egnp.exe', '-5']
    const things = hostile.map((name, i) => ({ id: `user:u${i}`, name }))
    const { stdout } = await read(
      fileOf({ ...ACME, things, entitlements: {}, grants: [] }),
      'list',
      'users',
      '--output',
      'csv',
    )
    const rows = parse(stdout, { columns: true }) as readonly Readonly<Record<string, string>>[]
    expect(rows.map(({ name }) => name)).toEqual([
      `'=HYPERLINK("x")`,
      `'+1+1`,
      `'-2+3`,
      `'@SUM(A1)`,
      `'\t=1`,
      'a,"b"\nc',
      '\u202egnp.exe',
      '-5',
    ])
  })

  it('prints no control character and no mark that turns text round in a table', async () => {
    const things = [
      { id: 'user:u1', name: '\u001b[31mred\u0007\u202egnp.exe\nnext' },
      { id: 'user:u2', name: '李雷 🦊' },
    ]
    const { stdout } = await read(fileOf({ ...ACME, things, entitlements: {}, grants: [] }), 'list', 'users')
    expect(stdout).toBe(
      `NAME                   EMAIL  STATUS  ID
 [31mred gnp.exe next                 u1
李雷 🦊                               u2
`,
    )
  })
})

describe('list syncs', () => {
  const older = { ...ACME, id: '37gS6Q7j2QUCNry6Ip4PIeZ9X6a', endedAt: '2026-01-01 03:05:05', grants: [] }
  const running = { id: '37gS6Q7j2QUCNry6Ip4PIeZ9X6z', startedAt: '2026-01-03 00:00:00' }

  it('tells which one is shown, hidden or unfinished, with its counts', async () => {
    expect(await rowsOf(fileOf(older, ACME, running), 'list', 'syncs')).toEqual([
      expect.objectContaining({ id: older.id, state: 'hidden', grants: 0, resources: 11, entitlements: 8 }),
      {
        startedAt: '2026-01-02T03:04:05.000Z',
        endedAt: '2026-01-02T03:05:05.000Z',
        type: 'full',
        state: 'shown',
        resources: 11,
        entitlements: 8,
        grants: 9,
        id: ACME.id,
      },
      expect.objectContaining({ id: running.id, state: 'unfinished', endedAt: null }),
    ])
  })

  it('is the only reader of a file in which nothing is finished', async () => {
    const file = fileOf(running)
    expect(await rowsOf(file, 'list', 'syncs')).toHaveLength(1)
    const { code, stdout, stderr } = await read(file, 'list', 'users')
    expect([code, stdout]).toEqual([9, ''])
    expect(stderr).toContain('the file holds an unfinished sync only; people and access may be missing in it')
  })

  it('names the sync that --sync reads', async () => {
    const file = fileOf(older, ACME, running)
    expect(await rowsOf(file, 'list', 'grants', '--sync', older.id)).toEqual([])
    expect(await rowsOf(file, 'list', 'grants')).toHaveLength(9)
    expect((await read(file, 'list', 'users', '--sync', running.id)).code).toBe(9)
    const { code, stderr } = await read(file, 'list', 'users', '--sync', `${older.id}x`)
    expect([code, stderr]).toEqual([5, expect.stringContaining(`did you mean ${older.id}`)])
  })

  it('shows the sync that ended last, whatever its type, and says what that hides', async () => {
    const partial = {
      ...ACME,
      id: 'partial',
      kind: 'partial',
      startedAt: '2026-01-03 00:00:00',
      endedAt: '2026-01-03 00:00:01',
      grants: [],
    }
    const { stdout, stderr } = await read(fileOf(ACME, partial), 'list', 'grants', '--output', 'ndjson')
    expect(stdout).toBe('')
    expect(stderr).toContain(`it hides the full sync ${ACME.id}, which --sync ${ACME.id} shows`)
  })
})
