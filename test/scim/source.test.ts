import { expect, it } from 'vitest'
import type { TargetValues } from '../../src/scim/model.ts'
import type { Source } from '../../src/scim/source.ts'
import { describeScim, type ScimPlace } from '../scim-targets/describe-scim.ts'
import { SCIM_TARGETS } from '../scim-targets/index.ts'
import { openThrough } from '../scim-targets/open-through.ts'
import { callWith, folderWith, refusalOf, sourceOf, take } from '../unit/scim/sources/source-trial.ts'

const { signal } = new AbortController()
const PEOPLE = 130

const person = (name: string, active = true): TargetValues => ({
  externalId: `id-${name}`,
  userName: `${name}@example.com`,
  active,
  'name.givenName': name,
  'name.familyName': 'Lovelace',
  'emails[type eq "work"].value': `${name}@example.com`,
})

describeScim(SCIM_TARGETS, (place: () => ScimPlace) => {
  const source = (token: string = place().server.token): Promise<Source> =>
    sourceOf(folderWith({ token }), { type: 'scim', url: place().proxy.url, tokenFile: 'token' })

  it('refuses a server that shows no users', async () => {
    expect(await refusalOf(take(await source()))).toMatch(/^invalid-argument: .*the server shows no users; a source/)
    expect(await refusalOf((await source()).test(callWith()))).toMatch(/shows no users/)
  })

  it('reads everybody, who is active, and who is in which group, and writes nothing', async () => {
    const { proxy, server } = place()
    const target = openThrough(server.url, server.token)
    const ids: string[] = []
    for (let at = 0; at < PEOPLE; at++) {
      const { id } = await target.create('user', person(`p${at}`, at % 10 !== 0), signal)
      ids.push(id ?? '')
    }
    const values = (displayName: string): TargetValues => ({ externalId: `g-${displayName}`, displayName })
    const staff = (await target.create('group', values('Staff'), signal)).id ?? ''
    const empty = (await target.create('group', values('Empty'), signal)).id ?? ''
    await target.changeMembers(staff, { add: ids.slice(0, 60) }, signal)
    proxy.forget()

    const { users, groups, members, complete, gaps } = await take(await source())
    expect({ complete, gaps }).toEqual({ complete: true, gaps: [] })
    expect(users.map(({ id }) => id).sort()).toEqual(ids.toSorted())
    const byId = new Map(users.map((user) => [user.id, user]))
    for (const [at, id] of ids.entries()) {
      expect(byId.get(id)).toMatchObject({ enabled: at % 10 !== 0 })
      expect(byId.get(id)?.attributes).toMatchObject({ userName: `p${at}@example.com`, 'name.givenName': `p${at}` })
    }
    expect(new Map(groups.map(({ id, attributes }) => [id, attributes['displayName']]))).toEqual(
      new Map([
        [staff, 'Staff'],
        [empty, 'Empty'],
      ]),
    )
    expect(members.map(({ group, member, kind }) => `${group} ${kind} ${member}`).sort()).toEqual(
      ids
        .slice(0, 60)
        .map((id) => `${staff} user ${id}`)
        .sort(),
    )
    expect(proxy.exchanges.every(({ method }) => method === 'GET')).toBe(true)
    expect(proxy.complaints()).toEqual([])
  })

  it('finds a user with its groups, and a group with its members', async () => {
    const reader = await source()
    const [user] = await reader.find('user', 'P7@example.com', callWith())
    expect(user?.object.attributes).toMatchObject({ userName: 'p7@example.com' })
    expect(user?.memberOf).toHaveLength(1)
    const [group] = await reader.find('group', 'STAFF', callWith())
    expect(group?.members).toHaveLength(60)
  })

  it('tells by a page of each whether a read can work', async () => {
    place().proxy.forget()
    const { summary, attributes } = await (await source()).test(callWith())
    expect(summary).toBe(`${place().proxy.url} answers and lists users and groups`)
    expect(attributes?.user).toEqual(expect.arrayContaining(['id', 'userName', 'name.givenName', 'active']))
    expect(place().proxy.exchanges).toHaveLength(2)
  })

  it('is incomplete where a later page is empty', async () => {
    const { proxy } = place()
    proxy.forget()
    proxy.inject({
      when: ({ purpose, kind, query }) =>
        purpose === 'list' && kind === 'user' && !/startIndex=1(?:&|$)/.test(query ?? ''),
      times: 1000,
      trouble: { kind: 'answer', status: 200, body: { totalResults: PEOPLE, Resources: [] } },
    })
    const { complete, gaps, users } = await take(await source())
    proxy.forget()
    expect(users.length).toBeGreaterThan(0)
    expect(users.length).toBeLessThan(PEOPLE)
    expect(complete).toBe(false)
    expect(gaps[0]).toMatch(
      /^the pages of users at 127\.0\.0\.1:\d+ do not add up: \d+ came, and nobody can say who was missed$/,
    )
  })

  it('gives no result where the server fails half way', async () => {
    const { proxy } = place()
    proxy.inject({
      when: ({ purpose, kind }) => purpose === 'list' && kind === 'group',
      times: 1000,
      trouble: { kind: 'answer', status: 503 },
    })
    expect(await refusalOf(take(await source()))).toMatch(/^unavailable: /)
    proxy.forget()
  })

  it('refuses a wrong token and an address without SCIM in one sentence, without the token', async () => {
    const { proxy } = place()
    proxy.inject({ when: () => true, times: 100, trouble: { kind: 'answer', status: 401 } })
    const refused = await refusalOf(take(await source('wrong-token')))
    proxy.forget()
    expect(refused).toMatch(/^unauthenticated: list users: the source: /)
    expect(refused).not.toContain('wrong-token')
    proxy.inject({ when: () => true, times: 100, trouble: { kind: 'answer', status: 404 } })
    expect(await refusalOf(take(await source()))).toMatch(
      /^not-found: read 127\.0\.0\.1:\d+: there is no SCIM at this address \(404\); check source\.url$/,
    )
    proxy.forget()
  })
})
