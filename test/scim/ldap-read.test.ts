import { describe, expect, test } from 'vitest'
import { BASE, BRANCHES, group, nameOf, person, record } from '../ldap-servers/index.ts'
import { slapdSuite } from './slapd-suite.ts'
import { sourceCall, type SourceImage } from './source-image.ts'

const open = slapdSuite()

const people = (...uids: readonly string[]): string => uids.map((uid) => person(uid)).join('\n') + '\n'
const SEED = `${BRANCHES}${people('ann', 'bob', 'cyd')}`

/** Names of users, groups and members that people can compare. */
function shown({ objects, memberships }: SourceImage) {
  const name = (id: string): string => {
    const attributes = (objects.user.get(id) ?? objects.group.get(id))?.attributes
    return String(attributes?.['uid'] ?? attributes?.['cn'])
  }
  return {
    users: [...objects.user.keys()].map(name).sort(),
    groups: [...objects.group.keys()].map(name).sort(),
    members: [...memberships.values()].map(({ group: of, member }) => `${name(of)}: ${name(member)}`).sort(),
  }
}

describe('a read of a directory', () => {
  test('gives people by their entryUUID, groups and members, page by page', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed: SEED + group('staff', ['ann', 'bob'].map(nameOf)) })
    const read = await image.read(await source(server.url, { pageSize: 1 }))

    expect(read).toEqual({ complete: true, gaps: [], notes: [] })
    expect(shown(image)).toEqual({
      users: ['ann', 'bob', 'cyd'],
      groups: ['staff'],
      members: ['staff: ann', 'staff: bob'],
    })
    const ann = [...image.objects.user.values()].find(({ attributes }) => attributes['uid'] === 'ann')
    expect(ann).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      attributes: {
        id: ann?.id,
        ...{ dn: nameOf('ann'), uid: 'ann', cn: 'ann Test', sn: 'Test', givenName: 'ann', mail: 'ann@example.com' },
      },
    })
  })

  test('knows a member by every spelling of the name', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const comma = `cn=Doe\\, Jo,ou=people,${BASE}`
    const odd = `cn=\\#1 \\"Ä\\+B\\" \\<x\\>\\\\,ou=people,${BASE}`
    const two = `cn=Two+uid=two,ou=people,${BASE}`
    const members = [
      `UID = ann , OU=People,dc=EXAMPLE,dc=com`,
      `0.9.2342.19200300.100.1.1=bob,ou=people,${BASE}`,
      `cn=doe\\2C  jo,ou=people,${BASE}`,
      `cn=\\23\\31 \\22\\C3\\84\\2BB\\22 \\3Cx\\3E\\5C,ou=people,${BASE}`,
      `uid=TWO+commonName=two,ou=people,${BASE}`,
    ]
    const server = await start({
      seed: [
        ...[BRANCHES, people('ann', 'bob')],
        ...[person('jo', { cn: 'Doe, Jo' }, comma), person('odd', { cn: '#1 "Ä+B" <x>\\' }, odd)],
        ...[person('two', { cn: 'Two' }, two), group('staff', members)],
      ].join('\n'),
    })
    const { notes } = await image.read(await source(server.url))

    expect(notes).toEqual([])
    expect(shown(image).members).toEqual(['ann', 'bob', 'jo', 'odd', 'two'].map((name) => `staff: ${name}`))
  })

  test('reads uniqueMember, memberUid and groups in groups, and tells leftover names apart from entries outside', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const seed = [
      SEED,
      record(`cn=old,ou=groups,${BASE}`, {
        objectClass: 'groupOfUniqueNames',
        cn: 'old',
        uniqueMember: `${nameOf('ann')}#'0101'B`,
      }),
      record(`cn=unix,ou=groups,${BASE}`, {
        objectClass: 'posixGroup',
        cn: 'unix',
        gidNumber: '7',
        memberUid: ['bob', 'zed'],
      }),
      group('all', [`cn=old,ou=groups,${BASE}`, nameOf('gone'), `cn=reader,${BASE}`]),
    ].join('\n')
    const server = await start({ seed })
    const { complete, notes } = await image.read(await source(server.url))

    expect(complete).toBe(true)
    expect(shown(image).members).toEqual(['all: old', 'old: ann', 'unix: bob'])
    expect([...image.memberships.values()].map(({ kind }) => kind).sort()).toEqual(['group', 'user', 'user'])
    expect(notes).toEqual([
      `2 names of members belong to no entry and were left out: ${nameOf('gone')}; zed`,
      '1 memberships of entries that are neither users nor groups of this source were left out',
    ])
  })

  test('takes options for other attributes, values for a set, and bytes for base64', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const seed = `${BRANCHES}${person(
      'ann',
      {
        cn: ['Zoe Ann', 'Ann Test', 'Annie'],
        'cn;lang-de': 'Änne',
        mail: ['z@example.com', 'a@example.com'],
        jpegPhoto: '\u{1}\u{2}',
      },
      `cn=Annie,ou=people,${BASE}`,
    )}`
    const server = await start({ seed })
    await image.read(await source(server.url, { attributes: { user: ['cn;lang-de', 'jpegPhoto', 'surname'] } }))

    const [ann] = image.objects.user.values()
    expect(ann?.attributes).toMatchObject({
      cn: ['Annie', 'Ann Test', 'Zoe Ann'],
      'cn;lang-de': 'Änne',
      mail: ['a@example.com', 'z@example.com'],
      jpegPhoto: 'AQI=',
      surname: 'Test',
    })
  })

  test('gives the same again on glued databases, each search on a connection of its own', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed: SEED, glue: true })
    const tree = await source(server.url, { users: { base: BASE }, pageSize: 2 })
    for (const how of ['read', 'read'] as const) {
      expect(await image[how](tree)).toMatchObject({ complete: true })
      expect(shown(image).users).toEqual(['ann', 'bob', 'cyd'])
    }
  })

  test('reads several bases, one of which is not read below its children', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const inner = person('deep', {}, `uid=deep,${nameOf('bob')}`)
    const server = await start({ seed: SEED + inner })
    const all = { base: [`ou=people,${BASE}`, nameOf('bob')], scope: 'one' }
    await image.read(await source(server.url, { users: all }))
    expect(shown(image).users).toEqual(['ann', 'bob', 'cyd', 'deep'])
  })

  test('follows no alias and no referral; a referral that nobody named makes the read incomplete', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const alias = record(`uid=alias,ou=people,${BASE}`, {
      objectClass: ['alias', 'extensibleObject'],
      uid: 'alias',
      aliasedObjectName: nameOf('ann'),
    })
    const elsewhere = `ldap://other.example/ou=far,${BASE}`
    const referral = record(`ou=far,ou=people,${BASE}`, {
      objectClass: ['referral', 'extensibleObject'],
      ou: 'far',
      ref: elsewhere,
    })
    const server = await start({ seed: `${SEED}${alias}\n${referral}` })
    const read = await image.read(await source(server.url))
    expect(read.complete).toBe(false)
    expect(read.gaps).toEqual([expect.stringContaining(`at another server, ${elsewhere}`)])

    const known = await image.read(await source(server.url, { knownReferrals: [elsewhere] }))
    expect(known).toMatchObject({ complete: true, gaps: [] })
    expect(shown(image).users).toEqual(['ann', 'bob', 'cyd'])
  })

  test('finds who is meant by a filter with escapes', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed: SEED + person('star', { cn: 'A*(B)\\' }) })
    const filter = '(&(objectClass=inetOrgPerson)(cn=a\\2a\\28b\\29\\5c))'
    await image.read(await source(server.url, { users: { base: BASE, filter } }))
    expect(shown(image).users).toEqual(['star'])
  })
})

describe('whether a person may sign in', () => {
  const seed =
    BRANCHES +
    [person('ann', { employeeType: 'Active' }), person('bob', { employeeType: 'left' }), person('cyd')].join('\n')
  const enabledOf = (image: SourceImage) =>
    Object.fromEntries([...image.objects.user.values()].map(({ attributes, enabled }) => [attributes['uid'], enabled]))

  test('is decided by an attribute that is read, and is unknown where it is not shown', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed })
    const read = async (enabled: unknown) => {
      await image.read(await source(server.url, { enabled }))
      return enabledOf(image)
    }
    expect(await read({ attribute: 'employeeType', is: ['active'] })).toEqual({ ann: true, bob: false, cyd: undefined })
    expect(await read({ attribute: 'employeeType', isNot: ['LEFT'] })).toEqual({
      ann: true,
      bob: false,
      cyd: undefined,
    })
    expect(await read({ attribute: 'employeeType', isNot: ['left'], whenAbsent: 'enabled' })).toEqual({
      ann: true,
      bob: false,
      cyd: true,
    })
    expect(await read(undefined)).toEqual({ ann: undefined, bob: undefined, cyd: undefined })
  })

  test('is unknown for everybody where the account may not read the attribute', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed, access: ['access to attrs=employeeType by * none'] })
    await image.read(await source(server.url, { enabled: { attribute: 'employeeType', isNot: ['left'] } }))
    expect(enabledOf(image)).toEqual({ ann: undefined, bob: undefined, cyd: undefined })
  })
})

describe('one entry is found', () => {
  const comma = `cn=Doe\\, Jo,ou=people,${BASE}`
  const seed = `${SEED}${person('jo', { cn: 'Doe, Jo' }, comma)}\n${group('staff', [nameOf('ann'), comma, nameOf('gone')])}\n${group('all', [`cn=staff,ou=groups,${BASE}`])}`

  test('by its key, its name in the tree, or what people call it', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed })
    const tree = await source(server.url)
    await image.read(tree)
    const [jo] = [...image.objects.user.values()].filter(({ attributes }) => attributes['uid'] === 'jo')
    const staff = [...image.objects.group.values()].find(({ attributes }) => attributes['cn'] === 'staff')?.id
    for (const reference of [
      jo?.id.toUpperCase() ?? '',
      'CN=doe\\2C jo,ou=people,dc=example,dc=com',
      'DOE, JO',
      'jo@example.com',
    ]) {
      expect(await tree.find('user', reference, sourceCall())).toEqual([{ object: jo, members: [], memberOf: [staff] }])
    }
    expect(await tree.find('user', 'nobody', sourceCall())).toEqual([])
  })

  test('a group with its members, those of other groups as groups', async (context) => {
    await using directory = open(context)
    const { start, source, image } = directory
    const server = await start({ seed })
    const tree = await source(server.url)
    await image.read(tree)
    const [staff] = await tree.find('group', 'Staff', sourceCall())
    expect(staff?.members.map(({ member }) => image.objects.user.get(member)?.attributes['uid']).sort()).toEqual([
      'ann',
      'jo',
    ])
    const [all] = await tree.find('group', `cn=all,ou=groups,${BASE}`, sourceCall())
    expect(all?.members).toEqual([{ group: all?.object.id, member: staff?.object.id, kind: 'group' }])
  })
})

test('a trial tells who we are and how many there are', async (context) => {
  await using directory = open(context)
  const { start, source } = directory
  const server = await start({ seed: SEED })
  const facts = await (await source(server.url)).test(sourceCall())
  expect(facts.summary).toBe(`${server.url} answers to dn:cn=reader,${BASE}; 3 users, keyed by entryUUID`)
  expect(facts.attributes?.user).toContain('employeeType')
})
