import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LdifReader } from '../../../../src/scim/sources/ldif/ldif-reader.ts'
import { callWith, folderWith, sourceOf, take } from './source-trial.ts'

const ID = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`

const ANN = `dn: uid=ann,ou=people,dc=example,dc=com
objectClass: inetOrgPerson
uid: ann
cn: Ann Test
sn: Test
mail: ann@example.com
employeeType: active
entryUUID: ${ID(1)}
`
const BOB = ANN.replaceAll('ann', 'bob').replaceAll('Ann', 'Bob').replace(ID(1), ID(2)).replace('active', 'left')
const STAFF = `dn: cn=staff,ou=groups,dc=example,dc=com
objectClass: groupOfNames
cn: staff
entryUUID: ${ID(3)}
member: UID=ann, ou=People,dc=example,dc=com
member: uid=gone,ou=people,dc=example,dc=com
member: ou=people,dc=example,dc=com
`
const BRANCH = `dn: ou=people,dc=example,dc=com
objectClass: organizationalUnit
ou: people
`
const FILE = [BRANCH, ANN, BOB, STAFF].join('\n')

async function reading(text: string | Buffer, options: Readonly<Record<string, unknown>> = {}) {
  const source = await sourceOf(folderWith({ 'd.ldif': text }), { type: 'ldif', file: 'd.ldif', ...options })
  return take(source)
}

const entriesOf = (bytes: Buffer, cuts: readonly number[] = []) => {
  const reader = new LdifReader('f')
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
  const entries = places.slice(1).flatMap((end, n) => reader.feed(bytes.subarray(places[n], end)))
  return [...entries, ...reader.end()].map(({ dn, line, attributes }) => ({
    dn,
    line,
    attributes: Object.fromEntries(
      [...attributes].map(([key, { values }]) => [key, values.map((value) => value.toString())]),
    ),
  }))
}

describe('an LDIF file', () => {
  test('gives people by their key, groups, and members by every spelling of their name', async () => {
    const { users, groups, members, complete, notes } = await reading(FILE, {
      enabled: { attribute: 'employeeType', is: ['active'] },
    })
    expect(complete).toBe(true)
    expect(users.map(({ id, enabled, attributes }) => [id, enabled, attributes['mail']])).toEqual([
      [ID(1), true, 'ann@example.com'],
      [ID(2), false, 'bob@example.com'],
    ])
    expect(groups.map(({ attributes }) => attributes['cn'])).toEqual(['staff'])
    expect(members).toEqual([{ group: ID(3), member: ID(1), kind: 'user' }])
    expect(notes).toEqual([
      '1 names of members belong to no entry and were left out: uid=gone,ou=people,dc=example,dc=com',
      '1 memberships of entries that are neither users nor groups of this source were left out',
    ])
  })

  test('takes the key of Active Directory as people write it, and its status', async () => {
    const guid = Buffer.from('33221100554477668899aabbccddeeff', 'hex').toString('base64')
    const { users } = await reading(
      `dn: CN=Ann,DC=x\nobjectClass: user\nobjectGUID:: ${guid}\nuserAccountControl: 514\nmail: a@x.example\n`,
    )
    expect(users).toMatchObject([{ id: '00112233-4455-6677-8899-aabbccddeeff', enabled: false }])
  })

  test('is narrowed by filters and bases', async () => {
    const filter = '(&(objectClass=inetOrgPerson)(!(employeeType=left)))'
    const { users } = await reading(FILE, { users: { filter, base: 'OU=people, dc=example,dc=com' } })
    expect(users.map(({ id }) => id)).toEqual([ID(1)])
    await expect(reading(FILE, { users: { base: 'ou=other,dc=example,dc=com' } })).rejects.toThrow(
      'no entry fits users.filter',
    )
  })

  test('leaves out a membership that is older than the person, and keeps it where that is asked', async () => {
    const text = [
      BRANCH,
      `${ANN}createTimestamp: 20260301000000Z\n`,
      `${STAFF}modifyTimestamp: 20250101000000Z\n`,
    ].join('\n')
    expect((await reading(text)).members).toEqual([])
    expect((await reading(text, { inheritedMembers: 'keep' })).members).toHaveLength(1)
  })

  test('finds one by what people call it', async () => {
    const source = await sourceOf(folderWith({ 'd.ldif': FILE }), { type: 'ldif', file: 'd.ldif' })
    expect(await source.find('user', 'ANN', callWith())).toMatchObject([{ object: { id: ID(1) }, memberOf: [ID(3)] }])
    expect(await source.find('group', 'Staff', callWith())).toMatchObject([
      { object: { id: ID(3) }, members: [{ member: ID(1) }] },
    ])
  })

  test('is incomplete where an entry has no key', async () => {
    const { complete, gaps } = await reading(FILE.replace(`entryUUID: ${ID(2)}\n`, ''))
    expect(complete).toBe(false)
    expect(gaps).toEqual(['1 entries have no entryUUID, for example uid=bob,ou=people,dc=example,dc=com'])
  })
})

describe('a file is refused by one sentence', () => {
  test.each([
    [
      'a change record',
      `${ANN}\ndn: uid=bob,ou=people,dc=example,dc=com\nChangeType: delete\n`,
      'line 11: this is a change record',
    ],
    [
      'a control',
      `dn: uid=x\ncontrol: 1.2.840.113556.1.4.805 true\nchangetype: delete\n`,
      'line 2: this is a change record',
    ],
    [
      'results of ldapsearch',
      `${ANN}\n# search result\nsearch: 2\nresult: 0 Success\n`,
      'line 11: these are results of ldapsearch; write the file anew by ldapsearch -LLL',
    ],
    ['a referral', `${ANN}\nref: ldap://other/\n`, 'line 10: a part of the directory is at another server'],
    [
      'a value in another file',
      `dn: uid=x\njpegPhoto:< file:///etc/passwd\n`,
      'line 2: the value of jpegPhoto is kept in another file',
    ],
    ['no base64', 'dn: uid=x\ncn:: Ann!\n', 'line 2: the value of cn is no base64'],
    ['base64 that is cut', 'dn: uid=x\ncn:: QW5\n', 'line 2: the value of cn is no base64'],
    ['a line without a colon', 'dn: uid=x\nnonsense\n', 'line 2: this is no line of LDIF'],
    ['a csv file', 'externalId,userName\n1,ann\n', 'line 1: this is no line of LDIF'],
    ['a record without a name', 'cn: Ann\n', 'line 1: a record begins with "cn", not with dn'],
    ['two names in a record', 'dn: uid=x\ndn: uid=y\n', 'line 2: a second dn in one record'],
    ['another version', 'version: 2\n\ndn: uid=x\n', 'line 1: version "2" of LDIF is not known'],
    ['a fold of nothing', ' dn: uid=x\n', 'line 1: a line that begins with a space'],
    ['a name that is none', 'dn: Ann\ncn: Ann\n', 'line 1: Ann is no name of an entry'],
    ['an entry twice', `${ANN}\n${ANN.replace('uid=ann', 'UID=Ann')}`, 'the lines 1 and 10 have the same name'],
    ['a key twice', `${ANN}\n${BOB.replace(ID(2), ID(1))}`, 'line 1 and line 10 have the same externalId'],
    ['no people', STAFF, 'no entry fits users.filter'],
    ['people without a key', ANN.replace(/entryUUID.*\n/, ''), 'has none of objectGUID, entryUUID, nsUniqueId'],
    ['nothing', '\n\n', 'no entry fits users.filter'],
  ])('that holds %s', async (_, text, words) => {
    const read = reading(text)
    await expect(read).rejects.toMatchObject({ code: 'invalid-argument', operation: 'read d.ldif' })
    await expect(read).rejects.toThrow(words)
  })

  test('where the settings name an attribute that no entry has', async () => {
    await expect(reading(FILE, { users: { filter: '(!(hrStatus=left))' } })).rejects.toThrow(
      'users.filter: no entry of the file has the attribute hrStatus',
    )
    await expect(reading(FILE, { enabled: { attribute: 'hrStatus', is: ['x'] } })).rejects.toThrow(
      'enabled.attribute: no entry of the file',
    )
  })
})

describe('a reader of LDIF', () => {
  test('folds first and takes comments, names, empty values and the last line as they are then', () => {
    const text =
      'version: 1\r\n# a comment\r\n  that goes on: not: a: line\r\ndn:: dWlkPcOkLG\r\n 91PXg=\r\ncn: one\r\n  two\r\ncn:\r\nmail:\r\n# in between\r\nCN: three\r\nsn;lang-\r\n de: Müller\r\n\r\n\r\ndn: uid=last\ncn: end'
    expect(entriesOf(Buffer.from(text))).toEqual([
      { dn: 'uid=ä,ou=x', line: 4, attributes: { cn: ['one two', '', 'three'], 'sn;lang-de': ['Müller'] } },
      { dn: 'uid=last', line: 16, attributes: { cn: ['end'] } },
    ])
  })

  test('gives the same however the bytes are cut', () => {
    const bytes = Buffer.from(`version: 1\n${FILE.replaceAll('\n', '\r\n')}\r\ndn: uid=u,\r\n dc=x\r\ncn:: w4TDlsOc`)
    const whole = entriesOf(bytes)
    expect(whole).toHaveLength(5)
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        expect(entriesOf(bytes, cuts)).toEqual(whole)
      }),
    )
  })

  test('gives back any values that were written as base64 and folded anywhere', () => {
    const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), fc.integer({ min: 2, max: 20 }), (values, width) => {
        const fold = (line: string): string => line.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n ') ?? ''
        const lines = values.map((one) => fold(`cn:: ${Buffer.from(one).toString('base64')}`))
        const [entry] = entriesOf(Buffer.from(['dn: uid=x', ...lines, ''].join('\n')))
        expect(entry?.attributes['cn']).toEqual(values.map((one) => Buffer.from(one).toString()))
      }),
    )
  })
})
