import { expect, test } from 'vitest'
import { startingProfile } from '../../../src/scim/target/profile.ts'
import { openThrough } from '../../scim-targets/open-through.ts'
import { serveOddly } from '../../support/scim/odd-server.ts'
import { serveStrictly, type StrictServer, type Tells } from '../../support/scim/strict-server.ts'
import { World } from '../../support/scim/world.ts'

const person = (id: string, more: { familyName?: string; email?: string; active?: boolean } = {}) => ({
  id,
  userName: `${id}@acme.example`,
  givenName: 'Ada',
  familyName: 'Lovelace',
  email: `${id}@acme.example`,
  ...more,
})
const people = ['a', 'b', 'c', 'd'].map((id) => person(id))

const seen = ({ users, groups }: StrictServer) => ({
  users: [...users.values()].map(({ userName, name, emails, active }) => [
    userName,
    (name as { formatted: string }).formatted,
    (emails as { value: string }[]).map(({ value }) => value).join(' '),
    active,
  ]),
  groups: Object.fromEntries(
    [...groups.values()].map(({ displayName, members }) => [
      displayName,
      (members as { value: string }[]).map(({ value }) => value.charAt(0)).join(''),
    ]),
  ),
})

async function provision(tells: Tells) {
  const server = await serveStrictly(tells)
  const world = new World()
  let profile = startingProfile('generic')
  const cycle = () =>
    world.cycle(openThrough(server.url, 'token', { profile, onLearned: (learned) => (profile = learned) }))
  const writes = () => server.requests.filter((request) => !request.startsWith('GET')).length
  const end = async (): Promise<void> => {
    world[Symbol.dispose]()
    await server[Symbol.asyncDispose]()
  }
  return { server, world, cycle, writes, [Symbol.asyncDispose]: end }
}

test.each(['schemas', 'words'] as const)(
  'a server as strict as Canaille, which tells it by %s, is brought in step, and then left alone',
  async (tells) => {
    await using strict = await provision(tells)
    const { server, world, cycle, writes } = strict
    world.write({ people, groups: { x: { name: 'X', members: ['a', 'b', 'c'] }, y: { name: 'Y', members: ['d'] } } })
    expect((await cycle()).counts).toMatchObject({ created: 6, membersAdded: 4, failed: 0 })
    expect(seen(server)).toEqual({
      users: people.map(({ userName }) => [userName, 'Ada Lovelace', userName, true]),
      groups: { X: 'abc', Y: 'd' },
    })

    const [a, b, c] = people.map(({ id }) => id)
    const edited = [
      person('a', { familyName: 'King', email: 'king@acme.example' }),
      person('b', { active: false }),
      ...people.slice(2),
    ]
    world.write({
      people: edited,
      groups: { x: { name: 'X', members: [c ?? ''] }, y: { name: 'Z', members: [a ?? '', b ?? '', 'd'] } },
    })
    expect((await cycle()).counts).toMatchObject({ updated: 2, disabled: 1, failed: 0, warnings: 0 })
    expect(seen(server)).toEqual({
      users: [
        ['a@acme.example', 'Ada King', 'king@acme.example', true],
        ['b@acme.example', 'Ada Lovelace', 'b@acme.example', false],
        ['c@acme.example', 'Ada Lovelace', 'c@acme.example', true],
        ['d@acme.example', 'Ada Lovelace', 'd@acme.example', true],
      ],
      groups: { X: 'c', Z: 'dab' },
    })

    const before = writes()
    expect(await cycle()).toMatchObject({ state: 'succeeded' })
    expect(writes()).toBe(before)
  },
)

test('a server that refuses and does not say why is asked once for each object, and all are failures', async () => {
  await using strict = await provision('nothing')
  const { world, cycle, writes } = strict
  world.write({ people, groups: { x: { name: 'X', members: ['a'] } } })
  expect((await cycle()).counts).toMatchObject({ created: 0, failed: 5 })
  expect(writes()).toBe(5)
})

test('one bad value takes an attribute from nobody else, although the schemas do not have it', async () => {
  await using server = await serveOddly({ poorSchemas: true, refusesEmail: 'bad@acme.example' })
  using world = new World()
  let profile = startingProfile('generic')
  const cycle = () =>
    world.cycle(openThrough(server.url, 'token', { profile, onLearned: (learned) => (profile = learned) }))
  const all = Array.from({ length: 20 }, (_, n) => person(`p${n}`, n === 0 ? { email: 'bad@acme.example' } : {}))
  const groups = { x: { name: 'X', members: ['p1'] } }
  world.write({ people: all, groups })
  expect((await cycle()).counts).toMatchObject({ failed: 1 })
  expect(profile.shapes?.user).toBeUndefined()
  const others = [...server.users.values()].filter(({ values }) => values['externalId'] !== 'p0')
  expect(others.map(({ values }) => (values['emails'] as unknown[] | undefined)?.length)).toEqual(Array(19).fill(1))
  world.write({ people: [person('p0'), ...all.slice(1)], groups })
  expect((await cycle()).counts).toMatchObject({ failed: 0 })
  expect([...server.users.values()].map(({ values }) => (values['emails'] as unknown[]).length)).toEqual(
    Array(20).fill(1),
  )
})
