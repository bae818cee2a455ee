import { describe, expect, it } from 'vitest'
import { parse } from 'scim2-parse-filter'
import fc from 'fast-check'
import { filterOf } from '../../../../src/scim/target/find.ts'
import { startingProfile, type TargetProfile } from '../../../../src/scim/target/profile.ts'
import { type Asked, listOf, NEVER, open, serve, type Scripted } from './scripted-server.ts'

const user = (id: string, externalId: string, userName = id) => ({ id, externalId, userName })
const known = (...filters: TargetProfile['filters']) => ({ profile: { ...startingProfile('generic'), filters } })

/** One search at a server that answers so. */
async function find(
  answer: Scripted | ((asked: Asked) => Scripted),
  value: string,
  options: { attribute?: 'externalId' | 'userName' | 'displayName'; filters?: TargetProfile['filters'] } = {},
) {
  const { attribute = 'externalId', filters = [] } = options
  await using server = await serve(typeof answer === 'function' ? answer : () => answer)
  const target = open(server.url, known(...filters))
  const found = await target.find(attribute === 'displayName' ? 'group' : 'user', attribute, value, NEVER)
  return { ids: found.objects.map(({ id }) => id), proven: found.proven, filters: target.profile.filters, server }
}

const ok = (resources: readonly unknown[], total?: number): Scripted => ({
  status: 200,
  body: listOf(resources, total),
})

describe('a search', () => {
  it('asks by one eq, encoded once', async () => {
    const { server } = await find(ok([]), 'a+b &"c"\\é')
    expect(server.asked[0]?.url).toBe(
      '/scim/v2/Users?filter=externalId%20eq%20%22a%2Bb%20%26%5C%22c%5C%22%5C%5C%C3%A9%22',
    )
  })

  it('writes filters that a parser reads back, whatever the value', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !/[\\\p{Cc}]/u.test(text)),
        (text) => {
          expect(parse(filterOf('externalId', text))).toEqual({ op: 'eq', attrPath: 'externalId', compValue: text })
        },
      ),
    )
  })

  it('proves nothing by an empty answer before the filter has found somebody', async () => {
    expect(await find(ok([]), 'x')).toMatchObject({ ids: [], proven: false, filters: [] })
    expect(await find(ok([]), 'x', { filters: ['user.externalId'] })).toMatchObject({ ids: [], proven: true })
    expect(await find(ok([]), 'x', { filters: ['user.userName', 'group.externalId'] })).toMatchObject({ proven: false })
  })

  it('is proven by a hit, and the filter is known from then on', async () => {
    expect(await find(ok([user('1', 'x')]), 'x')).toMatchObject({
      ids: ['1'],
      proven: true,
      filters: ['user.externalId'],
    })
  })

  it('gives both of two', async () => {
    expect(await find(ok([user('1', 'x'), user('2', 'x')]), 'x')).toMatchObject({ ids: ['1', '2'], proven: true })
  })

  it('takes no stranger for a hit where a server ignores filters, and learns nothing there', async () => {
    const everyone = ok([user('1', 'a'), user('2', 'x')])
    expect(await find(everyone, 'x')).toMatchObject({ ids: ['2'], proven: false, filters: [] })
    expect(await find(everyone, 'z', { filters: ['user.externalId'] })).toMatchObject({ ids: [], proven: false })
  })

  it('compares externalId exactly, and userName without case', async () => {
    expect(await find(ok([user('1', 'X')]), 'x', { filters: ['user.externalId'] })).toMatchObject({
      ids: [],
      proven: true,
    })
    expect(await find(ok([user('1', 'a', 'Ada')]), 'ada', { attribute: 'userName' })).toMatchObject({ ids: ['1'] })
    expect(await find(ok([{ id: 'g', displayName: 'a' }]), 'A', { attribute: 'displayName' })).toMatchObject({
      ids: [],
    })
  })

  it('knows that a filter of userName folds case only where the stored one is written otherwise', async () => {
    const exact = await find(ok([user('1', 'a', 'ada')]), 'ada', { attribute: 'userName' })
    expect([exact.proven, exact.filters]).toEqual([false, []])
    const folded = await find(ok([user('1', 'a', 'Ada')]), 'ada', { attribute: 'userName' })
    expect([folded.proven, folded.filters]).toEqual([true, ['user.userName']])
  })

  it.each(['é', 'a"b', 'a\\b', '\u0007', ''])(
    'proves nothing for %j, which some servers never match',
    async (value) => {
      expect(await find(ok([]), value, { filters: ['user.externalId'] })).toMatchObject({ proven: false })
      expect(await find(ok([user('1', value)]), value)).toMatchObject({ proven: false })
    },
  )

  it('proves nothing where not all hits came', async () => {
    expect(await find(ok([user('1', 'x')], 3), 'x', { filters: ['user.externalId'] })).toMatchObject({
      ids: ['1'],
      proven: false,
    })
  })

  it.each([400, 404, 413, 414, 501])('proves nothing by a refusal with %i', async (status) => {
    expect(await find({ status, body: {} }, 'x', { filters: ['user.externalId'] })).toMatchObject({
      ids: [],
      proven: false,
    })
  })

  it('fails where the answer is no list', async () => {
    await expect(find({ status: 200, body: { id: '1' } }, 'x')).rejects.toMatchObject({ reason: 'malformed answer' })
  })
})
