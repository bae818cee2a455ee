import { expect, test } from 'vitest'
import { type Oddities, type OddServer, serveOddly } from '../../support/scim/odd-server.ts'
import { World } from '../../support/scim/world.ts'
import { startingProfile } from '../../../src/scim/target/profile.ts'
import { openThrough } from '../../scim-targets/open-through.ts'

const people = Array.from({ length: 13 }, (_, n) => ({
  id: `p${n}`,
  userName: `p${n}@acme.example`,
  email: `p${n}@acme.example`,
}))
const groups = {
  a: { name: 'A', members: people.map(({ id }) => id) },
  b: { name: 'B', members: ['p1'] },
  c: { name: 'C', members: [] },
}
const first = { people, groups }
/** Somebody is renamed, somebody disabled, somebody left; one group is renamed, one gone, members moved. */
const second = {
  people: people.slice(0, 12).map((one, n) => ({ ...one, familyName: n === 1 ? 'New' : 'F', active: n !== 2 })),
  groups: { a: { name: 'A', members: ['p1', 'p3'] }, b: { name: 'B two', members: ['p0', 'p4'] } },
}

function stateOf({ users, groups: all }: OddServer) {
  const name = (id: unknown): string => String(users.get(String(id))?.values['externalId'])
  return {
    users: Object.fromEntries(
      [...users.values()].map(({ values }) => [
        values['externalId'],
        `${(values['name'] as { familyName: string }).familyName}${values['active'] === false ? ' (off)' : ''}`,
      ]),
    ),
    groups: Object.fromEntries(
      [...all.values()].map(({ values }) => [
        values['displayName'],
        ((values['members'] ?? []) as { value: string }[]).map(({ value }) => name(value)).sort(),
      ]),
    ),
  }
}

const ODD: readonly (readonly [string, Oddities])[] = [
  ['obliges', {}],
  ['takes application/scim+json alone', { mediaType: true }],
  ['wants schemas, small op and no other attributes', { pedantic: true }],
  ['takes PUT alone, and answers PATCH with 405', { noPatch: 405 }],
  ['takes PUT alone, and answers PATCH with 501', { noPatch: 501, pedantic: true }],
  ['takes PATCH for members alone, and PUT for all else alone', { patchesMembersAlone: true }],
  ['wants If-Match', { needsVersion: 428 }],
  ['wants If-Match, and says so by 412', { needsVersion: 412 }],
  ['wants If-Match and takes PUT alone', { needsVersion: 428, noPatch: 501, pedantic: true }],
  ['takes application/json alone', { plainJson: true }],
  ['sends to addresses with a slash at the end', { redirects: 'to a slash' }],
  ['has moved below its address', { redirects: 'to another path', strangeIds: true }],
  ['has pages by cursors alone, and says no totals', { cursors: true }],
  ['counts in the total what it does not show', { uncounted: 3 }],
  ['counts what it does not show, and gives 4 a page', { uncounted: 3, page: { most: 4 } }],
  ['names attributes in capitals', { capitals: true }],
  ['names attributes in capitals and takes PUT alone', { capitals: true, noPatch: 405, pedantic: true }],
  ['leaves out of listings who is disabled', { hidesInactive: true }],
  ['leaves out of listings who is disabled, and filters alike', { hidesInactive: true, page: { most: 5 } }],
  ['gives one entry a page', { page: { most: 1 } }],
  ['refuses pages of more than 5', { page: { most: 5, refuses: true } }],
  ['gives whole listings whatever is asked', { wholeListings: true }],
  ['says no totals', { noTotal: true, page: { most: 5 } }],
  ['answers without bodies', { terse: true }],
  ['refuses filters', { filters: 'refused' }],
  ['answers a filter that finds nothing with 404', { filters: 'not found' }],
  ['answers a filter with the resource itself', { filters: 'bare' }],
  ['ignores filters', { filters: 'ignored' }],
  ['has numbers for ids', { numbers: true }],
  ['has ids that have to be escaped and differ in their case alone', { strangeIds: true }],
  ['has such ids and answers without bodies', { strangeIds: true, terse: true, hidesMembers: 'users' }],
  ['wants a boolean active, in a PUT too', { needsActive: true, noPatch: 501 }],
  ['shows active as a text', { activeText: true }],
  ['shows no members in listings', { listsWithoutMembers: true }],
  ['shows memberships at users alone', { hidesMembers: 'users' }],
  ['tells memberships by a filter alone', { hidesMembers: 'filter' }],
  ['shows members to who asks for them by name', { hidesMembers: 'unasked' }],
  ['shows less of a group that is read by itself', { readsShowLess: true, listsWithoutMembers: true }],
  ['has the total of a page for that of all', { page: { most: 10 }, pageTotals: true }],
  ['takes one operation in a PATCH', { mostOperations: 1 }],
  ['has schemas that leave out most of what it takes', { poorSchemas: true }],
  ['takes three members at a time', { mostMembers: 3 }],
  [
    'does all of it',
    {
      ...{ mediaType: true, pedantic: true, needsVersion: 428, terse: true, page: { most: 2 } },
      ...{ strangeIds: true, needsActive: true, mostOperations: 1, mostMembers: 1 },
    },
  ],
]

test.each(ODD)('a server that %s is brought in step, and then left alone', async (_, odd) => {
  await using server = await serveOddly(odd)
  using world = new World()
  let profile = startingProfile('generic')
  const cycle = (kind: 'full' | 'due') =>
    world.cycle(openThrough(server.url, 'token', { profile, onLearned: (learned) => (profile = learned) }), { kind })
  const writes = () => server.requests.filter((request) => !request.startsWith('GET')).length

  world.write(first)
  expect((await cycle('due')).counts).toMatchObject({ created: 16, membersAdded: 14, failed: 0, warnings: 0 })
  expect(stateOf(server)).toEqual({
    users: Object.fromEntries(people.map(({ id }) => [id, 'F'])),
    groups: { A: people.map(({ id }) => id).sort(), B: ['p1'], C: [] },
  })
  world.write(second)
  const { error, counts } = await cycle('due')
  expect(error).toBeUndefined()
  expect(counts).toMatchObject({ failed: 0, disabled: 2, updated: 2, deleted: 1 })
  expect(stateOf(server)).toEqual({
    users: Object.fromEntries(
      people.map(({ id }, n) => [id, `${n === 1 ? 'New' : 'F'}${n === 2 || n === 12 ? ' (off)' : ''}`]),
    ),
    groups: { A: ['p1', 'p3'], 'B two': ['p0', 'p4'] },
  })
  const before = writes()
  expect(await cycle('full')).toMatchObject({ state: 'succeeded', error: undefined })
  expect(writes()).toBe(before)
})

const BLIND: readonly (readonly [string, Oddities])[] = [
  ['shows no members', { hidesMembers: 'nowhere' }],
  [
    'says that groups have none, and shows less of one',
    { hidesMembers: 'nowhere', saysNoMembers: true, readsShowLess: true },
  ],
]

test.each(BLIND)('at a server that %s, memberships are sent once and never called proven', async (_, odd) => {
  await using server = await serveOddly(odd)
  using world = new World()
  let profile = startingProfile('generic')
  const cycle = (kind: 'full' | 'due') =>
    world.cycle(openThrough(server.url, 'token', { profile, onLearned: (learned) => (profile = learned) }), { kind })
  const writes = () => server.requests.filter((request) => !request.startsWith('GET')).length

  world.write(first)
  const begun = await cycle('due')
  expect(begun).toMatchObject({ state: 'succeeded', error: undefined })
  expect(begun.counts).toMatchObject({ created: 16, failed: 0, membersAdded: 0, membersUnverified: 14 })
  // One member of one group was sent a second time, to tell such a server from one that forgot.
  const sent = [...server.groups.values()].flatMap(({ values }) => values['members'] as { value: string }[])
  expect(sent.length).toBe(15)

  world.write(second)
  expect((await cycle('due')).counts).toMatchObject({ failed: 0, membersAdded: 0, membersRemoved: 0 })
  expect(stateOf(server).groups).toEqual({ A: ['p1', 'p3'], 'B two': ['p0', 'p4'] })
  const before = writes()
  expect(await cycle('full')).toMatchObject({ state: 'succeeded', error: undefined })
  expect(writes()).toBe(before)
})

test('a server that forgets the first addition is not taken for one that shows none', async () => {
  await using server = await serveOddly({ forgetsAdditions: 1 })
  using world = new World()
  let profile = startingProfile('generic')
  const cycle = () =>
    world.cycle(openThrough(server.url, 'token', { profile, onLearned: (learned) => (profile = learned) }))
  world.write({ people: first.people, groups: { a: first.groups.a } })
  await cycle()
  expect(profile.membersUnverifiable).toBeUndefined()
  expect((await cycle()).counts).toMatchObject({ failed: 0 })
  expect(stateOf(server).groups).toEqual({ A: first.groups.a.members.toSorted() })
})

test('a server that shows members after all is believed again', async () => {
  const odd: { hidesMembers?: 'nowhere' } = { hidesMembers: 'nowhere' }
  await using server = await serveOddly(odd)
  using world = new World()
  let profile = startingProfile('generic')
  const cycle = () =>
    world.cycle(openThrough(server.url, 'token', { profile, onLearned: (learned) => (profile = learned) }))
  world.write(first)
  await cycle()
  expect(profile.membersUnverifiable).toBe(true)
  const [group] = server.groups.values()
  if (group) group.values['members'] = [{ value: '1' }]
  delete odd.hidesMembers
  expect((await cycle()).counts).toMatchObject({ failed: 0, membersAdded: 12, membersUnverified: 0 })
  expect(profile.membersUnverifiable).toBeUndefined()
})

test('what a server ignores in a POST and refuses in a PATCH is not sent again, and is no failure', async () => {
  await using server = await serveOddly({ keepsNot: ['emails'] })
  using world = new World()
  let profile = startingProfile('generic')
  const cycle = () =>
    world.cycle(openThrough(server.url, 'token', { profile, onLearned: (learned) => (profile = learned) }))
  const writes = () => server.requests.filter((request) => !request.startsWith('GET')).length
  world.write(first)
  expect((await cycle()).counts).toMatchObject({ created: 16, failed: 0, warnings: 13 })
  const before = writes()
  expect((await cycle()).counts).toMatchObject({ failed: 0 })
  expect(writes()).toBe(before)
  world.write({ ...first, people: people.map((one) => ({ ...one, email: `new-${one.email}` })) })
  expect((await cycle()).counts).toMatchObject({ failed: 0, warnings: 13 })
})

test('who is renamed and disabled at once is disabled where the name is refused', async () => {
  await using server = await serveOddly({ namesStay: true })
  using world = new World()
  world.write(first)
  await world.cycle(openThrough(server.url, 'token'))
  world.write({ ...first, people: people.map((one, n) => (n === 0 ? { ...one, userName: 'x', active: false } : one)) })
  expect((await world.cycle(openThrough(server.url, 'token'))).counts).toMatchObject({ failed: 1 })
  expect(stateOf(server).users['p0']).toBe('F (off)')
})

test('a server that takes one operation in a PATCH gets each change by itself, and at once the next time', async () => {
  await using server = await serveOddly({ mostOperations: 1 })
  using world = new World()
  let profile = startingProfile('generic')
  const cycle = (named: string) => {
    world.write({ groups, people: people.map((one) => ({ ...one, givenName: named, familyName: named })) })
    return world.cycle(openThrough(server.url, 'token', { profile, onLearned: (learned) => (profile = learned) }))
  }
  const patches = () => server.requests.filter((request) => request.startsWith('PATCH')).length
  await cycle('A')
  expect((await cycle('B')).counts).toMatchObject({ updated: 13, failed: 0 })
  expect(profile.onePerPatch).toBe(true)
  const before = patches()
  expect((await cycle('C')).counts).toMatchObject({ updated: 13, failed: 0 })
  expect(patches() - before).toBe(26)
})
