import { describe, expect, it } from 'vitest'
import type { Kind, TargetObject } from '../../../../src/scim/model.ts'
import { startingProfile } from '../../../../src/scim/target/profile.ts'
import type { Target } from '../../../../src/scim/target/target.ts'
import { type Asked, listOf, NEVER, open, serve } from './scripted-server.ts'

const people = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ id: `u${from + index}`, userName: `n${from + index}` }))

const startOf = ({ url }: Asked): number => Number(/startIndex=(\d+)/.exec(url)?.[1])
const countOf = ({ url }: Asked): number => Number(/count=(\d+)/.exec(url)?.[1])

async function list(target: Target, kind: Kind = 'user') {
  const objects: TargetObject[] = []
  const listing = await target.list(kind, (page) => objects.push(...page), NEVER)
  return { ids: objects.map(({ id }) => id), objects, listing }
}

/** Pages of 20 out of `all`, whatever was asked for. */
const pagesOf =
  (all: readonly unknown[], size = 20) =>
  (asked: Asked) => {
    const start = startOf(asked)
    return {
      status: 200,
      body: listOf(all.slice(start - 1, start - 1 + Math.min(size, countOf(asked))), all.length, start),
    }
  }

describe('a listing', () => {
  it('goes on behind what a page gave, keeps its size in the profile, and is complete where all adds up', async () => {
    await using server = await serve(pagesOf(people(1, 50)))
    const target = open(server.url)
    const { ids, listing } = await list(target)
    expect([ids.length, listing]).toEqual([50, { objects: 50, complete: true, requests: 3 }])
    expect(server.asked.map(startOf)).toEqual([1, 21, 41])
    expect(server.asked.map(countOf)).toEqual([100, 100, 100])
    expect(target.profile.pageSize).toBe(20)
  })

  it('asks for larger pages where they were seen, but not for groups, and for smaller ones where these are refused', async () => {
    await using server = await serve((asked) =>
      countOf(asked) > 300 ? { status: 400, body: { detail: 'count' } } : pagesOf(people(1, 450), 500)(asked),
    )
    const target = open(server.url, { profile: { ...startingProfile('generic'), pageSize: 1000 } })
    expect((await list(target)).listing).toEqual({ objects: 450, complete: true, requests: 2 })
    expect(server.asked.map(countOf)).toEqual([1000, 250, 250])
    await list(target, 'group')
    expect(countOf(server.asked.at(-1) ?? server.asked[0]!)).toBe(100)
  })

  it('leaves the size of pages to a server that fails where one is asked for, and asks for none from then on', async () => {
    await using server = await serve((asked) => {
      if (asked.url.includes('count=')) return { status: 500, body: { detail: 'a fault' } }
      const start = startOf(asked)
      return { status: 200, body: listOf(people(1, 50).slice(start - 1, start + 19), 50, start) }
    })
    const target = open(server.url)
    expect((await list(target)).listing).toMatchObject({ objects: 50, complete: true })
    expect(target.profile.ownPages).toBe(true)
    const before = server.asked.length
    expect((await list(target)).ids).toHaveLength(50)
    expect(server.asked.slice(before).map(({ url }) => url)).toEqual(
      [1, 21, 41].map((start) => `/scim/v2/Users?startIndex=${start}`),
    )
  })

  it('asks for the same again where a failure passes', async () => {
    let failures = 0
    await using server = await serve((asked) =>
      failures++ === 0 ? { status: 500, body: {} } : pagesOf(people(1, 10))(asked),
    )
    const target = open(server.url)
    expect((await list(target)).listing).toMatchObject({ objects: 10, complete: true })
    expect(target.profile.ownPages).toBeUndefined()
  })

  it.each([
    ['an empty one without Resources', listOf(undefined)],
    ['an empty one with null', listOf(null)],
    ['names in another case and a total as text', { totalresults: '0', resources: [] }],
  ])('reads %s', async (_, body) => {
    await using server = await serve(() => ({ status: 200, body }))
    expect((await list(open(server.url))).listing).toEqual({ objects: 0, complete: true, requests: 1 })
  })

  it.each<[string, (asked: Asked, number: number) => unknown, number]>([
    ['the total is more than came', (asked) => listOf(startOf(asked) === 1 ? people(1, 3) : [], 5), 3],
    ['the total is less than came', () => listOf(people(1, 3), 2), 3],
    ['the total changes on the way', (a) => (startOf(a) === 1 ? listOf(people(1, 2), 4) : listOf(people(3, 5), 5)), 5],
    ['a page repeats entries', (a) => (startOf(a) === 1 ? listOf(people(1, 3), 5) : listOf(people(3, 5), 5)), 5],
    ['every page is the first', () => listOf(people(1, 3), 6), 3],
    ['an entry has no id', () => listOf([...people(1, 2), { userName: 'x' }], 3), 2],
    ['there is no total', (a) => ({ Resources: startOf(a) === 1 ? people(1, 3) : [] }), 3],
  ])('is incomplete where %s', async (_, body, objects) => {
    await using server = await serve((asked, number) => ({ status: 200, body: body(asked, number) }))
    const { ids, listing } = await list(open(server.url))
    expect([ids.length, listing.objects, listing.complete]).toEqual([objects, objects, false])
    expect(new Set(ids).size).toBe(objects)
  })

  it('that ends in the middle of a page, before the total, is as good as one without', async () => {
    const all = people(1, 13)
    await using server = await serve((asked) => ({
      status: 200,
      body: listOf(all.slice(startOf(asked) - 1, startOf(asked) + 4), 15, startOf(asked)),
    }))
    expect((await list(open(server.url))).listing).toMatchObject({
      objects: 13,
      complete: false,
      untold: 'more than it shows',
    })
    // Full pages may have been cut off.
    all.splice(10)
    expect((await list(open(server.url))).listing.untold).toBeUndefined()
  })

  it('is complete where a page past the end repeats the first', async () => {
    await using server = await serve(() => ({ status: 200, body: listOf(people(1, 100)) }))
    expect((await list(open(server.url))).listing).toEqual({ objects: 100, complete: true, requests: 2 })
  })

  it.each([400, 404, 500])('is complete where what lies beyond the total is answered with %s', async (status) => {
    await using server = await serve((asked) => (startOf(asked) === 1 ? pagesOf(people(1, 20))(asked) : { status }))
    expect((await list(open(server.url))).listing).toMatchObject({ objects: 20, complete: true })
  })

  it('is not fooled by a total that is that of the page', async () => {
    await using server = await serve((asked) => ({
      status: 200,
      body: listOf(people(startOf(asked), startOf(asked) + (startOf(asked) < 200 ? 99 : 49))),
    }))
    expect((await list(open(server.url))).listing).toMatchObject({ complete: false })
  })

  it('fails where a page is missing, however many came before', async () => {
    await using server = await serve((asked) =>
      startOf(asked) < 40 ? pagesOf(people(1, 50))(asked) : { status: 503, body: {} },
    )
    await expect(list(open(server.url))).rejects.toMatchObject({ code: 'unavailable', reason: 'http 503' })
    expect(server.asked.filter((asked) => startOf(asked) === 41)).toHaveLength(3)
  })

  it('asks for fewer entries where an answer is larger than may be read', async () => {
    await using server = await serve((asked) => pagesOf(people(1, 30), 1000)(asked))
    const { createTransport } = await import('../../../../src/sdk/http/transport.ts')
    const target = open(server.url, { transport: createTransport({ timeoutMs: 5_000, env: {}, maxBytes: 600 }) })
    expect((await list(target)).listing).toMatchObject({ objects: 30, complete: true })
    expect(server.asked.map(countOf).slice(0, 3)).toEqual([100, 25, 7])
  })
})

describe('a listing by cursors', () => {
  /** Pages of 20 out of 50, each but the last with the cursor of the next. */
  const page = ({ url }: Asked, more: (end: number) => object = () => ({})) => {
    const start = Number(/cursor=c(\d+)/.exec(url)?.[1] ?? 0)
    const end = start + 20
    return { Resources: people(start + 1, Math.min(end, 50)), ...(end < 50 && { nextCursor: `c${end}` }), ...more(end) }
  }

  it('follows them to their end, which is whole without a total', async () => {
    await using server = await serve((asked) => ({ status: 200, body: page(asked) }))
    const target = open(server.url)
    expect((await list(target)).listing).toMatchObject({ objects: 50, complete: true, requests: 3 })
    expect((await list(target)).listing).toMatchObject({ objects: 50, complete: true, requests: 3 })
    expect(server.asked.map(({ url }) => url.replace('/scim/v2/Users', ''))).toEqual([
      ...['?startIndex=1&count=100', '?cursor=c20&count=100', '?cursor=c40&count=100'],
      ...['?cursor=&count=100', '?cursor=c20&count=100', '?cursor=c40&count=100'],
    ])
  })

  it('begins where numbers are refused, and does not take that for the size of pages', async () => {
    await using server = await serve((asked) =>
      asked.url.includes('startIndex') ? { status: 400, body: {} } : { status: 200, body: page(asked) },
    )
    const target = open(server.url)
    expect((await list(target)).listing).toMatchObject({ objects: 50, complete: true })
    expect(target.profile).toMatchObject({ cursors: true, pageSize: 100 })
    expect(target.profile.mostCount).toBeUndefined()
  })

  it.each<[string, (asked: Asked) => object]>([
    ['the total says more', (asked) => page(asked, () => ({ totalResults: 60 }))],
    ['a cursor leads in a circle', () => ({ Resources: people(1, 20), nextCursor: 'c0' })],
    ['a page repeats entries', (asked) => page(asked, (end) => (end === 60 ? { Resources: people(40, 50) } : {}))],
  ])('is incomplete where %s', async (_, body) => {
    await using server = await serve((asked) => ({ status: 200, body: body(asked) }))
    expect((await list(open(server.url))).listing.complete).toBe(false)
  })

  it('fails where a cursor is refused', async () => {
    await using server = await serve((asked) =>
      asked.url.includes('c40')
        ? { status: 400, body: { scimType: 'expiredCursor' } }
        : { status: 200, body: page(asked) },
    )
    await expect(list(open(server.url))).rejects.toThrow('expiredCursor')
  })
})

describe('the members of listed groups', () => {
  const group = (id: string, members?: unknown) => ({ id, displayName: id, ...(members !== undefined && { members }) })
  const shown = async (groups: readonly unknown[], listShowsMembers?: boolean) => {
    await using server = await serve(() => ({ status: 200, body: listOf(groups) }))
    const target = open(server.url, {
      profile: { ...startingProfile('generic'), ...(listShowsMembers !== undefined && { listShowsMembers }) },
    })
    const { objects } = await list(target, 'group')
    return { members: objects.map(({ members }) => members), learned: target.profile.listShowsMembers }
  }

  it('are unknown where no listing has shown any, absent, null or empty', async () => {
    expect(await shown([group('a'), group('b', null), group('c', [])])).toEqual({
      members: [undefined, undefined, undefined],
      learned: undefined,
    })
  })

  it('are none where listings show members', async () => {
    expect(await shown([group('a'), group('b', [{ value: '1' }, { value: 2 }, { value: '1' }])])).toEqual({
      members: [[], ['1', '2']],
      learned: true,
    })
    expect(await shown([group('a'), group('b', null)], true)).toEqual({ members: [[], []], learned: true })
  })

  it('are unknown where one of them has no id', async () => {
    expect((await shown([group('a', [{ value: '1' }, { display: 'x' }])], true)).members).toEqual([undefined])
  })

  it('turn out not to be listed where a group read by itself has some', async () => {
    await using server = await serve(({ url }) =>
      url.includes('?')
        ? { status: 200, body: listOf([group('a'), group('b')]) }
        : { status: 200, body: group('a', [{ value: '1' }]) },
    )
    const target = open(server.url)
    await list(target, 'group')
    expect((await target.get('group', 'a', NEVER))?.members).toEqual(['1'])
    expect(target.profile.listShowsMembers).toBe(false)
  })
})
