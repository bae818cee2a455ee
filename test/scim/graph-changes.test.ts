import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_ACCESS, type Directory, refusal } from '../graph-service/index.ts'
import { type GraphPlace, graphPlace } from './graph-place.ts'
import type { SourceImage } from './source-image.ts'

/** Reads everything of a tenant with three people and a group of two. */
async function begun(place: GraphPlace) {
  const { directory } = place.service
  const [ann, bob, cyd] = ['ann', 'bob', 'cyd'].map((name) => directory.addUser(`${name}@contoso.example`)) as [
    string,
    string,
    string,
  ]
  const staff = directory.addGroup('Staff', [ann, bob])
  directory.assign(staff)
  const source = await place.source()
  await place.image.read(source)
  place.service.newRound()
  return { directory, source, ann, bob, cyd, staff }
}

/** Lines that people can compare, the same for what is and for what is known. */
const line = (...parts: readonly unknown[]): string => parts.map((part) => JSON.stringify(part ?? null)).join(' ')

/** What a consumer has to know, told by the tenant alone. */
function truth({ objects, members }: Directory) {
  const live = [...objects.values()].filter(({ state }) => state === 'live')
  const isLive = (id: string): boolean => objects.get(id)?.state === 'live'
  const of = (wanted: string) => live.filter(({ kind }) => kind === wanted)
  return {
    users: of('user')
      .map(({ id, properties }) => line(id, properties['mail'], properties['accountEnabled']))
      .sort(),
    groups: of('group')
      .map(({ id, properties }) => line(id, properties['displayName']))
      .sort(),
    memberships: [...members]
      .flatMap(([group, all]) => (isLive(group) ? [...all].filter(isLive).map((member) => `${group} ${member}`) : []))
      .sort(),
  }
}

function known({ objects, memberships }: SourceImage): ReturnType<typeof truth> {
  const isKnown = (id: string): boolean => objects.user.has(id) || objects.group.has(id)
  return {
    users: [...objects.user.values()]
      .map(({ id, attributes, enabled }) => line(id, attributes['mail'], enabled))
      .sort(),
    groups: [...objects.group.values()].map(({ id, attributes }) => line(id, attributes['displayName'])).sort(),
    memberships: [...memberships]
      .filter(([, { member }]) => isKnown(member))
      .map(([key]) => key)
      .sort(),
  }
}

describe('a read of changes', () => {
  test('tells what is new, changed, gone for now, gone for good and no longer a member', async () => {
    await using place = await graphPlace()
    const { directory, source, ann, bob, cyd, staff } = await begun(place)
    const dan = directory.addUser('dan@contoso.example')
    directory.update(ann, { mail: 'ann.new@contoso.example' })
    directory.softDelete(bob)
    directory.purge(cyd)
    directory.removeMember(staff, bob)
    directory.addMember(staff, dan)
    await place.image.changes(source)

    expect(known(place.image)).toEqual(truth(directory))
    expect(place.image.removals).toEqual([
      { kind: 'user', id: bob, permanent: false },
      { kind: 'user', id: cyd, permanent: true },
    ])
  })

  test('costs one request for each collection where nothing changed', async () => {
    await using place = await graphPlace()
    const { source } = await begun(place)
    await place.image.changes(source)
    expect(place.service.requests.map(({ operation }) => operation).sort()).toEqual([
      'appRoleAssignedTo',
      'groups/delta',
      'users/delta',
    ])
  })

  test('keeps the attributes that a change does not name and clears those that it names without a value', async () => {
    await using place = await graphPlace({ habits: { updates: 'changed-only' } })
    const { directory, source, ann, bob } = await begun(place)
    directory.update(ann, { surname: 'Married' })
    directory.update(bob, { mail: null, accountEnabled: false })
    await place.image.changes(source)

    expect(place.image.objects.user.get(ann)?.attributes).toMatchObject({
      surname: 'Married',
      mail: 'ann@contoso.example',
    })
    expect(place.image.objects.user.get(bob)).toMatchObject({ enabled: false })
    expect(place.image.objects.user.get(bob)?.attributes).not.toHaveProperty('mail')
    expect(place.service.requests.some(({ operation }) => operation === 'user')).toBe(false)
  })

  test('reads an old user who is assigned today and was never told of', async () => {
    await using place = await graphPlace()
    const { directory, source, cyd } = await begun(place)
    place.image.objects.user.delete(cyd)
    directory.assign(cyd)
    await place.image.changes(source)

    expect(place.image.objects.user.get(cyd)?.attributes).toMatchObject({ userPrincipalName: 'cyd@contoso.example' })
    expect(place.image.assigned.get(cyd)).toEqual({ kind: 'user', defaultAccess: true })
  })

  test('reads an old group that is assigned today and was never told of, with its members', async () => {
    await using place = await graphPlace()
    const { directory, source, staff, ann, bob } = await begun(place)
    place.image.objects.group.delete(staff)
    place.image.memberships.clear()
    await place.image.changes(source)

    expect(place.image.members(staff)).toEqual([ann, bob].sort())
    expect(directory.assignments).toEqual([{ principal: staff, role: DEFAULT_ACCESS }])
  })

  test('tells all assignments, so that who lost it is no longer among them', async () => {
    await using place = await graphPlace()
    const { directory, source, staff, ann } = await begun(place)
    directory.unassign(staff)
    directory.assign(ann)
    await place.image.changes(source)
    expect([...place.image.assigned.keys()]).toEqual([ann])
  })

  test.each(['as-new', 'bare'] as const)(
    'brings back what was restored (%s), a group with its members',
    async (restores) => {
      await using place = await graphPlace({ habits: { updates: 'changed-only', restores } })
      const { directory, source, ann, staff } = await begun(place)
      directory.softDelete(ann)
      directory.softDelete(staff)
      await place.image.changes(source)
      directory.restore(ann)
      directory.restore(staff)
      await place.image.changes(source)

      expect(place.image.objects.user.get(ann)?.attributes).toMatchObject({ mail: 'ann@contoso.example' })
      expect(known(place.image)).toEqual(truth(directory))
    },
  )

  test('leaves the watermark where a later page fails, and the same changes come again', async () => {
    let broken = true
    await using place = await graphPlace({
      onRequest: ({ operation, number }) =>
        broken && operation === 'users/delta' && number === 2
          ? refusal(403, 'Authorization_RequestDenied', 'No.')
          : undefined,
      pageSize: 1,
    })
    broken = false
    const { directory, source, ann, bob } = await begun(place)
    const { watermark } = place.image
    directory.update(ann, { surname: 'One' })
    directory.update(bob, { surname: 'Two' })
    broken = true
    await expect(place.image.changes(source)).rejects.toMatchObject({ code: 'permission-denied' })
    expect(place.image.watermark).toBe(watermark)
    expect(place.image.objects.user.get(ann)?.attributes).toMatchObject({ surname: 'Test' })

    broken = false
    place.service.newRound()
    await place.image.changes(source)
    expect(known(place.image)).toEqual(truth(directory))
    expect(place.image.objects.user.get(bob)?.attributes).toMatchObject({ surname: 'Two' })
  })
})

describe('a watermark', () => {
  const expired = { code: 'failed-precondition', reason: 'watermark-expired' }

  test.each(['not-found', 'reset'] as const)(
    'that the server forgot (%s) is told, and a read of everything mends it',
    async (how) => {
      await using place = await graphPlace()
      const { directory, source, ann } = await begun(place)
      place.service.forgetTokens(how)
      directory.purge(ann)
      await expect(place.image.changes(source)).rejects.toMatchObject(expired)

      place.service.newRound()
      await place.image.read(source)
      expect(known(place.image)).toEqual(truth(directory))
      const fromLocation = place.service.requests.filter(({ url }) => url.endsWith('$deltatoken='))
      expect(fromLocation.length > 0).toBe(how === 'reset')
    },
  )

  test.each([
    ['of other attributes', { attributes: { user: ['department'] } }],
    ['of another tenant', { tenant: 'other.example' }],
    ['of another address', { graphUrl: 'http://localhost:9' }],
  ])('%s has expired, and nothing is sent', async (_, settings) => {
    await using place = await graphPlace()
    await begun(place)
    await expect(place.image.changes(await place.source(settings))).rejects.toMatchObject(expired)
    expect(place.service.requests).toEqual([])
  })

  test('of something else has expired', async () => {
    await using place = await graphPlace()
    place.image.watermark = '{"version":2}'
    await expect(place.image.changes(await place.source())).rejects.toMatchObject(expired)
  })

  test('holds no access token and no secret', async () => {
    await using place = await graphPlace()
    await begun(place)
    expect(place.image.watermark).not.toContain(place.service.registration.secret)
    expect(place.image.watermark).not.toContain('token-1')
  })
})

const edit = fc.record({
  act: fc.constantFrom('add', 'rename', 'clear', 'block', 'remove', 'purge', 'restore', 'join', 'leave', 'group'),
  user: fc.nat(7),
  group: fc.nat(2),
})

/** Carries out one edit, where it makes sense at all. */
function carryOut(
  directory: Directory,
  { act, user, group }: { act: string; user: number; group: number },
  n: number,
): void {
  const of = (kind: string, at: number) => {
    const all = [...directory.objects.values()].filter((one) => one.kind === kind && one.state !== 'purged')
    return all[at % all.length]
  }
  const person = of('user', user)
  const team = of('group', group)
  if (act === 'add') directory.addUser(`new${n}@contoso.example`)
  if (act === 'group') directory.addGroup(`Group ${n}`, person?.state === 'live' ? [person.id] : [])
  if (!person || !team) return
  if (act === 'restore') directory.restore(person.state === 'live' ? team.id : person.id)
  if (act === 'purge') directory.purge(n % 2 ? person.id : team.id)
  if (act === 'remove') directory.softDelete(n % 2 ? person.id : team.id)
  if (person.state !== 'live') return
  if (act === 'rename') directory.update(person.id, { mail: `mail${n}@contoso.example` })
  if (act === 'clear') directory.update(person.id, { mail: null })
  if (act === 'block') directory.update(person.id, { accountEnabled: false })
  if (team.state !== 'live') return
  if (act === 'join') directory.addMember(team.id, person.id)
  if (act === 'leave') directory.removeMember(team.id, person.id)
}

test('after any edits, between reads and between pages, what is known is what the tenant holds', async () => {
  const rounds = fc.array(fc.array(edit, { maxLength: 6 }), { minLength: 1, maxLength: 4 })
  const habits = fc.record({
    memberSlice: fc.integer({ min: 1, max: 3 }),
    updates: fc.constantFrom('whole' as const, 'changed-only' as const),
    capitals: fc.boolean(),
    repeats: fc.boolean(),
    emptyPages: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(rounds, habits, fc.array(edit, { maxLength: 4 }), async (edits, how, between) => {
      let pending = [] as typeof between
      let n = 100
      await using place = await graphPlace({
        habits: how,
        onRequest({ operation }) {
          const next = operation.endsWith('delta') ? pending.pop() : undefined
          if (next) carryOut(place.service.directory, next, n++)
          return undefined
        },
      })
      const { directory } = place.service
      const people = [1, 2, 3].map((name) => directory.addUser(`user${name}@contoso.example`))
      directory.addGroup('One', people)
      directory.addGroup('Two', people.slice(1))
      const source = await place.source()
      pending = [...between]
      await place.image.read(source)
      for (const round of edits) {
        for (const one of round) carryOut(directory, one, n++)
        pending = [...between]
        await place.image.changes(source)
        pending = []
      }
      await place.image.changes(source)
      expect(known(place.image)).toEqual(truth(directory))
    }),
    { numRuns: 100 },
  )
})
