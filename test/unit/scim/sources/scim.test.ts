import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { describe, expect, it, onTestFinished } from 'vitest'

import { SourceOptions } from '../../../../src/scim/sources/options.ts'
import { callWith, folderWith, refusalOf, sourceOf, take, type Taken } from './source-trial.ts'

type Resource = Readonly<Record<string, unknown>> & { readonly id: string }

interface Directory {
  readonly users: readonly Resource[]
  readonly groups?: readonly Resource[]
  /** Whether listings leave out members, as some servers do. */
  readonly hidesMembers?: boolean
  /** Groups that only the listing shows. */
  readonly deleted?: readonly string[]
}

/** A server of the rarer habits that the real ones of test/scim do not have. */
async function readDirectory({ users, groups = [], hidesMembers = false, deleted = [] }: Directory): Promise<Taken> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://x')
    const [, , type, id] = pathname.split('/')
    const all = type === 'Users' ? users : groups
    const found = all.find((resource) => resource.id === id)
    const shown = hidesMembers ? all.map((resource) => ({ ...resource, members: undefined })) : all
    const body = id === undefined ? { totalResults: all.length, Resources: shown } : found
    response.statusCode = id !== undefined && (!found || deleted.includes(id)) ? 404 : 200
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`
  const taken = await take(await sourceOf(folderWith({ token: 't\n' }), { type: 'scim', url, tokenFile: 'token' }))
  server.closeAllConnections()
  return taken
}

const user = (id: string, rest: object = {}): Resource => ({ id, userName: `u${id}`, ...rest })
const group = (id: string, members: readonly object[]): Resource => ({ id, displayName: `g${id}`, members })

describe('a SCIM server as a source', () => {
  it('gives simple, nested and listed values by names that mappings can use', async () => {
    const { users } = await readDirectory({
      users: [
        user('1', {
          externalId: 'x1',
          active: 'False',
          name: { givenName: 'Ann', familyName: '', honorificPrefix: null },
          emails: [
            { value: 'home@x', type: 'home' },
            { value: 'work@x', type: 'work', primary: true },
            { type: 'other' },
          ],
          phoneNumbers: [{ value: '1', type: 'mobile' }],
          nicknames: ['a', 'b'],
          level: 3,
          'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'IT', manager: { value: '9' } },
          meta: { version: 'W/"1"' },
        }),
        user('2', { active: 'perhaps' }),
      ],
    })
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
    expect(users).toEqual([
      {
        id: '1',
        enabled: false,
        attributes: {
          id: '1',
          userName: 'u1',
          externalId: 'x1',
          active: false,
          'name.givenName': 'Ann',
          emails: ['home@x', 'work@x'],
          'emails.home': 'home@x',
          'emails.work': 'work@x',
          email: 'work@x',
          phoneNumbers: ['1'],
          'phoneNumbers.mobile': '1',
          nicknames: ['a', 'b'],
          level: 3,
          [`${enterprise}:department`]: 'IT',
          [`${enterprise}:manager.value`]: '9',
        },
      },
      { id: '2', attributes: { id: '2', userName: 'u2' } },
    ])
  })

  it('tells users from groups among members, also where the server counts both from 1', async () => {
    const { members, complete, notes } = await readDirectory({
      users: [user('1'), user('2')],
      groups: [
        group('1', [
          { value: '2', type: 'Group' },
          { value: '1', type: 'User' },
        ]),
        group('2', [{ value: '1', $ref: 'http://x/v2/Groups/1' }, { value: '3' }, { value: '2' }, { value: '7' }]),
        group('3', []),
      ],
    })
    expect(members).toEqual([
      { group: '1', member: '2', kind: 'group' },
      { group: '1', member: '1', kind: 'user' },
      { group: '2', member: '1', kind: 'group' },
      { group: '2', member: '3', kind: 'group' },
      { group: '2', member: '2', kind: 'user' },
    ])
    expect(complete).toBe(true)
    expect(notes).toEqual([expect.stringMatching(/^127.*: members that are neither users nor groups .*: 1$/)])
  })

  it('reads each group where the listing hides members', async () => {
    const groups = [group('a', [{ value: '1' }]), group('b', [])]
    const { members, complete } = await readDirectory({ users: [user('1')], groups, hidesMembers: true })
    expect({ members, complete }).toEqual({ members: [{ group: 'a', member: '1', kind: 'user' }], complete: true })
  })

  it('is incomplete where a group goes between its listing and its members', async () => {
    const groups = [group('a', [{ value: '1' }]), group('b', [{ value: '1' }])]
    const { members, gaps } = await readDirectory({ users: [user('1')], groups, hidesMembers: true, deleted: ['b'] })
    expect(members).toEqual([{ group: 'a', member: '1', kind: 'user' }])
    expect(gaps).toEqual([expect.stringMatching(/^the group b at 127\S+ was deleted while the server was read/)])
  })

  it.each([
    ['ftp://x', 'must be an address such as'],
    ['http://scim.example.com', 'must begin with https://'],
    ['https://user:pass@scim.example.com', 'must not hold a user name'],
    ['https://scim.example.com/Users', 'must end before /Users'],
  ])('is refused at the address %s', (url, words) => {
    const { error } = SourceOptions.safeParse({ type: 'scim', url, tokenFile: 'token' })
    expect(error?.issues.map(({ message }) => message).join()).toContain(words)
  })

  it('says which setting names a token that cannot be read', async () => {
    const source = await sourceOf(folderWith({}), { type: 'scim', url: 'http://127.0.0.1:9/v2', tokenFile: 'token' })
    expect(
      await refusalOf(source.read({ users() {}, groups() {}, members() {}, assignments() {} }, callWith())),
    ).toContain('source.token_file: the file token cannot be read (ENOENT)')
  })
})
