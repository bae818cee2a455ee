import { expect, test } from 'vitest'
import { LIMITER_MODELS, rateLimiter } from './rate-limiter.ts'
import { type Limits, startTenant } from './start-tenant.ts'
import { ask } from './ask.ts'
import { ADD_MEMBERS } from './documents.ts'

test.each(LIMITER_MODELS)('the %s limiter lets exactly the limit pass at once', (model) => {
  const take = rateLimiter(model, 3, 1000)
  expect([take(5000), take(5000), take(5000)]).toEqual([0, 0, 0])
  expect(take(5000)).toBeGreaterThan(0)
})

test.each(LIMITER_MODELS)('the %s limiter lets one pass after the wait it named, and not a moment before', (model) => {
  const take = rateLimiter(model, 3, 1000)
  for (const at of [5100, 5200, 5300]) take(at)
  const wait = take(5400)
  expect(take(5400 + wait - 1)).toBe(1)
  expect(take(5400 + wait)).toBe(0)
})

test('a fixed window forgets everything at its border', () => {
  const take = rateLimiter('fixed', 2, 1000)
  expect([take(5998), take(5999), take(5999), take(6000), take(6000), take(6000)]).toEqual([0, 0, 1, 0, 0, 1000])
})

test('a sliding window forgets each request by itself', () => {
  const take = rateLimiter('sliding', 2, 1000)
  expect([take(5000), take(5900), take(5999), take(6000), take(6000)]).toEqual([0, 0, 1, 0, 900])
})

test('a bucket refills evenly', () => {
  const take = rateLimiter('bucket', 2, 1000)
  expect([take(5000), take(5000), take(5000), take(5500), take(5500)]).toEqual([0, 0, 500, 0, 500])
})

const now = Date.UTC(2026, 0, 1, 0, 0, 30)

const askTwice = async (limits: Limits) => {
  const running = await startTenant({ limits, now: () => now })
  try {
    await ask(running, '{ users { totalCount } }')
    const second = await ask(running, '{ users { totalCount } }')
    return { second, running }
  } finally {
    await running.close()
  }
}

test.each([
  ['seconds', '30'],
  ['date', 'Thu, 01 Jan 2026 00:01:00 GMT'],
  ['none', null],
] as const)('a refused request answers 429 with Retry-After as %s', async (form, header) => {
  const { second, running } = await askTwice({ model: 'fixed', reads: 1, retryAfter: form })
  expect(second.status).toBe(429)
  expect(second.headers.get('retry-after')).toBe(header)
  expect(second.text).toBe('{"errors":[{"message":"429 Too Many Requests"}]}')
  expect(running.requests.map((request) => [request.status, request.limited, request.attempt])).toEqual([
    [200, false, 1],
    [429, true, 0],
  ])
})

test('reads and writes are counted apart', async () => {
  const running = await startTenant({ limits: { model: 'fixed', reads: 1, writes: 1 }, now: () => now })
  try {
    const [user] = running.tenant.users
    const variables = { id: running.tenant.groupByName('Nobody yet')?.id, users: [user?.id] }
    const statuses: number[] = []
    for (const query of [ADD_MEMBERS, '{ users { totalCount } }', ADD_MEMBERS, '{ users { totalCount } }']) {
      statuses.push((await ask(running, query, query === ADD_MEMBERS ? variables : {})).status)
    }
    expect(statuses).toEqual([200, 200, 429, 429])
    expect(running.counts()).toEqual({ total: 4, reads: 2, writes: 2, limited: 2, faults: 0 })
  } finally {
    await running.close()
  }
})
