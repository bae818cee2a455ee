import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { SourceMember } from '../../../../src/scim/source.ts'
import { c1zSource } from '../../../../src/scim/sources/c1z/c1z-source.ts'
import { openSource } from '../../../../src/scim/sources/open-source.ts'
import { SourceOptions } from '../../../../src/scim/sources/options.ts'
import { sourceParts } from '../../../support/scim/source-parts.ts'
import type { Plain } from '../../sdk/wire/rows/random-message.ts'
import { group, member, membership, storeAt, TYPES, user } from '../../sdk/snapshot/rows.ts'
import {
  annotation,
  entitlementRow,
  foreignSnapshot,
  type ForeignSync,
  GROUP_TYPE,
  grantRow,
  groupRow,
  resourceId,
  structOf,
  USER_TYPE,
  userRow,
} from './foreign-snapshot.ts'
import { callWith, folderWith, refusalOf, sourceOf, take, type Taken } from './source-trial.ts'

const C1Z = { type: 'c1z', file: 'x.c1z' }

/** With every attribute. */
const readFile = (folder: string, name: string): Promise<Taken> => take(c1zSource({ path: join(folder, name), name }))
const readBytes = (bytes: Uint8Array): Promise<Taken> => readFile(folderWith({ 'x.c1z': bytes }), 'x.c1z')
const readSync = (sync: ForeignSync): Promise<Taken> => readBytes(foreignSnapshot([sync]))

/** Members may come in any order. */
async function readSorted(sync: ForeignSync): Promise<Taken> {
  const taken = await readSync(sync)
  const byName = (a: SourceMember, b: SourceMember): number =>
    `${a.group} ${a.member}` < `${b.group} ${b.member}` ? -1 : 1
  return { ...taken, members: taken.members.toSorted(byName) }
}

const [ann, bob, staff, board] = [userRow('ann'), userRow('bob'), groupRow('staff'), groupRow('board')]
const staffMember = entitlementRow('staff', 'member')
const boardMember = entitlementRow('board', 'member')

/** Two users in a group, which is in another. */
const SMALL: ForeignSync = {
  resources: [ann, bob, staff, board],
  entitlements: [staffMember, boardMember],
  grants: [grantRow(staffMember, ann), grantRow(staffMember, bob), grantRow(boardMember, staff)],
}
const MEMBERS = [
  { group: 'group:board', member: 'group:staff', kind: 'group' },
  { group: 'group:staff', member: 'user:ann', kind: 'user' },
  { group: 'group:staff', member: 'user:bob', kind: 'user' },
]
const CHOICE = 'x.c1z: read from the sync sync0, which ended 2026-01-01 01:00:00'

describe('a c1z source', () => {
  it('gives what this program synced', async () => {
    const folder = folderWith({})
    const writer = await storeAt(folder).begin('full', () => false)
    const rows = {
      resourceTypes: TYPES,
      resources: [{ ...user('u1'), status: { state: 'disabled' as const } }, user('u2'), group('g1')],
      entitlements: [member('g1')],
      grants: [membership('u1', 'g1'), { ...membership('u2', 'g1'), immutable: { reason: 'synced * by *' } }],
    }
    writer.write(rows, 'done')
    await writer.finish()
    const { users, groups, members, complete } = await readFile(folder, 'sync.c1z')
    const attributes = (id: string): object => ({
      id,
      resourceType: 'user',
      displayName: `User ${id}`,
      login: id,
      email: `${id}@example.com`,
      emails: [`${id}@example.com`],
      accountType: 'human',
    })
    expect({ users, groups, members, complete }).toEqual({
      complete: true,
      users: [
        { id: 'user:u1', enabled: false, attributes: { ...attributes('u1'), status: 'disabled' } },
        { id: 'user:u2', attributes: attributes('u2') },
      ],
      groups: [{ id: 'group:g1', attributes: { id: 'g1', resourceType: 'group', displayName: 'Group g1' } }],
      members: ['user:u1', 'user:u2'].map((id) => ({ group: 'group:g1', member: id, kind: 'user' })),
    })
  })

  it('gives every fact that a connector knows of a user and a group', async () => {
    const trait: Plain = {
      emails: [{ address: 'second@example.com' }, { address: 'ann@example.com', is_primary: true }],
      status: { status: 2, details: 'left' },
      login: 'ann',
      login_aliases: ['a'],
      employee_ids: ['007'],
      account_type: 2,
      created_at: { seconds: 1 },
      last_login: { seconds: 2 },
      mfa_status: { mfa_enabled: true },
      sso_status: {},
      structured_name: { given_name: 'Ann', family_name: 'Lee', middle_names: ['M'] },
    }
    const profile = structOf({
      department: 'IT',
      floor: 3,
      remote: false,
      none: null,
      empty: '',
      roles: ['a', 'b'],
      mixed: ['a', 1],
      address: { city: 'Bonn', geo: { lat: 1 } },
    })
    const { users, groups } = await readSync({
      resources: [
        userRow('1', trait, { profile, parent_resource_id: resourceId('org', 'o'), external_id: { id: 'x1' } }),
        userRow('2', { profile: structOf({ first_name: 'Bob', last_name: 'Moor' }) }),
        groupRow('g', { description: 'All', annotations: [annotation('GroupTrait', { group_source_type: 'native' })] }),
      ],
      entitlements: [entitlementRow('g', 'member')],
    })
    expect(users).toEqual([
      {
        id: 'user:1',
        enabled: false,
        attributes: {
          id: '1',
          resourceType: 'user',
          displayName: 'User 1',
          parentId: 'o',
          parentType: 'org',
          externalId: 'x1',
          login: 'ann',
          loginAliases: ['a'],
          email: 'ann@example.com',
          emails: ['second@example.com', 'ann@example.com'],
          givenName: 'Ann',
          familyName: 'Lee',
          middleNames: ['M'],
          accountType: 'service',
          employeeIds: ['007'],
          status: 'disabled',
          statusDetails: 'left',
          createdAt: '1970-01-01T00:00:01.000Z',
          lastLogin: '1970-01-01T00:00:02.000Z',
          mfaEnabled: true,
          ssoEnabled: false,
          'profile.department': 'IT',
          'profile.floor': 3,
          'profile.remote': false,
          'profile.roles': ['a', 'b'],
          'profile.address.city': 'Bonn',
          'profile.address.geo.lat': 1,
        },
      },
      {
        id: 'user:2',
        attributes: {
          id: '2',
          resourceType: 'user',
          displayName: 'User 2',
          givenName: 'Bob',
          familyName: 'Moor',
          'profile.first_name': 'Bob',
          'profile.last_name': 'Moor',
        },
      },
    ])
    expect(groups[0]?.attributes).toMatchObject({ description: 'All', sourceType: 'native' })
  })

  it('reads what is usual and what is asked for, in the order of the names, and finds people with all', async () => {
    const profile = structOf({ team: 'x', address: { city: 'Bonn', street: 'y' } })
    const folder = folderWith({
      'x.c1z': foreignSnapshot([{ resources: [userRow('ann', { login: 'ann' }, { profile })] }]),
    })
    const source = await openSource(
      SourceOptions.parse(C1Z),
      sourceParts(folder, { attributes: { user: ['resourceType', 'profile.address.city'], group: [] } }),
    )
    const { users } = await take(source)
    expect(Object.keys(users[0]?.attributes ?? {})).toEqual([
      'displayName',
      'id',
      'login',
      'resourceType',
      'profile.address.city',
    ])
    const [found] = await source.find('user', 'ann', callWith())
    expect(found?.object.attributes).toMatchObject({ login: 'ann', 'profile.team': 'x' })
  })

  it('reads the status that newer connectors keep beside the trait', async () => {
    const status = (number: number): Plain => ({ status: { status: number } })
    const { users } = await readSync({
      resources: [
        userRow('1', status(2), status(1)),
        userRow('2', status(1), status(3)),
        userRow('3', status(1), status(0)),
      ],
    })
    expect(users.map(({ enabled }) => enabled)).toEqual([true, false, true])
  })

  it.each([
    ['embed entitlement and principal', {}],
    ['are slim', { slim: true }],
  ])('takes members from grants that %s', async (_, rest) => {
    const grants = SMALL.grants?.map((grant) => ({ ...grant, ...rest }))
    const { members, complete, notes } = await readSorted({ ...SMALL, ...(grants && { grants }) })
    expect({ members, complete, notes }).toEqual({ members: MEMBERS, complete: true, notes: [CHOICE] })
  })

  it('takes direct members only from a file that was expanded, and says so', async () => {
    const sources = (...ids: readonly string[]): Plain => ({
      sources: { sources: Object.fromEntries(ids.map((id) => [id, {}])) },
    })
    const { members, complete, notes } = await readSorted({
      ...SMALL,
      grants: [
        grantRow(staffMember, ann),
        { ...grantRow(staffMember, bob, sources('group:staff:member', 'group:other:member')), slim: true },
        grantRow(boardMember, staff),
        grantRow(boardMember, ann, sources('group:staff:member')),
        { ...grantRow(boardMember, bob, sources('group:staff:member')), slim: true },
      ],
    })
    expect({ members, complete, notes }).toEqual({
      members: MEMBERS,
      complete: true,
      notes: [CHOICE, 'x.c1z: only direct memberships are used; left out because they come through other groups: 2'],
    })
  })

  it.each([
    ['the slug member', undefined, [['member', 0]], ['member']],
    ['the slug member whatever the purpose', undefined, [['member', 2]], ['member']],
    [
      'what is assigned, in a group without the slug member',
      undefined,
      [
        ['in', 1],
        ['also', 1],
      ],
      ['in', 'also'],
    ],
    [
      'not what is assigned besides the slug member',
      undefined,
      [
        ['member', 1],
        ['owner', 1],
      ],
      ['member'],
    ],
    [
      'not what is permitted, owned or without a purpose',
      undefined,
      [
        ['a', 2],
        ['b', 3],
        ['c', 0],
      ],
      [],
    ],
    [
      'what the configuration names',
      ['member', 'owner'],
      [
        ['member', 1],
        ['owner', 3],
        ['in', 1],
      ],
      ['member', 'owner'],
    ],
  ] as const)('takes for membership %s', async (_, chosen, entitlements, expected) => {
    const rows = entitlements.map(([slug, purpose]) => entitlementRow('staff', slug, { purpose }))
    const people = rows.map((row) => userRow(`of ${String(row['slug'])}`))
    const sync = {
      resources: [staff, ...people],
      entitlements: rows,
      grants: rows.map((row, at) => grantRow(row, people[at] ?? {})),
    }
    const options = { ...C1Z, ...(chosen && { membership: chosen }) }
    const { members, notes, complete } = await take(
      await sourceOf(folderWith({ 'x.c1z': foreignSnapshot([sync]) }), options),
    )
    const slugs: readonly string[] = expected
    const others = entitlements.map(([slug]) => slug).filter((slug) => !slugs.includes(slug))
    expect(members.map(({ member: id }) => id).sort()).toEqual(expected.map((slug) => `user:of ${slug}`).sort())
    expect(complete).toBe(true)
    expect(notes.slice(1)).toEqual(
      others.length === 0
        ? []
        : [`x.c1z: what groups give besides membership is left out: ${others.map((slug) => `"${slug}"`).join(', ')}`],
    )
  })

  it('leaves out members that are no users or groups, or not in the file, and entitlements of other things', async () => {
    const role = { resource: { id: resourceId('role', 'r') }, id: 'role:r:member', slug: 'member', purpose: 1 }
    const { members, complete, notes } = await readSorted({
      ...SMALL,
      types: [USER_TYPE, GROUP_TYPE, { id: 'role', traits: [3] }, { id: 'future', traits: [99] }],
      resources: [...(SMALL.resources ?? []), { id: resourceId('role', 'r') }],
      entitlements: [...(SMALL.entitlements ?? []), role],
      grants: [
        ...(SMALL.grants ?? []),
        grantRow(role, ann),
        grantRow(staffMember, { id: resourceId('role', 'r') }),
        grantRow(staffMember, userRow('gone')),
      ],
    })
    expect({ members, complete, notes }).toEqual({
      members: MEMBERS,
      complete: true,
      notes: [
        CHOICE,
        'x.c1z: members that are neither users nor groups are left out: 1',
        'x.c1z: members that the file does not hold are left out: 1',
      ],
    })
  })

  it('is incomplete where grants on groups have entitlements that the file does not hold', async () => {
    const { gaps, members } = await readSync({ ...SMALL, entitlements: [staffMember] })
    expect(members).toEqual(MEMBERS.slice(1))
    expect(gaps).toEqual([
      'x.c1z does not hold the entitlements of 1 grants on groups, the first is "group:board:member"; they may be memberships',
    ])
  })

  it('reads the finished full sync that ended last, and names newer ones', async () => {
    const { users, notes } = await readBytes(
      foreignSnapshot([
        { resources: [ann] },
        { resources: [ann, bob] },
        { resources: [bob], type: 'partial' },
        { resources: [], unfinished: true },
      ]),
    )
    expect(users).toHaveLength(2)
    expect(notes).toEqual([
      'x.c1z: read from the sync sync1, which ended 2026-01-02 01:00:00',
      'x.c1z: the newer sync sync2 is not read, because it is of the type partial',
      'x.c1z: the newer sync sync3 is not read, because it is unfinished',
    ])
  })

  it('gives the same for any order of the rows and any number of grants', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2500 }), fc.integer({ min: 1, max: 7 }), async (users, groups) => {
        const people = Array.from({ length: users }, (_, at) => userRow(`u${at}`))
        const teams = Array.from({ length: groups }, (_, at) => groupRow(`g${at}`))
        const entitlements = teams.map((_, at) => entitlementRow(`g${at}`, 'member'))
        const grants = people.map((each, at) => grantRow(entitlements[(at * 5) % groups] ?? {}, each))
        const { members } = await readSync({ resources: [...teams, ...people], entitlements, grants })
        const expected = people.map((_, at) => `group:g${(at * 5) % groups} user:u${at}`)
        expect(members.map(({ group: id, member: of }) => `${id} ${of}`).sort()).toEqual(expected.sort())
      }),
      { numRuns: 8 },
    )
  })

  it('finds a user and a group by what people call them', async () => {
    const folder = folderWith({
      'x.c1z': foreignSnapshot([
        { ...SMALL, resources: [userRow('ann', { emails: [{ address: 'Ann@Example.com' }] }), bob, staff, board] },
      ]),
    })
    const source = await sourceOf(folder, C1Z)
    for (const reference of ['user:ann', 'ann', 'ann@EXAMPLE.com', 'user ann'])
      expect(await source.find('user', reference, callWith())).toMatchObject([
        { object: { id: 'user:ann' }, memberOf: ['group:staff'] },
      ])
    expect(await source.find('group', 'Group board', callWith())).toMatchObject([{ members: [MEMBERS[0]] }])
    expect((await source.test(callWith())).summary).toBe('x.c1z: 2 users, 2 groups, 3 memberships')
  })

  it('stops on request', async () => {
    const source = await sourceOf(folderWith({ 'x.c1z': foreignSnapshot([SMALL]) }), C1Z)
    expect(await refusalOf(take(source, callWith(AbortSignal.abort())))).toBe(
      'canceled: read x.c1z: stopped on request',
    )
  })
})

describe('a c1z source refuses in one sentence', () => {
  const small = foreignSnapshot([SMALL])
  const damaged = (table: string): Buffer =>
    foreignSnapshot([SMALL], (database) =>
      database.prepare(`update ${table} set data = ? where id = 1`).run(Buffer.from('0aff2a', 'hex')),
    )

  it.each([
    [
      'a snapshot without users',
      foreignSnapshot([{ resources: [staff] }]),
      'invalid-argument: read x.c1z: the snapshot holds no users; a source without entries is taken for a mistake',
    ],
    [
      'a snapshot without a type that is users',
      foreignSnapshot([{ ...SMALL, types: [GROUP_TYPE] }]),
      'invalid-argument: read x.c1z: the snapshot holds no users; a source without entries is taken for a mistake',
    ],
    [
      'an unfinished sync',
      foreignSnapshot([{ ...SMALL, unfinished: true }]),
      'failed-precondition: read x.c1z: the file holds an unfinished sync only, in which people may be missing; sync it in full first',
    ],
    [
      'a partial sync',
      foreignSnapshot([{ ...SMALL, type: 'partial' }]),
      'failed-precondition: read x.c1z: the file holds no finished full sync, and others do not tell who has left; sync it in full first',
    ],
    [
      'a file without syncs',
      foreignSnapshot([]),
      'failed-precondition: read x.c1z: the file holds no sync; sync it in full first',
    ],
    [
      'a file without tables',
      foreignSnapshot([SMALL], (database) => database.exec('drop table v1_resources')),
      'invalid-argument: read x.c1z: the snapshot holds no users; a source without entries is taken for a mistake',
    ],
    ['an empty file', Buffer.alloc(0), 'invalid-argument: read x.c1z: the file is empty'],
    [
      'a Pebble file',
      Buffer.from('C1Z3\0\0\0\0\x10'),
      'failed-precondition: read snapshot: x.c1z is a v3 snapshot (Pebble storage), which Go programs alone read; its connector writes v1 with --storage-engine sqlite --file NEW.c1z, and baton sanitize --out-engine sqlite --out NEW.c1z converts it with pseudonyms for names; choose another source',
    ],
    [
      'another file',
      Buffer.from('externalId,userName\n'),
      'invalid-argument: read snapshot: x.c1z is not a c1z file; choose another source',
    ],
    [
      'a file that is cut off',
      small.subarray(0, small.length - 9),
      'data-loss: read snapshot: x.c1z is damaged: it cannot be unpacked; restore it from a copy or choose another source',
    ],
    [
      'a damaged type',
      damaged('v1_resource_types'),
      'data-loss: read x.c1z: the row of the type user is damaged; sync again, or restore the file from a copy',
    ],
    [
      'a damaged resource',
      damaged('v1_resources'),
      'data-loss: read x.c1z: the row of user:ann is damaged; sync again, or restore the file from a copy',
    ],
    [
      'a damaged entitlement',
      damaged('v1_entitlements'),
      'data-loss: read x.c1z: the row of group:staff:member is damaged; sync again, or restore the file from a copy',
    ],
    [
      'a damaged grant',
      damaged('v1_grants'),
      'data-loss: read snapshot: a grant of group:staff:member is damaged; sync again, or restore the file from a copy',
    ],
  ])('%s', async (_, bytes, sentence) => {
    expect(await refusalOf(readBytes(bytes))).toBe(sentence)
  })

  it('a file that is not there, and a folder', async () => {
    const folder = folderWith({})
    expect(await refusalOf(take(await sourceOf(folder, C1Z)))).toBe(
      'not-found: read x.c1z: the file does not exist; check its path',
    )
    expect(await refusalOf(take(await sourceOf(folder, { type: 'c1z', file: '.' })))).toBe(
      'invalid-argument: read snapshot: . is not a c1z file; choose another source',
    )
  })
})

/** Snapshots that official code expanded, with the grants it made; see the variable's folder for where they come from. */
const FIXTURES = process.env['BATON_EXPANSION_FIXTURES']

describe.skipIf(FIXTURES === undefined || !existsSync(join(FIXTURES, 'edges-before.sqlite.c1z')))(
  'snapshots that official code expanded',
  () => {
    interface Grant {
      readonly entitlement: string
      readonly principalId: readonly [type: string, id: string]
      readonly sources: Readonly<Record<string, boolean>> | null
    }

    it.each(['edges-before', 'edges-after'])('%s gives the members that hold a group themselves', async (name) => {
      const folder = folderWith({})
      copyFileSync(join(FIXTURES ?? '', `${name}.sqlite.c1z`), join(folder, 'x.c1z'))
      const { members, complete } = await take(await sourceOf(folder, C1Z))
      const grants = JSON.parse(readFileSync(join(FIXTURES ?? '', `${name}.json`), 'utf8')) as readonly Grant[]
      const expected = grants.flatMap(({ entitlement, principalId: [type, id], sources }) => {
        const match = /^(group:.*):member$/.exec(entitlement)
        const isMember = ['user', 'group', 'service_account'].includes(type)
        const direct = !sources || Object.keys(sources).length === 0 || entitlement in sources
        return match && direct && isMember ? [`${match[1]} ${type}:${id}`] : []
      })
      expect(complete).toBe(true)
      expect(members.map(({ group: of, member: who }) => `${of} ${who}`).sort()).toEqual([...new Set(expected)].sort())
    })

    it('in the Pebble form are refused', async () => {
      const folder = folderWith({})
      writeFileSync(join(folder, 'x.c1z'), readFileSync(join(FIXTURES ?? '', 'edges-before.pebble.c1z')))
      expect(await refusalOf(take(await sourceOf(folder, C1Z)))).toContain('Pebble')
    })
  },
)
