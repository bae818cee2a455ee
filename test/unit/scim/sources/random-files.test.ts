import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { callWith, folderWith, sourceOf, take, type Taken } from './source-trial.ts'

interface Person {
  readonly externalId: string
  readonly userName: string
  readonly givenName: string
  readonly department: string
  readonly active: boolean
}

interface Directory {
  readonly people: readonly Person[]
  readonly groups: readonly { readonly externalId: string; readonly displayName: string }[]
  readonly members: readonly { readonly group: string; readonly member: string }[]
}

/** Without white space around, which is no part of a value. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom('a,b', 'a;b', 'a\tb', '"', 'a"b""', 'x\ny', 'x\r\ny', '=1+1', '007', 'null', 'Müller'),
  )
  .map((value) => value.replaceAll('\0', '').trim())
const id = text.filter((value) => value !== '')

const directory: fc.Arbitrary<Directory> = fc
  .record({
    people: fc.uniqueArray(
      fc.record({ externalId: id, userName: text, givenName: text, department: text, active: fc.boolean() }),
      { minLength: 1, maxLength: 12, selector: ({ externalId }) => externalId },
    ),
    groups: fc.uniqueArray(fc.record({ externalId: id, displayName: text }), {
      minLength: 1,
      maxLength: 5,
      selector: ({ externalId }) => externalId,
    }),
    picks: fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 20 }),
  })
  .map(({ people, groups, picks }) => ({
    people,
    groups,
    members: picks.map(([at, of]) => ({
      group: groups[at % groups.length]?.externalId ?? '',
      member: people[of % people.length]?.externalId ?? '',
    })),
  }))

type Rows = readonly (readonly string[])[]

const written = (rows: Rows, separator: string, lineBreak: string): string =>
  rows
    .map((cells) =>
      cells.map((cell) => (/^[\w@.-]*$/.test(cell) ? cell : `"${cell.replaceAll('"', '""')}"`)).join(separator),
    )
    .join(lineBreak)

const PEOPLE = ['department', 'active', 'userName', 'externalId', 'givenName']
const peopleRows = ({ people }: Directory): string[][] =>
  people.map((person) => [
    person.department,
    person.active ? 'Yes' : '0',
    person.userName,
    person.externalId,
    person.givenName,
  ])

const ALL = { type: 'csv', people: 'p.csv', groups: 'g.csv', members: 'm.csv' }

async function readCsv(
  rows: Rows,
  { groups, members }: Directory,
  separator: string,
  lineBreak: string,
): Promise<Taken> {
  const folder = folderWith({
    'p.csv': written([PEOPLE, ...rows], separator, lineBreak),
    'g.csv': written(
      [['displayName', 'externalId'], ...groups.map((group) => [group.displayName, group.externalId])],
      separator,
      lineBreak,
    ),
    'm.csv': written(
      [['group', 'member'], ...members.map(({ group, member }) => [group, member])],
      separator,
      lineBreak,
    ),
  })
  return take(await sourceOf(folder, ALL))
}

/** What a read has to give, by id; absent values have no key. */
function expected({ people, groups, members }: Directory): object {
  const present = (fields: object): object =>
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
  return {
    users: new Map(
      people.map((person) => [
        person.externalId,
        { id: person.externalId, enabled: person.active, attributes: present(person) },
      ]),
    ),
    groups: new Map(groups.map((group) => [group.externalId, { id: group.externalId, attributes: present(group) }])),
    members: new Set(members.map(({ group, member }) => JSON.stringify([group, member, 'user']))),
    complete: true,
  }
}

const gathered = ({ users, groups, members, complete }: Taken): object => ({
  users: new Map(users.map((user) => [user.id, user])),
  groups: new Map(groups.map((group) => [group.id, group])),
  members: new Set(members.map(({ group, member, kind }) => JSON.stringify([group, member, kind]))),
  complete,
})

describe('a random directory', () => {
  it('comes back from csv files as it was written, whatever the separator and the line breaks', async () => {
    await fc.assert(
      fc.asyncProperty(
        directory,
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n', '\r'),
        async (made, separator, lineBreak) => {
          expect(gathered(await readCsv(peopleRows(made), made, separator, lineBreak))).toEqual(expected(made))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('comes back from json, ndjson and standard input', async () => {
    const entries = ({ people, groups, members }: Directory): readonly object[] => [
      ...people.map((person) => ({ kind: 'user', ...person })),
      ...groups.map((group) => ({ kind: 'group', ...group })),
      ...members.map((member) => ({ kind: 'member', ...member })),
    ]
    await fc.assert(
      fc.asyncProperty(directory, fc.integer(), async (made, seed) => {
        const mixed = entries(made)
          .map((entry, at) => ({ entry, key: Math.imul(at + 1, seed | 1) }))
          .sort((a, b) => a.key - b.key)
          .map(({ entry }) => entry)
        const lines = mixed.map((entry) => JSON.stringify(entry)).join('\n')
        const { people: users, groups, members } = made
        const folder = folderWith({
          'd.json': JSON.stringify({ users, groups, members }),
          'e.json': JSON.stringify(mixed),
          'd.ndjson': lines,
        })
        for (const options of [
          { type: 'json', file: 'd.json' },
          { type: 'json', file: 'e.json' },
          { type: 'ndjson', file: 'd.ndjson' },
          { type: 'stdin' },
        ])
          expect(gathered(await take(await sourceOf(folder, options, [Buffer.from(lines)])))).toEqual(expected(made))
      }),
      { numRuns: 60 },
    )
  })

  it('is never read completely where one row of it is broken', async () => {
    const breaks: readonly ((cells: readonly string[]) => readonly string[])[] = [
      (cells) => cells.slice(1),
      (cells) => [...cells, 'x'],
      (cells) => cells.with(PEOPLE.indexOf('externalId'), ' '),
      (cells) => cells.with(PEOPLE.indexOf('active'), 'maybe'),
      (cells) => cells.with(PEOPLE.indexOf('active'), ''),
    ]
    await fc.assert(
      fc.asyncProperty(directory, fc.nat(), fc.constantFrom(...breaks), async (made, at, damage) => {
        const rows = peopleRows(made)
        const broken = at % rows.length
        const { complete, users } = await readCsv(rows.with(broken, [...damage(rows[broken] ?? [])]), made, ',', '\n')
        expect(complete).toBe(false)
        expect(users.map(({ id: each }) => each)).toEqual(
          made.people.filter((_, index) => index !== broken).map(({ externalId }) => externalId),
        )
      }),
      { numRuns: 150 },
    )
  })

  it('is never read completely where the last line of ndjson is cut', async () => {
    await fc.assert(
      fc.asyncProperty(directory, fc.nat(), async ({ people }, at) => {
        const lines = people.map((person) => JSON.stringify({ kind: 'user', ...person }))
        const last = lines.at(-1) ?? ''
        const cut = [...lines.slice(0, -1), last.slice(0, 1 + (at % (last.length - 1)))].join('\n')
        const source = await sourceOf(folderWith({ 'd.ndjson': cut }), { type: 'ndjson', file: 'd.ndjson' })
        const read = await source.read({ users() {}, groups() {}, members() {}, assignments() {} }, callWith()).then(
          ({ complete }) => complete,
          () => 'refused',
        )
        expect(read).not.toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})
