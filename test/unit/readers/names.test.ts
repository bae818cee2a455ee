import { describe, expect, it } from 'vitest'
import { ACME } from '../../support/readers/acme.ts'
import { fileOf, read } from './fixture.ts'

const shownBy = async (file: string, ...argv: readonly string[]) => {
  const { code, stdout, stderr } = await read(file, ...argv, '--output', 'json')
  return code === 0 ? (JSON.parse(stdout) as Record<string, unknown>)['id'] : [code, stderr]
}

describe('what a person names', () => {
  it.each([
    ['an address in any case', 'ADA@ACME.EXAMPLE', 'ada'],
    ['an exact name', 'Engineering', 'eng'],
    ['a name with blanks around it', ' Engineering ', 'eng'],
    ['a role in any case, with underscores', 'network_admin', 'admin'],
    ['an id', 'zoe2', 'zoe2'],
    ['a type and an id', 'user:zoe1', 'zoe1'],
    ['a BID', 'bid:r:group/eng', 'eng'],
  ])('may be %s', async (_, text, id) => {
    expect(await shownBy(fileOf(ACME), 'show', text)).toBe(id)
  })

  it.each([
    ['kelvin@acme.example', 'kelvin'],
    ['İREM', 'irem'],
    ['i\u0307rem@acme.example', 'irem'],
    ['zoë@ACME.example', 'zoe'],
    ['李雷', 'lei'],
    ["Sean O'Brien", 'sean'],
    ['service', 'service'],
  ])('may be written in any script: %j', async (text, id) => {
    const things = [
      { id: 'user:kelvin', name: 'K', email: '\u212aelvin@acme.example' },
      { id: 'user:irem', name: 'İREM', email: 'İrem@acme.example', profile: { age: 3 } },
      { id: 'user:zoe', name: 'Z', email: 'ZOË@acme.example' },
      { id: 'user:lei', name: '李雷' },
      { id: 'user:sean', name: "Sean O'Brien", profile: { 'number before': 0 } },
      { id: 'user:service', name: '' },
    ]
    expect(await shownBy(fileOf({ ...ACME, things }), 'show', text)).toBe(id)
  })

  it('is refused with the candidates where several have one name', async () => {
    expect(await shownBy(fileOf(ACME), 'access', 'Zoe Papadaki')).toEqual([
      3,
      'baton-twingate: find user: "Zoe Papadaki" could be any of several, give one of these: user:zoe1 (Zoe Papadaki <zoe@acme.example>, user, enabled); user:zoe2 (Zoe Papadaki <zoe.2@acme.example>, user, enabled)\n',
    ])
  })

  it('is a user rather than a group for access, and of the type that is given', async () => {
    const things = [...(ACME.things ?? []), { id: 'group:ada', name: 'Ada' }]
    const file = fileOf({ ...ACME, things })
    const { stdout } = await read(file, 'access', 'Ada', '--output', 'json')
    expect(JSON.parse(stdout)).toMatchObject({ principal: { type: 'user', id: 'ada' } })
    expect(await shownBy(file, 'show', 'Ada')).toEqual([3, expect.stringContaining('group:ada (group Ada)')])
    expect(await shownBy(file, 'show', 'Ada', '--type', 'group')).toBe('ada')
    expect(await shownBy(file, 'show', 'Ada', '--type', 'grop')).toEqual([
      5,
      'baton-twingate: find type: there is no type "grop"; there are user, group, role, resource\n',
    ])
  })

  it.each([
    ['Engineerign', ['Engineering']],
    ['engineering', ['Engineering']],
    ['Zoe', ['Zoe Papadaki', 'zoe@acme.example']],
    ['bob@acme.exmaple', ['bob@acme.example']],
    ['somebody else', []],
  ])('%j is unknown, with near names', async (text, near) => {
    const hint = near.length === 0 ? '' : `; did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}?`
    expect(await shownBy(fileOf(ACME), 'access', text)).toEqual([
      5,
      `baton-twingate: find user: there is no user ${JSON.stringify(text)} in the file${hint}\n`,
    ])
  })

  it('is refused where it is a broken BID', async () => {
    expect(await shownBy(fileOf(ACME), 'show', 'bid:r:group')).toEqual([
      3,
      expect.stringContaining('bid:r:<type>/<id>'),
    ])
  })

  it('is told to whoever asked as an object, too, without the names of others', async () => {
    const { stdout } = await read(fileOf(ACME), 'access', 'Zoe Papadaki', '--output', 'json')
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'invalid-argument', exitCode: 3 } })
  })
})
