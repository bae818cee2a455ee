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
  ['wants If-Match', { needsVersion: true }],
  ['wants If-Match and takes PUT alone', { needsVersion: true, noPatch: 501 }],
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
  ['shows active as a text', { activeText: true }],
  ['shows no members in listings', { listsWithoutMembers: true }],
  ['shows memberships at users alone', { hidesMembers: 'users' }],
  ['tells memberships by a filter alone', { hidesMembers: 'filter' }],
  ['has schemas that leave out most of what it takes', { poorSchemas: true }],
  ['takes three members at a time', { mostMembers: 3 }],
  ['does all of it', { mediaType: true, pedantic: true, needsVersion: true, terse: true, page: { most: 2 } }],
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

test('a server that shows members nowhere gets no member twice in one cycle, and what does not show is reported as failed', async () => {
  await using server = await serveOddly({ hidesMembers: 'nowhere' })
  using world = new World()
  world.write(first)
  const target = openThrough(server.url, 'token')
  const { state, counts, error } = await world.cycle(target)
  expect({ state, error }).toEqual({ state: 'entry-errors', error: undefined })
  expect(counts).toMatchObject({ created: 16, failed: 2, membersAdded: 0 })
  for (const { values } of server.groups.values()) {
    const members = (values['members'] as { value: string }[]).map(({ value }) => value)
    expect(new Set(members).size).toBe(members.length)
  }
})
