import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../../../src/sdk/ground/ports.ts'
import { Secret } from '../../../../src/sdk/ground/secret.ts'
import { startingProfile } from '../../../../src/scim/target/profile.ts'
import { parseTargetUrl } from '../../../../src/scim/target/target-url.ts'
import { createVirtualTime } from '../../../support/virtual-time.ts'
import { type Asked, listOf, NEVER, open, type Scripted, serve, sleepingTime } from './scripted-server.ts'

const ADA = { userName: 'ada', active: true }
const error = (status: number, detail: string, headers = {}): Scripted => ({ status, body: { detail }, headers })

describe('an address', () => {
  it.each([
    ['https://acme.twingate.com/api/scim/v2/', 'https://acme.twingate.com/api/scim/v2'],
    [' https://acme.twingate.com/api/scim/v2// ', 'https://acme.twingate.com/api/scim/v2'],
    ['https://scim.example.com', 'https://scim.example.com'],
    ['http://127.0.0.1:8080/v2', 'http://127.0.0.1:8080/v2'],
    ['http://[::1]:8080/v2/', 'http://[::1]:8080/v2'],
  ])('%j is taken as %j', (text, url) => {
    expect(parseTargetUrl(text)).toBe(url)
  })

  it.each([
    ['acme', 'must be an address'],
    ['ftp://example.com', 'must be an address'],
    ['http://scim.example.com/v2', 'must begin with https://'],
    ['https://ada:secret@example.com/v2', 'must not hold a user name'],
    ['https://example.com/v2?aadOptscim062020', 'must not hold a query'],
  ])('%j is refused without repeating it', (text, reason) => {
    expect(() => parseTargetUrl(text)).toThrow(reason)
    expect(() => parseTargetUrl(text)).not.toThrow('secret')
  })
})

describe('a request', () => {
  it('speaks SCIM, with the token in its header, no query on a write, and the id encoded', async () => {
    await using server = await serve(({ method }) =>
      method === 'POST' ? { status: 201, body: { id: 'a/b c?d' } } : { status: 200, body: { id: 'a/b c?d' } },
    )
    const target = open(`${server.url}/`)
    const { id = '' } = await target.create('user', ADA, NEVER)
    await target.get('user', id, NEVER)
    await target.remove('user', id, NEVER)
    expect(server.asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /scim/v2/Users',
      'GET /scim/v2/Users/a%2Fb%20c%3Fd',
      'DELETE /scim/v2/Users/a%2Fb%20c%3Fd',
    ])
    const [post, get, deletion] = server.asked.map(({ headers }) => headers)
    expect(post).toMatchObject({
      authorization: 'Bearer old-token',
      accept: 'application/scim+json',
      'content-type': 'application/scim+json',
      'user-agent': 'baton-twingate/1.2.3',
    })
    expect([get?.['content-type'], deletion?.['content-type']]).toEqual([undefined, undefined])
  })

  it.each(['', '.', '..'])('is not sent for the id %j, which an address cannot hold', async (id) => {
    await using server = await serve(() => ({ status: 204 }))
    await expect(open(server.url).remove('user', id, NEVER)).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(server.asked).toEqual([])
  })

  it.each([
    ['from the body', { status: 201, body: { ID: 7 } }, '7'],
    ['from a relative Location', { status: 201, headers: { location: '/Users/x%2Fy/' } }, 'x/y'],
    ['from nowhere', { status: 201, headers: { location: '/Users' } }, undefined],
  ])('takes the id of what it created %s', async (_, answer, id) => {
    await using server = await serve(() => answer)
    expect((await open(server.url).create('user', ADA, NEVER)).id).toBe(id)
  })
})

describe('a write whose answer is lost', () => {
  it.each<[string, Scripted, string]>([
    ['the connection breaks', 'hang up', 'answer-lost'],
    ['a gateway gives up', { status: 504, body: '' }, 'answer-lost'],
    ['a web page comes instead', { status: 200, body: '<html>sign in</html>' }, 'answer-lost'],
    ['the server fails', { status: 500, body: '' }, 'http 500'],
    ['the server is busy', { status: 503, body: '' }, 'http 503'],
  ])('is not repeated where %s', async (_, answer, reason) => {
    await using server = await serve(() => answer)
    await expect(open(server.url).create('user', ADA, NEVER)).rejects.toMatchObject({ code: 'unavailable', reason })
    expect(server.asked).toHaveLength(1)
  })

  it('says so where it was stopped on the way', async () => {
    const stop = new AbortController()
    await using server = await serve(() => {
      stop.abort()
      return 'hang up'
    })
    await expect(open(server.url).create('user', ADA, stop.signal)).rejects.toMatchObject({
      code: 'canceled',
      reason: 'answer-lost',
    })
  })

  it('is sent again where it certainly never arrived', async () => {
    const target = open('http://127.0.0.1:1/scim/v2')
    await expect(target.create('user', ADA, NEVER)).rejects.toMatchObject({ reason: 'ECONNREFUSED' })
    expect(target.traffic()).toMatchObject({ requests: 3, retries: 2 })
  })

  it('was not sent where it was stopped before', async () => {
    const stop = new AbortController()
    stop.abort()
    await using server = await serve(() => ({ status: 201, body: { id: '1' } }))
    await expect(open(server.url).create('user', ADA, stop.signal)).rejects.toMatchObject({
      code: 'canceled',
      reason: 'canceled',
    })
    expect(server.asked).toEqual([])
  })
})

describe('a read', () => {
  it('is repeated until it succeeds', async () => {
    const answers: readonly Scripted[] = ['hang up', { status: 200, body: '{"cut' }, { status: 200, body: { id: '1' } }]
    await using server = await serve((_, number) => answers[number - 1] ?? 'hang up')
    const target = open(server.url, { retry: { attempts: 4, attemptsIfMalformed: 4, firstWaitMs: 1, mostWaitMs: 1 } })
    expect((await target.get('user', '1', NEVER))?.id).toBe('1')
    expect(target.traffic()).toMatchObject({ requests: 3, retries: 2 })
  })

  it.each([404, 410])('finds nothing by %i', async (status) => {
    await using server = await serve(() => ({ status, body: {} }))
    expect(await open(server.url).get('user', '1', NEVER)).toBeUndefined()
  })

  it('does not take another object for the one that was asked for', async () => {
    await using server = await serve(() => ({ status: 200, body: { id: '2' } }))
    await expect(open(server.url).get('user', '1', NEVER)).rejects.toMatchObject({ reason: 'malformed answer' })
  })
})

describe('a refusal', () => {
  it.each([
    [400, 'invalid-argument', 'refused the request (400); it says: invalidValue: no such thing'],
    [403, 'permission-denied', 'does not let this token do that (403)'],
    [404, 'not-found', 'has nothing at this address (404)'],
    [409, 'already-exists', 'says that it is there already (409)'],
    [412, 'aborted', 'holds a newer version'],
    [501, 'unimplemented', 'does not offer this (501)'],
  ])('with %i is %s, in the words of the server', async (status, code, words) => {
    await using server = await serve(() => ({ status, body: { scimType: 'invalidValue', detail: 'no\n such thing' } }))
    const failure = open(server.url).create('user', ADA, NEVER)
    await expect(failure).rejects.toMatchObject({ code, reason: `http ${status}` })
    await expect(failure).rejects.toThrow(words)
  })

  it.each([400, 422])(
    'with %i and the type uniqueness is that it is there already, and sent in no other shape',
    async (status) => {
      await using server = await serve(() => ({ status, body: { scimType: 'uniqueness', detail: 'userName' } }))
      const failure = open(server.url).create('user', ADA, NEVER)
      await expect(failure).rejects.toMatchObject({ code: 'already-exists' })
      expect(server.asked).toHaveLength(1)
    },
  )

  it('does not repeat the token that a server quotes', async () => {
    await using server = await serve(() => error(400, 'bad header Bearer old-token'))
    await expect(open(server.url).create('user', ADA, NEVER)).rejects.toThrow('bad header Bearer [secret]')
  })

  it.each([301, 302, 307, 308])('to another address (%i) is not followed with the token', async (status) => {
    await using other = await serve(() => ({ status: 200, body: listOf([]) }))
    await using server = await serve(() => ({ status, headers: { location: `${other.url}/Users?x=1` } }))
    const failure = open(server.url).find('user', 'externalId', 'x', NEVER)
    await expect(failure).rejects.toMatchObject({ code: 'failed-precondition', reason: `http ${status}` })
    await expect(failure).rejects.toThrow(
      /redirects to 127\.0\.0\.1:\d+\/scim\/v2\/Users \(30\d\); the token was not sent/,
    )
    expect(other.asked).toEqual([])
  })
})

describe('a redirect within the server', () => {
  const urls = (asked: readonly Asked[]) => asked.map(({ method, url }) => `${method} ${url}`)

  it('for good is followed by changes, too, and spared from then on', async () => {
    await using server = await serve(({ url }) =>
      url.endsWith('/') ? { status: 201, body: { id: '1' } } : { status: 308, headers: { location: `${url}/` } },
    )
    const target = open(server.url)
    expect((await target.create('user', ADA, NEVER)).id).toBe('1')
    await target.remove('user', '1', NEVER)
    expect(urls(server.asked)).toEqual(['POST /scim/v2/Users', 'POST /scim/v2/Users/', 'DELETE /scim/v2/Users/1/'])
    expect(server.asked[1]?.body).toEqual(server.asked[0]?.body)
  })

  it('for now is followed each time', async () => {
    await using server = await serve(({ url }) =>
      url.startsWith('/other/')
        ? { status: 200, body: { id: '1' } }
        : { status: 307, headers: { location: url.replace('/scim/v2', '/other') } },
    )
    const target = open(server.url)
    for (let times = 0; times < 2; times++) expect((await target.get('user', '1', NEVER))?.id).toBe('1')
    expect(server.asked).toHaveLength(4)
  })

  it('of the kind that turns a change into a read is followed by reads alone', async () => {
    await using server = await serve(({ url }) =>
      url.endsWith('/') ? { status: 200, body: { id: '1' } } : { status: 302, headers: { location: `${url}/` } },
    )
    const target = open(server.url)
    expect((await target.get('user', '1', NEVER))?.id).toBe('1')
    await expect(target.create('user', ADA, NEVER)).rejects.toThrow(
      /127\.0\.0\.1:\d+ only redirects this request \(302\)/,
    )
  })

  it('that leads in a circle ends', async () => {
    await using server = await serve(({ url }) => ({ status: 308, headers: { location: url } }))
    await expect(open(server.url).get('user', '1', NEVER)).rejects.toMatchObject({ reason: 'http 308' })
    expect(server.asked).toHaveLength(6)
  })
})

describe('a server that takes one media type', () => {
  it.each([406, 415])('other than the standard’s gets that one after %i, and at once from then on', async (status) => {
    await using server = await serve(({ headers }) =>
      headers['accept'] === 'application/json' ? { status: 201, body: { id: '1' } } : { status },
    )
    const target = open(server.url)
    await target.create('user', ADA, NEVER)
    await target.create('user', ADA, NEVER)
    expect(server.asked.map(({ headers }) => headers['content-type'])).toEqual([
      'application/scim+json',
      'application/json',
      'application/json',
    ])
  })

  it('that nobody knows is refused, and the standard’s is kept', async () => {
    await using server = await serve(() => ({ status: 415 }))
    const target = open(server.url)
    for (let times = 0; times < 2; times++)
      await expect(target.create('user', ADA, NEVER)).rejects.toMatchObject({ reason: 'http 415' })
    expect(server.asked.map(({ headers }) => headers['accept'])).toEqual([
      'application/scim+json',
      'application/json',
      'application/scim+json',
      'application/json',
    ])
  })
})

describe('a token that is refused', () => {
  const server = (status: number) =>
    serve(({ headers }) => (headers['authorization'] === 'Bearer new-token' ? { status: 204 } : error(status, 'who?')))

  it.each([401, 403])('is read again once, and the request goes on with the new one (%i)', async (status) => {
    await using scim = await server(status)
    let reads = 0
    const rereadToken = async () => {
      reads++
      return new Secret('new-token')
    }
    const target = open(scim.url, { rereadToken })
    await target.remove('user', '1', NEVER)
    await target.remove('user', '2', NEVER)
    expect([reads, scim.asked.length]).toEqual([1, 3])
  })

  it.each([
    [401, 'unauthenticated', 'refused the token (401)'],
    [403, 'permission-denied', 'does not let this token do that (403)'],
  ])('ends the request where there is no other (%i)', async (status, code, words) => {
    await using scim = await server(status)
    const target = open(scim.url, { rereadToken: async () => new Secret('old-token') })
    const failure = target.remove('user', '1', NEVER)
    await expect(failure).rejects.toMatchObject({ code })
    await expect(failure).rejects.toThrow(words)
    expect(scim.asked).toHaveLength(1)
  })
})

describe('the rate limit', () => {
  it('is waited out, for writes too, and the request is sent again', async () => {
    await using server = await serve((_, number) =>
      number === 1 ? { status: 429, headers: { 'retry-after': '7' } } : { status: 201, body: { id: '1' } },
    )
    const time = sleepingTime()
    const waits: Date[] = []
    const target = open(server.url, { ...time, onWait: (until) => waits.push(until) })
    expect((await target.create('user', ADA, NEVER)).id).toBe('1')
    expect([time.now(), target.traffic()]).toEqual([7_000, { requests: 2, retries: 0, waitedMs: 7_000 }])
    expect(waits).toEqual([new Date(Date.UTC(2026, 0, 1) + 7_000)])
  })

  it('may end at a date', async () => {
    await using server = await serve((_, number) =>
      number === 1
        ? { status: 429, headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' } }
        : { status: 201, body: { id: '1' } },
    )
    const time = sleepingTime()
    await open(server.url, time).create('user', ADA, NEVER)
    expect(time.now()).toBe(9_000)
  })

  it('ends a request that is refused for ever, without doubt about the change', async () => {
    await using server = await serve(() => ({ status: 429, headers: { 'retry-after': '1' } }))
    await expect(open(server.url).create('user', ADA, NEVER)).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'rate limit',
    })
    expect(server.asked).toHaveLength(21)
  })

  it('that Twingate publishes is kept from the first request, in 1.1 of the time it dictates', async () => {
    const time = createVirtualTime()
    const sent: number[] = []
    const target = open('https://acme.twingate.com/api/scim/v2', {
      ...time,
      profile: startingProfile('twingate'),
      transport: async ({ signal }) => {
        sent.push(time.clock.monotonicMs())
        await time.sleep(15, signal)
        return { status: 200, headers: {}, body: '{"id":"1"}' }
      },
    })
    let left = 251
    const worker = async () => {
      while (left-- > 0) await target.get('user', '1', NEVER)
    }
    await time.run(Promise.all([worker(), worker(), worker(), worker()]))
    const perSecond = sent.map((at) => sent.filter((other) => other >= at && other < at + 1_000).length)
    expect([sent.length, Math.max(...perSecond)]).toEqual([251, 25])
    expect(time.clock.monotonicMs()).toBeLessThanOrEqual(10_000 * 1.1)
  })
})

it('logs each answer without the values that an address holds', async () => {
  const lines: unknown[] = []
  await using server = await serve(() => ({ status: 200, body: listOf([]) }))
  const log = { ...silentLogger, debug: (message: string, fields: unknown) => void lines.push([message, fields]) }
  await open(server.url, {}, log).find('user', 'userName', 'ada@example.com', NEVER)
  expect(lines).toEqual([
    ['the target answered', { operation: 'find a user by userName', method: 'GET', status: 200, ms: 0 }],
  ])
})
