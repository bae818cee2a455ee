import { describe, expect, it } from 'vitest'

import { callWith, folderWith, refusalOf, sourceOf, take, type Taken } from './source-trial.ts'

const PEOPLE = 'externalId,userName,givenName,familyName,email,active\n'
const ANN = '7,ann@example.com,Ann,Lee,ann@example.com,true\n'

const ALL = { type: 'csv', people: 'people.csv', groups: 'groups.csv', members: 'members.csv' }
const ONLY_PEOPLE = { type: 'csv', people: 'people.csv' }

const readPeople = async (content: string | Uint8Array): Promise<Taken> =>
  take(await sourceOf(folderWith({ 'people.csv': content }), ONLY_PEOPLE))

describe('a csv source', () => {
  it('gives people, groups and members with the ids of the files', async () => {
    const folder = folderWith({
      'people.csv': `${PEOPLE}${ANN}8,bob,Bob,"Müller, jr.",,NO\n`,
      'groups.csv': 'displayName,externalId\nStaff,g1\n"The ""Board""",g2\n',
      'members.csv': 'member,group\n7,g1\n8,g1\ng1,g2\n',
    })
    expect(await take(await sourceOf(folder, ALL))).toEqual({
      complete: true,
      gaps: [],
      notes: [],
      users: [
        {
          id: '7',
          enabled: true,
          attributes: {
            externalId: '7',
            userName: 'ann@example.com',
            givenName: 'Ann',
            familyName: 'Lee',
            email: 'ann@example.com',
            active: true,
          },
        },
        {
          id: '8',
          enabled: false,
          attributes: { externalId: '8', userName: 'bob', givenName: 'Bob', familyName: 'Müller, jr.', active: false },
        },
      ],
      groups: [
        { id: 'g1', attributes: { externalId: 'g1', displayName: 'Staff' } },
        { id: 'g2', attributes: { externalId: 'g2', displayName: 'The "Board"' } },
      ],
      members: [
        { group: 'g1', member: '7', kind: 'user' },
        { group: 'g1', member: '8', kind: 'user' },
        { group: 'g2', member: 'g1', kind: 'group' },
      ],
    })
  })

  it('keeps other columns as attributes and names them once', async () => {
    const { users, notes, complete } = await readPeople('externalId,userName,Department,__proto__\n7,ann,007,x\n')
    expect(complete).toBe(true)
    expect(Object.entries(users[0]?.attributes ?? {})).toEqual([
      ['externalId', '7'],
      ['userName', 'ann'],
      ['Department', '007'],
      ['__proto__', 'x'],
    ])
    expect(users[0]).not.toHaveProperty('enabled')
    expect(notes).toEqual([
      'people.csv: other columns are kept as attributes: Department, __proto__',
      'people.csv: columns that are not there: givenName, familyName, email, active',
    ])
  })

  it.each([
    ['a semicolon', 'externalId;userName;active\n7;ann,lee;yes\n'],
    ['a tab', 'externalId\tuserName\tactive\n7\tann,lee\tyes\n'],
    ['a quoted header', '"externalId","userName","active"\n7,"ann,lee",yes\n'],
    ['another case of the header', 'EXTERNALID,username,Active\n7,"ann,lee",YES\n'],
    ['a byte order mark', '\uFEFFexternalId,userName,active\n7,"ann,lee",1\n'],
    ['CRLF', 'externalId,userName,active\r\n7,"ann,lee",true\r\n'],
    ['CR', 'externalId,userName,active\r7,"ann,lee",true\r'],
    ['no line break at the end', 'externalId,userName,active\n7,"ann,lee",true'],
    ['empty lines and rows of empty cells', '\n\nexternalId,userName,active\n\n,,\n7,"ann,lee",true\n,, \n\n'],
    ['white space around cells', 'externalId , userName,active \n 7 ,"ann,lee",\ttrue \n'],
  ])('reads a file with %s', async (_, content) => {
    const { users, complete } = await readPeople(content)
    expect({ users, complete }).toEqual({
      complete: true,
      users: [{ id: '7', enabled: true, attributes: { externalId: '7', userName: 'ann,lee', active: true } }],
    })
  })

  it.each(['007', '1e3', '=1+1', '@SUM(A1)', '2026-01-02', 'TRUE', 'null', '９'])(
    'takes the id %j as the text that it is',
    async (id) => {
      const { users } = await readPeople(`${PEOPLE}${id},${id},,,,1\n`)
      expect(users).toEqual([{ id, enabled: true, attributes: { externalId: id, userName: id, active: true } }])
    },
  )

  it.each([
    ['a short row', '8,bob\n', 'people.csv, line 3: the row has 2 cells and the header 6'],
    ['a long row', '8,bob,B,O,b@b,1,x\n', 'people.csv, line 3: the row has 7 cells and the header 6'],
    ['a row without an id', ',bob,B,O,b@b,1\n', 'people.csv, line 3: externalId is empty'],
    ['an unclear active', '8,bob,B,O,b@b,maybe\n', 'people.csv, line 3: active is "maybe"; write true or false'],
    ['an empty active', '8,bob,B,O,b@b,\n', 'people.csv, line 3: active is ""; write true or false'],
    [
      'a quote inside a cell',
      '8,bob,the "B",O,b@b,1\n',
      'people.csv, line 3: there is a quote inside a cell that does not begin with one',
    ],
    [
      'text after a closing quote',
      '8,bob,"B" Lee,O,b@b,1\n',
      'people.csv, line 3: there is text after the closing quote of a cell',
    ],
  ])('is incomplete for %s, and gives the other rows', async (_, row, gap) => {
    const { users, complete, gaps } = await readPeople(`${PEOPLE}${ANN}${row}9,eve,,,,true\n`)
    expect({ ids: users.map(({ id }) => id), complete, gaps }).toEqual({
      ids: ['7', '9'],
      complete: false,
      gaps: [gap],
    })
  })

  it('is incomplete for a quote that is not closed, and says from which line on', async () => {
    const { users, gaps } = await readPeople(`${PEOPLE}${ANN}8,"bob,,,,1\n9,eve,,,,1\n`)
    expect(users.map(({ id }) => id)).toEqual(['7'])
    expect(gaps).toEqual(['people.csv, line 3: a quote is opened and not closed; what follows was not read'])
  })

  it('is incomplete for a row that does not end, and does not read the whole file into it', async () => {
    const { gaps } = await readPeople(`${PEOPLE}${ANN}8,"${'x'.repeat(3 * 1024 * 1024)}`)
    expect(gaps).toEqual(['people.csv, line 3: the row is longer than 1 MiB; it and what follows were not read'])
  })

  it('counts lines inside quoted cells', async () => {
    const { gaps } = await readPeople(`${PEOPLE}7,ann,"A\nn\r\nn",Lee,,1\n8,bob\n`)
    expect(gaps).toEqual(['people.csv, line 5: the row has 2 cells and the header 6'])
  })

  it('tells twenty mistakes and counts the rest', async () => {
    const { gaps } = await readPeople(`${PEOPLE}${ANN}${'8\n'.repeat(1000)}`)
    expect(gaps).toHaveLength(21)
    expect(gaps.at(-1)).toBe('there are 980 more mistakes like these')
  })

  it('is incomplete for a member without a group, and leaves out members that nobody is', async () => {
    const folder = folderWith({
      'people.csv': PEOPLE + ANN,
      'groups.csv': 'externalId,displayName\ng1,Staff\n',
      'members.csv': 'group,member\ng1,7\ng1,8\ng2,7\n,7\ng1,\n',
    })
    const { members, gaps, notes } = await take(await sourceOf(folder, ALL))
    expect(members).toEqual([{ group: 'g1', member: '7', kind: 'user' }])
    expect(gaps).toEqual(['members.csv, line 5: group is empty', 'members.csv, line 6: member is empty'])
    expect(notes).toEqual([
      'members.csv: rows whose group or member is in none of the other files are left out: 2, the first in line 3',
    ])
  })

  it.each([
    ['an empty file', '', 'the file is empty; a source without entries is taken for a mistake'],
    ['a file of line breaks', '\n\n', 'the file is empty; a source without entries is taken for a mistake'],
    ['a header alone', PEOPLE, 'the file has a header and no rows; a source without entries is taken for a mistake'],
    [
      'a header that is another one',
      'id,mail\n1,a@b\n',
      'the header has no column externalId and no column userName; it has "id, mail"',
    ],
    [
      'a header that is a row',
      ANN,
      'the header has no column externalId and no column userName; it has "7, ann@example.com, Ann, Lee, ann@example.com, true"',
    ],
    [
      'a doubled column',
      'externalId,userName,Mail,mail\n1,a,b,c\n',
      'the header has the column "mail" twice; take one out',
    ],
    [
      'a column without a name',
      'externalId,userName,\n1,a,b\n',
      'column 3 of the header has no name; name it or take it out',
    ],
    [
      'a header with a lost quote',
      'externalId,"userName"x\n1,a\n',
      'the header in line 1 cannot be read: there is text after the closing quote of a cell',
    ],
    [
      'two rows for one person',
      `${PEOPLE}${ANN}8,b,,,,1\n${ANN}`,
      'line 2 and line 4 have the same externalId "7"; a user must be there once',
    ],
    ['UTF-16', Buffer.from(`\uFEFF${PEOPLE}`, 'utf16le'), 'the file is in the encoding UTF-16; save it as UTF-8'],
    ['UTF-16 without a mark', Buffer.from(PEOPLE, 'utf16le'), 'the file is in the encoding UTF-16; save it as UTF-8'],
    ['a byte that is no text', Buffer.from(`${PEOPLE}7,a\0n,,,,1\n`), 'this is no text file; name another one'],
    [
      'Windows-1252',
      Buffer.from(`${PEOPLE}7,M\u00fcller,,,,1\n`, 'latin1'),
      'line 2 is not in the encoding UTF-8; save the file as UTF-8 (in Excel: "CSV UTF-8")',
    ],
  ])('refuses %s in one sentence', async (_, content, detail) => {
    expect(await refusalOf(readPeople(content))).toBe(`invalid-argument: read people.csv: ${detail}`)
  })

  it.each([
    ['a file that is not there', 'absent.csv', 'not-found: read absent.csv: the file does not exist; check its path'],
    ['a folder', '.', 'invalid-argument: read .: this is a folder; name a file'],
  ])('refuses %s', async (_, people, sentence) => {
    const source = await sourceOf(folderWith({}), { type: 'csv', people })
    expect(await refusalOf(take(source))).toBe(sentence)
    expect(await refusalOf(source.test(callWith()))).toBe(sentence)
  })

  it('refuses groups without members, which would empty every group', async () => {
    await expect(sourceOf('.', { ...ONLY_PEOPLE, groups: 'groups.csv' })).rejects.toThrow(
      'groups and members come together',
    )
  })

  it('stops on request', async () => {
    const source = await sourceOf(folderWith({ 'people.csv': PEOPLE + ANN }), ONLY_PEOPLE)
    expect(await refusalOf(take(source, callWith(AbortSignal.abort())))).toBe(
      'canceled: read people.csv: stopped on request',
    )
  })
})

describe('looking for one entry of a csv source', () => {
  const open = () =>
    sourceOf(
      folderWith({
        'people.csv': `${PEOPLE}${ANN}8,bob,Bob,Lee,Bob@Example.com,0\n9,7,Ann,Lee,,1\n`,
        'groups.csv': 'externalId,displayName\ng1,Staff\ng2,staff\n',
        'members.csv': 'group,member\ng1,7\ng2,7\ng2,g1\n',
      }),
      ALL,
    )

  it.each([
    ['7', ['7']],
    ['BOB@example.com', ['8']],
    ['Bob', ['8']],
    ['ann lee', ['7', '9']],
    ['nobody', []],
  ])('finds the user %j by id, user name, e-mail or name', async (reference, ids) => {
    const found = await (await open()).find('user', reference, callWith())
    expect(found.map(({ object }) => object.id)).toEqual(ids)
  })

  it('gives the groups of a user and the members of a group', async () => {
    const source = await open()
    expect((await source.find('user', '7', callWith()))[0]).toMatchObject({ members: [], memberOf: ['g1', 'g2'] })
    expect((await source.find('group', 'STAFF', callWith())).map(({ members }) => members)).toEqual([
      [{ group: 'g1', member: '7', kind: 'user' }],
      [
        { group: 'g2', member: '7', kind: 'user' },
        { group: 'g2', member: 'g1', kind: 'group' },
      ],
    ])
  })

  it('tells in a trial which attributes there are', async () => {
    expect(await (await open()).test(callWith())).toEqual({
      summary: 'people.csv, groups.csv, members.csv: 3 users, 2 groups, 3 memberships',
      attributes: {
        user: ['externalId', 'userName', 'givenName', 'familyName', 'email', 'active'],
        group: ['externalId', 'displayName'],
      },
    })
  })
})
