import { expect, it } from 'vitest'
import { changesOf } from '../../src/scim/target/changes.ts'
import type { Kind, TargetObject, TargetValues } from '../../src/scim/model.ts'
import type { Target } from '../../src/scim/target/target.ts'
import { describeScim, type ScimPlace } from '../scim-targets/describe-scim.ts'
import { readWhole, SCIM_TARGETS, type ScimTargetName } from '../scim-targets/index.ts'
import { openThrough } from '../scim-targets/open-through.ts'

const { signal } = new AbortController()
const WORK = 'emails[type eq "work"].value'
const DEPARTMENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department'

/** Attributes that a server answers 200 for and does not store. */
const NOT_STORED: Partial<Record<ScimTargetName, readonly string[]>> = {
  'django-scim2-server': [DEPARTMENT, 'title', 'displayName'],
}

const person = (name: string): TargetValues => ({
  externalId: `id-${name}`,
  userName: `${name}@example.com`,
  active: true,
  'name.givenName': name,
  'name.familyName': 'Lovelace',
  [WORK]: `${name}@example.com`,
})

const listAll = async (target: Target, kind: Kind) => {
  const objects: TargetObject[] = []
  const listing = await target.list(kind, (page) => objects.push(...page), signal)
  return { objects, listing }
}

const must = (object: TargetObject | undefined): TargetObject => {
  if (!object) throw new Error('the object is not there')
  return object
}

/** Brings an object to the values, and gives what is still different afterwards. */
async function bring(target: Target, id: string, values: TargetValues): Promise<readonly string[]> {
  const before = must(await target.get('user', id, signal))
  await target.update(before, changesOf(before, values), signal)
  const after = must(await target.get('user', id, signal))
  return changesOf(after, values).map(({ path }) => path)
}

const create = async (target: Target, kind: Kind, values: TargetValues): Promise<string> => {
  const { id } = await target.create(kind, values, signal)
  if (id === undefined) throw new Error('the answer names no id')
  return id
}

describeScim(SCIM_TARGETS, (place: () => ScimPlace, name) => {
  const open = () => openThrough(place().proxy.url, place().server.token)
  const clean = () => expect(place().proxy.complaints()).toEqual([])

  it('creates a person as desired, finds and lists them, and reports the rest by the id in the answer', async () => {
    const target = open()
    const id = await create(target, 'user', person('ada'))
    expect(changesOf(must(await target.get('user', id, signal)), person('ada'))).toEqual([])
    expect(await target.find('user', 'externalId', 'id-ada', signal)).toMatchObject({ objects: [{ id }], proven: true })
    expect(await target.find('user', 'externalId', 'id-nobody', signal)).toEqual({ objects: [], proven: true })
    const { objects, listing } = await listAll(target, 'user')
    expect([objects.map((user) => user.id).includes(id), listing.complete]).toEqual([true, true])
    clean()
  })

  it('updates each attribute by one operation that the server takes', async () => {
    const target = open()
    const id = await create(target, 'user', person('grace'))
    const updates: readonly TargetValues[] = [
      { 'name.familyName': 'Hopper' },
      { 'name.givenName': 'Amazing', userName: 'amazing@example.com' },
      { [WORK]: 'Amazing@example.com' },
      { externalId: 'id-amazing' },
      { active: false },
      { active: true },
      { title: 'Admiral', displayName: 'Amazing Grace', [DEPARTMENT]: 'Navy' },
      { title: 'Rear admiral', [DEPARTMENT]: 'Reserve "R&D" \\ é' },
    ]
    for (const values of updates) {
      const stored = Object.keys(values).filter((path) => !NOT_STORED[name]?.includes(path))
      const left = await bring(target, id, values)
      expect(left.filter((path) => stored.includes(path))).toEqual([])
      expect(left.length).toBe(Object.keys(values).length - stored.length)
    }
    clean()
  })

  it('gives a work e-mail to a person who has none', async () => {
    const target = open()
    const { [WORK]: _, ...values } = person('mary')
    const id = await create(target, 'user', values)
    expect(await bring(target, id, { [WORK]: 'mary.s@example.com' })).toEqual([])
    expect(await bring(target, id, { [WORK]: 'mary.somerville@example.com' })).toEqual([])
    // What clears an invented e-mail is refused once where the server clears it by itself.
    expect(
      place()
        .proxy.complaints()
        .filter((text) => !text.includes('primary')),
    ).toEqual([])
    place().proxy.forget()
  })

  it('disables and deletes, and learns what a deletion leaves', async () => {
    const target = open()
    const id = await create(target, 'user', person('joan'))
    expect(await bring(target, id, { active: false })).toEqual([])
    const { objects } = await listAll(target, 'user')
    expect(objects.find((user) => user.id === id)?.attributes['active']).toBe(false)
    await target.remove('user', id, signal)
    const left = await target.get('user', id, signal)
    expect(target.profile.deleteLeaves).toBe(left ? 'disabled' : 'nothing')
    expect(left?.attributes['active'] ?? false).toBe(false)
    await target.remove('user', id, signal)
    clean()
  })

  it('creates a group without members, renames it and deletes it', async () => {
    const target = open()
    const id = await create(target, 'group', { externalId: 'g-engines', displayName: 'Engines' })
    expect((await target.get('group', id, signal))?.members).toEqual([])
    const renamed = { displayName: 'Engines "A" & B' }
    const before = must(await target.get('group', id, signal))
    await target.update(before, changesOf(before, renamed), signal)
    expect(changesOf(must(await target.get('group', id, signal)), renamed)).toEqual([])
    await target.remove('group', id, signal)
    expect(await target.get('group', id, signal)).toBeUndefined()
    clean()
  })

  it('adds and removes 250 members in batches, and shows exactly those that are left', async () => {
    const target = open()
    const ids: string[] = []
    // Parallel writes are too much for SQLite behind Django.
    const workers = name === 'django-scim2-server' ? 1 : 8
    const makers = Array.from({ length: workers }, async (_, worker) => {
      for (let n = worker; n < 250; n += workers) ids.push(await create(target, 'user', person(`m${n}`)))
    })
    await Promise.all(makers)
    const group = await create(target, 'group', { externalId: 'g-all', displayName: 'All' })
    expect(await target.changeMembers(group, { add: ids }, signal)).toMatchObject({ refused: [] })
    const { objects } = await listAll(target, 'group')
    expect(objects.find(({ id }) => id === group)?.members?.toSorted()).toEqual(ids.toSorted())
    const gone = ids.filter((_, index) => index % 2 === 0)
    expect(await target.changeMembers(group, { remove: gone }, signal)).toMatchObject({ refused: [] })
    const left = ids.filter((_, index) => index % 2 === 1)
    expect((await target.get('group', group, signal))?.members?.toSorted()).toEqual(left.toSorted())
    expect(place().proxy.count('members')).toBe(5)
    const { users } = await readWhole(place().server)
    const { listing } = await listAll(target, 'user')
    expect(listing).toMatchObject({ objects: users.size, complete: true })
    clean()
  })
})
