import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { spooled } from '../../../../src/scim/sources/stdin/spooled.ts'
import { stdinSource } from '../../../../src/scim/sources/stdin/stdin-source.ts'
import { callWith, folderWith, refusalOf, sourceOf, take, type Taken } from './source-trial.ts'

const ANN = { externalId: '7', userName: 'ann', active: true }
const STAFF = { externalId: 'g1', displayName: 'Staff' }
const MEMBER = { group: 'g1', member: '7' }

const USER = { id: '7', enabled: true, attributes: ANN }
const GROUP = { id: 'g1', attributes: STAFF }
const MEMBERSHIP = { ...MEMBER, kind: 'user' }

const kinded = (kind: string, value: object): object => ({ kind, ...value })
const ALL = [kinded('user', ANN), kinded('group', STAFF), kinded('member', MEMBER)]

const readJson = async (document: unknown): Promise<Taken> => {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  return take(await sourceOf(folderWith({ 'd.json': text }), { type: 'json', file: 'd.json' }))
}
const readNdjson = async (content: string | Uint8Array): Promise<Taken> =>
  take(await sourceOf(folderWith({ 'd.ndjson': content }), { type: 'ndjson', file: 'd.ndjson' }))
const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('')

describe('a json source', () => {
  it.each([
    ['lists', { users: [ANN], groups: [STAFF], members: [MEMBER] }],
    ['entries in any order', ALL.toReversed()],
    ['groups that list their members', { users: [ANN], groups: [{ ...STAFF, members: ['7'] }] }],
  ])('reads a document of %s', async (_, document) => {
    expect(await readJson(document)).toEqual({
      complete: true,
      gaps: [],
      notes: [],
      users: [USER],
      groups: [GROUP],
      members: [MEMBERSHIP],
    })
  })

  it('takes a list without kinds as users', async () => {
    expect((await readJson([ANN, { externalId: 8, userName: 'bob', active: 'No' }])).users).toEqual([
      USER,
      { id: '8', enabled: false, attributes: { externalId: '8', userName: 'bob', active: false } },
    ])
  })

  it('keeps texts, numbers, truth values and lists of texts, and names what it leaves out', async () => {
    const odd = {
      externalId: '7',
      empty: '',
      none: null,
      nobody: [],
      size: 1.5,
      chief: false,
      mails: ['a', 'b'],
      __proto__x: 'y',
    }
    const { users, notes } = await readJson([{ ...odd, name: { given: 'Ann' }, mixed: ['a', 1] }])
    expect(users).toEqual([
      { id: '7', attributes: { externalId: '7', size: 1.5, chief: false, mails: ['a', 'b'], __proto__x: 'y' } },
    ])
    expect(notes).toEqual([
      'd.json: attributes that are no text, number, truth value or list of texts are left out: name, mixed',
    ])
  })

  it.each([
    ['no object', 'x', 'entry 2 of the users: this is no JSON object'],
    ['no id', { userName: 'bob' }, 'entry 2 of the users: externalId is missing'],
    ['an empty id', { externalId: ' ' }, 'entry 2 of the users: externalId is empty'],
    ['a null id', { externalId: null }, 'entry 2 of the users: externalId is "null"; write it as a text'],
    [
      'an id that JSON does not hold exactly',
      { externalId: 2 ** 53 },
      'entry 2 of the users: externalId is "9007199254740992"; write it as a text',
    ],
    [
      'an unclear active',
      { externalId: '8', active: null },
      'entry 2 of the users: active is "null"; write true or false',
    ],
  ])('is incomplete for an entry with %s', async (_, entry, gap) => {
    const { users, complete, gaps } = await readJson({ users: [ANN, entry] })
    expect({ users, complete, gaps }).toEqual({ users: [USER], complete: false, gaps: [`d.json, ${gap}`] })
  })

  it.each([
    ['nothing', '', 'this is no JSON document: unexpected end of JSON input'],
    [
      'a cut document',
      '{"users":[{"externalId":"7"}',
      "this is no JSON document: expected ',' or ']' after array element (line 1 column 29)",
    ],
    ['a text', '"x"', 'the document is no object with lists, and no list'],
    [
      'ndjson',
      lines(ALL),
      'this is no JSON document: unexpected non-whitespace character after JSON (line 2 column 1); if each line is an object, its type is ndjson',
    ],
    ['an unknown list', { people: [ANN] }, 'the document has "people"; only users, groups and members are known'],
    ['no list', { users: ANN }, 'users is no list'],
    ['an empty object', {}, 'there are no users; a source without entries is taken for a mistake'],
    ['an empty list', [], 'there are no users; a source without entries is taken for a mistake'],
    [
      'an empty list of groups',
      { users: [ANN], groups: [], members: [MEMBER] },
      'the list groups is empty; a source without entries is taken for a mistake',
    ],
    [
      'groups without members',
      { users: [ANN], groups: [STAFF] },
      'there are groups and no members; a source without entries is taken for a mistake',
    ],
    [
      'a doubled user',
      { users: [ANN, ANN] },
      'entry 1 of the users and entry 2 of the users have the same externalId "7"; a user must be there once',
    ],
  ])('refuses %s in one sentence', async (_, document, detail) => {
    expect(await refusalOf(readJson(document))).toBe(`invalid-argument: read d.json: ${detail}`)
  })
})

describe('an ndjson source', () => {
  it('reads entries in any order, with a member after both of its sides', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(
          [...ALL, kinded('user', { externalId: '8' }), kinded('member', { group: 'g1', member: '8' })],
          {
            minLength: 5,
          },
        ),
        async (entries) => {
          const source = await sourceOf(folderWith({ 'd.ndjson': lines(entries) }), {
            type: 'ndjson',
            file: 'd.ndjson',
          })
          const known = new Set<string>()
          const members: string[] = []
          const { complete } = await source.read(
            {
              users: (batch) => batch.forEach(({ id }) => known.add(id)),
              groups: (batch) => batch.forEach(({ id }) => known.add(id)),
              members: (batch) =>
                batch.forEach(({ group, member }) => {
                  expect(known.has(group) && known.has(member)).toBe(true)
                  members.push(member)
                }),
              assignments() {},
            },
            callWith(),
          )
          expect({ complete, members: members.sort() }).toEqual({ complete: true, members: ['7', '8'] })
        },
      ),
      { numRuns: 30 },
    )
  })

  it('ends lines at the line feed only', async () => {
    const name = 'a\u2028b\u2029c\u0085d\u000be'
    const { users, complete } = await readNdjson(
      `{"kind":"user","externalId":"7","userName":"${name.replace('\v', '\\u000b')}"}\r\n\n`,
    )
    expect({ complete, name: users[0]?.attributes['userName'] }).toEqual({ complete: true, name })
  })

  it.each([
    ['no JSON', '{"kind":"user",', 'this is no JSON: expected double-quoted property name (column 16)'],
    ['no kind', '{"externalId":"8"}', 'kind is missing; write "user", "group" or "member"'],
    ['another kind', '{"kind":"person"}', 'kind is "\\"person\\""; write "user", "group" or "member"'],
    ['no member', '{"kind":"member","group":"g1"}', 'member is missing'],
    [
      'members that are no list',
      '{"kind":"group","externalId":"g2","members":"7"}',
      'members is no list of external ids',
    ],
    ['a list', '[]', 'this is no JSON object'],
  ])('is incomplete for a line with %s', async (_, line, problem) => {
    const { complete, gaps, users } = await readNdjson(`${lines(ALL)}\n${line}`)
    expect({ complete, gaps, users }).toEqual({
      complete: false,
      gaps: [`d.ndjson, line 5: ${problem}`],
      users: [USER],
    })
  })

  it('leaves out members that nobody is, and names the first', async () => {
    const { notes, complete } = await readNdjson(lines([...ALL, kinded('member', { group: 'g1', member: 'x' })]))
    expect({ notes, complete }).toEqual({
      complete: true,
      notes: [
        'd.ndjson: members that are no entry, or whose group is none, are left out: 1, the first in d.ndjson, line 4',
      ],
    })
  })

  it.each([
    ['nothing', '', 'there are no users; a source without entries is taken for a mistake'],
    ['groups only', lines(ALL.slice(1, 2)), 'there are no users; a source without entries is taken for a mistake'],
    [
      'a doubled group',
      lines([...ALL, ALL[1]]),
      'line 2 and line 4 have the same externalId "g1"; a group must be there once',
    ],
    [
      'a document on several lines',
      JSON.stringify({ users: [ANN] }, undefined, 2),
      'no line is an entry; if the file is one JSON document, its type is json',
    ],
    [
      'a line without an end',
      'x'.repeat(17 * 1024 * 1024),
      'a line is longer than 16 MiB; if the file is one JSON document, its type is json',
    ],
    [
      'Latin-1',
      Buffer.from(`${lines(ALL)}{"kind":"user","externalId":"\u00fc"}\n`, 'latin1'),
      'line 4 is not in the encoding UTF-8; save the file as UTF-8 (in Excel: "CSV UTF-8")',
    ],
  ])('refuses %s in one sentence', async (_, content, detail) => {
    expect(await refusalOf(readNdjson(content))).toBe(`invalid-argument: read d.ndjson: ${detail}`)
  })

  it('finds an entry, and tells in a trial what is wrong', async () => {
    const source = await sourceOf(folderWith({ 'd.ndjson': `${lines(ALL)}{}\n` }), { type: 'ndjson', file: 'd.ndjson' })
    const gaps = ['d.ndjson, line 4: kind is missing; write "user", "group" or "member"']
    expect(await source.find('user', 'ANN', callWith())).toEqual([
      { object: USER, members: [], memberOf: ['g1'], gaps },
    ])
    expect(await source.find('group', 'staff', callWith())).toEqual([{ object: GROUP, members: [MEMBERSHIP], gaps }])
    expect((await source.test(callWith())).summary).toBe(
      'd.ndjson: 1 users, 1 groups, 1 memberships; a read is incomplete: d.ndjson, line 4: kind is missing; write "user", "group" or "member"',
    )
  })
})

describe('standard input as a source', () => {
  const csv = 'externalId,userName,active\n7,ann,true\n'
  const open = (text: string, options: object = {}) => {
    const bytes = Buffer.from(text)
    const chunks = Array.from({ length: Math.ceil(bytes.length / 5) }, (_, at) => bytes.subarray(at * 5, at * 5 + 5))
    return sourceOf('.', { type: 'stdin', ...options }, chunks)
  }

  it.each([
    ['ndjson', lines(ALL)],
    ['ndjson behind white space', `\n \n${lines(ALL)}`],
    ['csv', csv],
    ['csv with a byte order mark', `\uFEFF${csv}`],
  ])('knows %s by its first character, and can be read again', async (_, text) => {
    const source = await open(text)
    for (const taken of [await take(source), await take(source)])
      expect(taken).toMatchObject({ complete: true, users: [USER] })
    expect(await source.find('user', 'ann', callWith())).toHaveLength(1)
  })

  it.each([
    ['nothing', '', 'the file is empty; a source without entries is taken for a mistake'],
    ['a terminal', undefined, 'nothing is piped into it; pipe csv people or ndjson'],
  ])('refuses %s', async (_, text, detail) => {
    const source =
      text === undefined
        ? stdinSource(spooled({ isTTY: true, async *[Symbol.asyncIterator]() {} }), undefined)
        : await open(text)
    expect(await refusalOf(take(source))).toBe(`invalid-argument: read standard input: ${detail}`)
  })

  it('leaves no file behind while it is read', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('scim-stdin-'))
    await take(await open(csv))
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('scim-stdin-'))).toEqual(before)
  })
})
