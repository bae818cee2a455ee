import { afterEach, describe, expect, it } from 'vitest'
import { describeScim } from '../scim-targets/describe-scim.ts'
import { readWhole, troubles } from '../scim-targets/index.ts'
import { openThrough } from '../scim-targets/open-through.ts'

const { signal } = new AbortController()
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

const patch = (...Operations: readonly unknown[]) => ({ schemas: [PATCH], Operations })
const members = (...ids: readonly string[]) => ids.map((value) => ({ value }))

describeScim(['scimmy'], (place) => {
  const send = (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${place().proxy.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${place().server.token}`,
        accept: 'application/scim+json',
        'user-agent': 'baton-twingate/test',
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const complaintsOf = async (...request: Parameters<typeof send>) => {
    place().proxy.forget()
    await (await send(...request)).text()
    return place().proxy.exchanges.at(-1)?.complaints ?? []
  }
  const create = async (userName: string) => {
    const answer = await send('POST', '/Users', { schemas: [USER], userName })
    return ((await answer.json()) as { readonly id: string }).id
  }
  afterEach(() => place().proxy.forget())

  describe('the rules', () => {
    it.each<[string, Parameters<typeof send>]>([
      ['a query on a write', ['POST', '/Users?attributes=id', { schemas: [USER], userName: 'q' }]],
      ['a trailing slash', ['GET', '/Users/']],
      ['another Accept', ['GET', '/Users', undefined, { accept: 'application/json' }]],
      ['no User-Agent', ['GET', '/Users', undefined, { 'user-agent': 'curl' }]],
      [
        'another Content-Type',
        ['POST', '/Users', { schemas: [USER], userName: 'c' }, { 'content-type': 'application/json' }],
      ],
      ['If-Match where it was not advertised', ['DELETE', '/Users/1', undefined, { 'if-match': '*' }]],
      ['the query parameter excludedAttributes', ['GET', '/Groups?excludedAttributes=members']],
      ['count=0', ['GET', '/Users?count=0']],
      ['the operator and', ['GET', `/Users?filter=${encodeURIComponent('userName eq "a" and active eq true')}`]],
      ['a filter on another attribute', ['GET', `/Users?filter=${encodeURIComponent('emails.value eq "a"')}`]],
      ['a + in a query', ['GET', '/Users?filter=userName+eq+%22a%22']],
      ['PUT where PATCH is offered', ['PUT', '/Users/1', { schemas: [USER], userName: 'a', active: true }]],
      ['a PUT without active', ['PUT', '/Users/1', { schemas: [USER], userName: 'a' }]],
      ['null at body.title', ['POST', '/Users', { schemas: [USER], userName: 'n', title: null }]],
      ['schemas that are not those of the data', ['POST', '/Users', { schemas: [USER, GROUP], userName: 's' }]],
      ['active that is no boolean', ['POST', '/Users', { schemas: [USER], userName: 'x', active: 'True' }]],
      ['a create with an id', ['POST', '/Users', { schemas: [USER], userName: 'i', id: '7' }]],
      [
        'a group created with members',
        ['POST', '/Groups', { schemas: [GROUP], displayName: 'g', members: members('1') }],
      ],
      ['a PATCH without the schema', ['PATCH', '/Users/1', { Operations: [] }]],
      ['a PATCH without operations', ['PATCH', '/Users/1', patch()]],
      ['the operation Replace', ['PATCH', '/Users/1', patch({ op: 'Replace', path: 'title', value: 'x' })]],
      ['an operation without a path', ['PATCH', '/Users/1', patch({ op: 'replace', value: { title: 'x' } })]],
      ['the URN of a core schema', ['PATCH', '/Users/1', patch({ op: 'replace', path: `${USER}:title`, value: 'x' })]],
      [
        'a value of several attributes',
        ['PATCH', '/Users/1', patch({ op: 'replace', path: 'name', value: { givenName: 'x' } })],
      ],
      [
        'two operations on one path',
        [
          'PATCH',
          '/Users/1',
          patch({ op: 'add', path: 'title', value: 'x' }, { op: 'add', path: 'title', value: 'y' }),
        ],
      ],
      [
        'more than one eq',
        ['PATCH', '/Groups/1', patch({ op: 'remove', path: 'members[value eq "1" or value eq "2"]' })],
      ],
      ['replace members', ['PATCH', '/Groups/1', patch({ op: 'replace', path: 'members', value: members('1') })]],
      ['a removal by value', ['PATCH', '/Groups/1', patch({ op: 'remove', path: 'members', value: members('1') })]],
      ['a member twice', ['PATCH', '/Groups/1', patch({ op: 'add', path: 'members', value: members('1', '1') })]],
      ['a change of no members', ['PATCH', '/Groups/1', patch({ op: 'add', path: 'members', value: [] })]],
      [
        '101 members',
        [
          'PATCH',
          '/Groups/1',
          patch({ op: 'add', path: 'members', value: members(...Array.from({ length: 101 }, (_, n) => `${n}`)) }),
        ],
      ],
      [
        'a member with more than its id',
        ['PATCH', '/Groups/1', patch({ op: 'add', path: 'members', value: [{ value: '1', type: 'User' }] })],
      ],
    ])('complain of %s', async (words, request) => {
      expect((await complaintsOf(...request)).join('; ')).toContain(words)
    })

    it('complain of nothing in what a target sends', async () => {
      const target = openThrough(place().proxy.url, place().server.token)
      const { id = '' } = await target.create('user', { userName: 'clean', active: true }, signal)
      await target.find('user', 'userName', 'clean', signal)
      await target.remove('user', id, signal)
      expect([place().proxy.complaints(), place().proxy.count('create', 'find', 'delete')]).toEqual([[], 3])
    })
  })

  describe('the state rules', () => {
    it('complain of a change that what the server held does not call for', async () => {
      const id = await create('state')
      const to = (op: string, path: string, value?: unknown) =>
        complaintsOf('PATCH', `/Users/${id}`, patch({ op, path, ...(value !== undefined && { value }) }))
      expect(await to('replace', 'title', 'x')).toEqual(['replace title, where no value stands'])
      expect(await to('add', 'userName', 'state')).toEqual(['add userName, where a value stands'])
      expect(await to('remove', 'nickName')).toEqual(['remove nickName, where no value stands'])
      expect(await to('replace', 'userName', 'state2')).toEqual([])
    })

    it('complain of a member who is added twice, or removed though absent', async () => {
      const id = await create('member')
      const made = await send('POST', '/Groups', { schemas: [GROUP], displayName: 'g' })
      const group = ((await made.json()) as { readonly id: string }).id
      const to = (...operations: readonly unknown[]) => complaintsOf('PATCH', `/Groups/${group}`, patch(...operations))
      expect(await to({ op: 'remove', path: `members[value eq "${id}"]` })).toEqual([
        `${id} is removed, who is no member`,
      ])
      expect(await to({ op: 'add', path: 'members', value: members(id) })).toEqual([])
      expect(await to({ op: 'add', path: 'members', value: members(id) })).toEqual([
        `${id} is added, who is a member already`,
      ])
    })
  })

  describe('a fault', () => {
    const isCreate = ({ purpose, body }: { readonly purpose: string; readonly body: unknown }) =>
      purpose === 'create' && JSON.stringify(body).includes('"faulty')
    const attempt = (userName: string) =>
      openThrough(place().proxy.url, place().server.token)
        .create('user', { userName }, signal)
        .then(
          ({ status }) => status,
          (error: { readonly reason: string }) => error.reason,
        )
    const isThere = async (userName: string) =>
      [...(await readWhole(place().server)).users.values()].some((user) => user['userName'] === userName)

    it.each([
      ['loses the answer after the server has acted', { kind: 'lose-answer' } as const, 'answer-lost', true],
      ['loses the request before the server is asked', { kind: 'lose-request' } as const, 'answer-lost', false],
      ['cuts the answer', { kind: 'cut-answer' } as const, 'answer-lost', true],
      ['refuses for the server', troubles.refuse(409, 'uniqueness'), 'http 409', false],
      ['fails after the server has acted', troubles.failAfter(500), 'http 500', true],
    ])('%s', async (what, trouble, outcome, acted) => {
      const name = `faulty ${what}`
      place().proxy.inject({ when: isCreate, trouble })
      expect(await attempt(name)).toBe(outcome)
      expect(await isThere(name)).toBe(acted)
    })

    it('meets a request as often as it is told to, and then no more', async () => {
      place().proxy.inject({ when: isCreate, times: 2, trouble: troubles.tooMany(0) })
      expect([await attempt('faulty 429'), place().proxy.count('create')]).toEqual([201, 3])
    })

    it('holds a request until it is let go', async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      place().proxy.inject({ when: isCreate, trouble: { kind: 'hold', until: promise } })
      const attempted = attempt('faulty and late')
      expect(await isThere('faulty and late')).toBe(false)
      resolve()
      expect(await attempted).toBe(201)
    })
  })
})
