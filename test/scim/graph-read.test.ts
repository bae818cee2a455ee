import { describe, expect, test } from 'vitest'
import { refusal } from '../graph-service/index.ts'
import { type GraphPlace, graphPlace } from './graph-place.ts'
import { sourceCall } from './source-image.ts'
import { createVirtualTime } from '../support/virtual-time.ts'

/** Five people and a group of all of them, which is assigned. */
function seed({ service }: GraphPlace) {
  const { directory } = service
  const people = ['ann', 'bob', 'cyd', 'dan', 'eve'].map((name) => directory.addUser(`${name}@contoso.example`))
  const staff = directory.addGroup('Staff', people)
  directory.assign(staff)
  return { directory, people, staff, ann: people[0] ?? '', bob: people[1] ?? '' }
}

describe('a full read of Graph', () => {
  test('gives users with their attributes, groups, members and assignments', async () => {
    await using place = await graphPlace()
    const { ann, staff, people } = seed(place)
    const read = await place.image.read(await place.source())

    expect(read).toMatchObject({ complete: true, gaps: [], notes: [] })
    expect(place.image.objects.user.get(ann)).toEqual({
      id: ann,
      enabled: true,
      attributes: {
        id: ann,
        objectId: ann,
        userPrincipalName: 'ann@contoso.example',
        mail: 'ann@contoso.example',
        mailNickname: 'ann',
        displayName: 'ann',
        givenName: 'ann',
        surname: 'Test',
        accountEnabled: true,
      },
    })
    expect(place.image.objects.group.get(staff)?.attributes).toMatchObject({
      displayName: 'Staff',
      securityEnabled: true,
    })
    expect(place.image.members(staff)).toEqual([...people].sort())
    expect(Object.fromEntries(place.image.assigned)).toEqual({ [staff]: { kind: 'group', defaultAccess: true } })
  })

  test('follows empty pages, repeated objects, slices of a group and ids in capitals to the end', async () => {
    await using place = await graphPlace({
      habits: { emptyPages: true, repeats: true, memberSlice: 1, capitals: true },
    })
    const { staff, people } = seed(place)
    await place.image.read(await place.source())

    expect([...place.image.objects.user.keys()]).toEqual(people)
    expect(place.image.members(staff)).toEqual([...people].sort())
    expect([...place.image.assigned.keys()]).toEqual([staff])
  })

  test('takes back what a later page takes back', async () => {
    let leave = () => {}
    await using place = await graphPlace({
      onRequest({ operation, number }) {
        if (operation === 'users/delta' && number === 2) leave()
        return undefined
      },
    })
    const { directory, ann, bob, staff } = seed(place)
    leave = () => {
      directory.softDelete(ann)
      directory.purge(bob)
      directory.removeMember(staff, ann)
    }
    await place.image.read(await place.source())

    expect([...place.image.objects.user.keys()]).toHaveLength(3)
  })

  test('begins anew from the address that a 410 names and forgets what it had read', async () => {
    let reset = false
    await using place = await graphPlace({
      onRequest({ operation, number }) {
        if (operation !== 'groups/delta' || number !== 2 || reset) return undefined
        reset = true
        directory.removeMember(staff, ann)
        return refusal(410, 'resyncRequired', 'Resync required.', {
          location: `${place.service.graphUrl}/v1.0/groups/delta?$select=displayName,id,members,securityEnabled&$deltatoken=`,
        })
      },
      pageSize: 1,
      habits: { memberSlice: 2 },
    })
    const { directory, ann, staff, people } = seed(place)
    await place.image.read(await place.source())

    expect(reset).toBe(true)
    expect(place.image.members(staff)).toEqual(people.slice(1).sort())
    expect(place.service.requests.filter(({ url }) => url.endsWith('$deltatoken='))).toHaveLength(1)
  })

  test('leaves devices, service principals and dead assignments out and says so', async () => {
    await using place = await graphPlace()
    const { directory, staff, people, ann } = seed(place)
    const device = directory.addDevice()
    directory.addMember(staff, device)
    directory.assign(device)
    directory.assign(ann)
    directory.softDelete(ann)
    const { notes, complete } = await place.image.read(await place.source())

    expect(complete).toBe(true)
    expect(place.image.members(staff)).toEqual([...people].sort())
    expect(notes).toEqual([
      '1 members of groups are neither users nor groups and were left out',
      '1 assignments of service principals were left out',
      `1 assigned or changed objects are not there any more, for example ${ann}`,
    ])
  })

  test('has default access only for who holds no other role', async () => {
    await using place = await graphPlace()
    const { directory, ann, bob, people } = seed(place)
    const cyd = people[2] ?? ''
    directory.assign(ann)
    directory.assign(ann, '12345678-0000-4000-8000-000000000000')
    directory.assign(bob, '12345678-0000-4000-8000-000000000000')
    directory.assign(bob)
    directory.assign(cyd)
    await place.image.read(await place.source())

    expect(place.image.assigned.get(ann)).toEqual({ kind: 'user', defaultAccess: false })
    expect(place.image.assigned.get(bob)).toEqual({ kind: 'user', defaultAccess: false })
    expect(place.image.assigned.get(cyd)).toEqual({ kind: 'user', defaultAccess: true })
  })

  test('reads the attributes that mappings use, nested ones by their outer name', async () => {
    await using place = await graphPlace()
    const { directory, ann } = seed(place)
    directory.update(ann, {
      department: 'Lab',
      otherMails: ['a@x.example'],
      onPremisesExtensionAttributes: { extensionAttribute1: 'blue' },
    })
    const wanted = ['department', 'otherMails', 'onPremisesExtensionAttributes.extensionAttribute1', 'IsSoftDeleted']
    await place.image.read(await place.source({ attributes: { user: wanted } }))

    expect(place.image.objects.user.get(ann)?.attributes).toMatchObject({
      department: 'Lab',
      otherMails: ['a@x.example'],
      'onPremisesExtensionAttributes.extensionAttribute1': 'blue',
    })
  })

  test('knows of an attribute without a value that it is absent, and of a person without accountEnabled nothing', async () => {
    await using place = await graphPlace()
    const { directory, ann } = seed(place)
    directory.update(ann, { mail: null, accountEnabled: undefined })
    await place.image.read(await place.source())

    const object = place.image.objects.user.get(ann)
    expect(object).not.toHaveProperty('enabled')
    expect(object?.attributes).not.toHaveProperty('mail')
  })

  test('overlaps users, groups and assignments, and costs one request a page', async () => {
    await using place = await graphPlace({ pageSize: 100 })
    seed(place)
    await place.image.read(await place.source())
    expect(place.service.requests.map(({ operation }) => operation).sort()).toEqual([
      'appRoleAssignedTo',
      'groups/delta',
      'token',
      'users/delta',
    ])
  })

  test('has no assignments and asks for none where everybody is in scope', async () => {
    await using place = await graphPlace()
    seed(place)
    const source = await place.source({ everybody: true })
    await place.image.read(source)
    expect(source.hasAssignments).toBe(false)
    expect(place.service.requests.some(({ operation }) => operation === 'appRoleAssignedTo')).toBe(false)
  })
})

describe('a server that is busy', () => {
  test.each([
    ['seconds', () => '30', 30_000],
    ['a date', () => new Date(Date.UTC(2026, 0, 2, 3, 5, 5)).toUTCString(), 60_000],
  ])('is given the time that it asks for as %s', async (_, retryAfter, least) => {
    let refusals = 0
    await using place = await graphPlace({
      onRequest: ({ operation, number }) =>
        operation === 'users/delta' && number === 1 && refusals++ === 0
          ? refusal(429, 'TooManyRequests', 'Slow down.', { 'retry-after': retryAfter() })
          : undefined,
    })
    const { people } = seed(place)
    const time = createVirtualTime()
    const waits: number[] = []
    const sleep = (ms: number, signal: AbortSignal) => {
      waits.push(ms)
      return time.sleep(ms, signal)
    }
    await time.run(place.image.read(await place.source(), sourceCall({ clock: time.clock, sleep })))

    expect(place.image.objects.user.size).toBe(people.length)
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(least)
  })

  test.each([
    ['a gateway error', () => ({ status: 502, body: '<html>Bad gateway</html>' })],
    ['half an answer', () => ({ status: 200, body: '{"value":[{"id"' })],
    ['a page without a link', () => ({ status: 200, body: { value: [] } })],
  ])('is asked again after %s', async (_, reply) => {
    await using place = await graphPlace({
      onRequest: ({ operation, number }) => (operation === 'users/delta' && number === 1 ? reply() : undefined),
    })
    const { people } = seed(place)
    await place.image.read(await place.source())
    expect(place.image.objects.user.size).toBe(people.length)
  })

  test('gives nothing to the sink where a later page fails for good', async () => {
    await using place = await graphPlace({
      onRequest: ({ operation, number }) =>
        operation === 'groups/delta' && number > 1 ? refusal(500, 'InternalServerError', 'No.') : undefined,
      pageSize: 1,
    })
    seed(place)
    await expect(place.image.read(await place.source())).rejects.toMatchObject({ code: 'unavailable' })
    expect(place.image.objects.user.size).toBe(0)
  })
})
