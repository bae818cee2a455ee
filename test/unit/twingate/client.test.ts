import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTwingateClient, type Query } from '../../../src/twingate/client.ts'
import { createTransport } from '../../../src/sdk/http/transport.ts'
import type { ConnectorError } from '../../../src/sdk/ground/errors.ts'
import { silentLogger } from '../../../src/sdk/ground/ports.ts'
import { createRatePacer } from '../../../src/sdk/pacing/rate-limit.ts'
import { Secret } from '../../../src/sdk/ground/secret.ts'

const KEY = 'key-that-must-stay-secret'
const Hello: Query<{ hello: string }> = {
  operation: 'Hello',
  document: 'query Hello { hello }',
  answer: z.object({ hello: z.string() }),
}

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function serve(handler: Handler) {
  let count = 0
  const keys: (string | undefined)[] = []
  const server = createServer((request, response) => {
    keys.push(request.headers['x-api-key'] as string | undefined)
    request.resume().on('end', () => handler(request, response, ++count))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  )
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/graphql/`)
  return { url, keys, count: () => count }
}

function clientOf(
  url: URL,
  options: { timeoutMs?: number; mayMoveTo?: (url: URL) => boolean; rereadKey?: () => Promise<Secret> } = {},
) {
  const waits: number[] = []
  const clock = { now: () => new Date('2026-01-02T03:04:05Z'), monotonicMs: () => 0 }
  let skipped = 0
  const movingClock = { ...clock, monotonicMs: () => skipped }
  const pacer = () =>
    createRatePacer({
      clock: movingClock,
      sleep: async (ms) => {
        waits.push(ms)
        skipped += ms
      },
      published: { requests: 60, windowMs: 60_000 },
    })
  const client = createTwingateClient({
    url,
    key: new Secret(KEY),
    ...(options.rereadKey && { rereadKey: options.rereadKey }),
    mayMoveTo: options.mayMoveTo ?? (() => false),
    transport: createTransport({ timeoutMs: options.timeoutMs ?? 5_000, env: {} }),
    pacers: { read: pacer(), write: pacer() },
    clock,
    userAgent: 'baton-twingate/0',
  })
  return { client, waits }
}

const call = { signal: new AbortController().signal, log: silentLogger }
const json = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
const ok = (response: ServerResponse) => json(response, 200, { data: { hello: 'world' } })

const failing = async (handler: Handler, options = {}): Promise<ConnectorError> => {
  const { url } = await serve(handler)
  const { client } = clientOf(url, options)
  const error = await client.query(Hello, {}, call).then(
    () => undefined,
    (e: unknown) => e as ConnectorError,
  )
  if (!error) throw new Error('the query succeeded')
  expect(`${error.message} ${JSON.stringify(error)} ${String(error.stack)}`).not.toContain(KEY)
  return error
}

describe('Twingate client', () => {
  it('gives the data of a good answer', async () => {
    const { url, keys } = await serve((_, response) => ok(response))
    const { client } = clientOf(url)
    expect(await client.query(Hello, {}, call)).toEqual({ hello: 'world' })
    expect(keys).toEqual([KEY])
    expect(client.traffic()).toEqual({ requests: 1, refusals: 0, authFailures: 0, waitedMs: 0, readsLeft: 59 })
  })

  it('repeats a request whose key was refused once with another key, and no more', async () => {
    const { url, keys } = await serve((_, response) => json(response, 401, { errors: [{ message: 'Unauthorized' }] }))
    let reads = 0
    const { client } = clientOf(url, { rereadKey: async () => new Secret(`other-${++reads}`) })
    await expect(client.query(Hello, {}, call)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(keys).toEqual([KEY, 'other-1'])
    expect(client.traffic()).toMatchObject({ requests: 2, authFailures: 1 })
  })

  it.each([
    [401, 'unauthenticated', /the API key was refused/],
    [403, 'permission-denied', /refused with a web page \(403\), which is not the Admin API's word about the key/],
    [404, 'not-found', /no Twingate network at 127\.0\.0\.1/],
    [408, 'deadline-exceeded', /gave up/],
    [500, 'unavailable', /failed \(500\)/],
    [501, 'invalid-argument', /refused the request \(501\)/],
    [503, 'unavailable', /failed \(503\)/],
    [302, 'failed-precondition', /redirects/],
    [418, 'invalid-argument', /418/],
  ] as const)('maps HTTP %i to %s', async (status, code, text) => {
    const error = await failing((_, response) => response.writeHead(status).end('<html>no</html>'))
    expect([error.code, error.reason]).toEqual([code, `http ${status}`])
    expect(error.detail).toMatch(text)
  })

  it('takes a 403 in the words of the API for a matter of the key', async () => {
    const error = await failing((_, response) => json(response, 403, { errors: [{ message: 'Forbidden' }] }))
    expect([error.code, error.detail]).toEqual(['permission-denied', expect.stringContaining('lacks the permission')])
  })

  it.each([
    ['errors that are null', 200, '{"data":{"hello":"world"},"errors":null}'],
    ['a byte order mark', 200, '\uFEFF{"data":{"hello":"world"}}'],
    ['another status of success', 201, '{"data":{"hello":"world"}}'],
  ])('takes a good answer with %s', async (_, status, body) => {
    const { url } = await serve((_request, response) => response.writeHead(status).end(body))
    expect(await clientOf(url).client.query(Hello, {}, call)).toEqual({ hello: 'world' })
  })

  it('takes a 404 for a passing fault once the network has answered', async () => {
    const { url } = await serve((_, response, n) => (n === 1 ? ok(response) : response.writeHead(404).end()))
    const { client } = clientOf(url)
    await client.query(Hello, {}, call)
    await expect(client.query(Hello, {}, call)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it.each([
    ['a web page', '<!DOCTYPE html><p>Sign in', /web page instead of data/],
    ['cut-off JSON', '{"data":{"hel', /cut off or not JSON/],
    ['an empty body', '', /cut off or not JSON/],
    ['JSON of another form', '{"data":{"hello":7}}', /another form .*hello/],
    ['null where data is needed', '{"data":null}', /another form/],
  ])('does not take %s for data', async (_, body, text) => {
    const error = await failing((_request, response) => response.writeHead(200).end(body))
    expect([error.code, error.reason]).toEqual(['unavailable', 'malformed answer'])
    expect(error.detail).toMatch(text)
  })

  it.each([
    ['an answer of another form', 200, '[{"data":7}]'],
    ['an error', 200, '{"errors":[{"message":"Something broke"}]}'],
    ['a status', 400, '{"errors":[{"message":"Something broke"}]}'],
    ['no answer', 0, ''],
  ])('repeats neither variables nor the document where it meets %s', async (_, status, body) => {
    const { url } = await serve((_request, response) =>
      status === 0 ? response.destroy() : response.writeHead(status).end(body),
    )
    const named = { ...Hello, document: 'query Hello($who: String) { hello(who: $who) }' }
    const error = await clientOf(url)
      .client.query(named, { who: 'plum-river-7' }, call)
      .catch((caught: unknown) => caught)
    const told = inspect(error, { depth: 10 })
    expect(told).not.toContain('plum-river-7')
    expect(told).not.toContain('hello(who')
  })

  it.each([
    ['Something broke', 'unavailable'],
    ["{'id': ['Unable to parse global ID']}", 'not-found'],
    ['You do not have permission to do this', 'permission-denied'],
    ['Cannot query field "x" on type "User".', 'internal'],
  ] as const)('refuses partial data beside the error %j', async (message, code) => {
    const error = await failing((_, response) =>
      json(response, 200, { data: { hello: 'half' }, errors: [{ message }] }),
    )
    expect(error.code).toBe(code)
    expect(error.detail).toContain(message)
  })

  it('reads the errors of a 400 answer', async () => {
    const error = await failing((_, response) => json(response, 400, { errors: [{ message: 'Syntax Error: {' }] }))
    expect([error.code, error.detail]).toEqual(['internal', expect.stringContaining('Syntax Error')])
  })

  it.each([
    ['seconds', { 'retry-after': '7' }, [7_000]],
    ['a date', { 'retry-after': 'Fri, 02 Jan 2026 03:04:09 GMT' }, [4_000]],
    ['nothing', {}, [1_000]],
    ['nonsense', { 'retry-after': 'soon' }, [1_000]],
  ])('waits after a 429 that names %s', async (_, headers, expected) => {
    const { url } = await serve((_request, response, n) => (n === 1 ? json(response, 429, {}, headers) : ok(response)))
    const { client, waits } = clientOf(url)
    expect(await client.query(Hello, {}, call)).toEqual({ hello: 'world' })
    expect(waits).toEqual(expected)
    expect(client.traffic()).toMatchObject({ requests: 2, refusals: 1 })
  })

  it('takes the refusal text under HTTP 200 for a 429', async () => {
    const { url } = await serve((_, response, n) =>
      n === 1 ? json(response, 200, { errors: [{ message: '429 Too Many Requests' }] }) : ok(response),
    )
    expect(await clientOf(url).client.query(Hello, {}, call)).toEqual({ hello: 'world' })
  })

  it.each([
    ['Internal error, reference 7f4290c1'],
    ["Field 'id' expected a number but got '429'."],
    ['Group "Too many requests" does not exist.'],
  ])('waits for no limit because of the text %j', async (message) => {
    const { url } = await serve((_, response) => json(response, 200, { errors: [{ message }] }))
    const { client, waits } = clientOf(url)
    await expect(client.query(Hello, {}, call)).rejects.toMatchObject({ reason: 'graphql errors' })
    expect(waits).toEqual([])
  })

  it('takes the code of a refusal for rate for a 429, whatever its words', async () => {
    const { url } = await serve((_, response, n) =>
      n === 1
        ? json(response, 200, { errors: [{ message: 'Slow down', extensions: { code: 'RATE_LIMITED' } }] })
        : ok(response),
    )
    expect(await clientOf(url).client.query(Hello, {}, call)).toEqual({ hello: 'world' })
  })

  it('gives up on a limit that never frees', async () => {
    const error = await failing((_, response) => json(response, 429, {}, { 'retry-after': '1' }))
    expect([error.code, error.reason]).toEqual(['unavailable', 'rate limit'])
  })

  it('follows a 308 once and stays there, where the target may have the key', async () => {
    const target = await serve((_, response) => ok(response))
    const start = await serve((_, response) => response.writeHead(308, { location: target.url.href }).end())
    const { client } = clientOf(start.url, { mayMoveTo: () => true })
    await client.query(Hello, {}, call)
    await client.query(Hello, {}, call)
    expect([start.count(), target.count()]).toEqual([1, 2])
  })

  it('follows the network when it moves again later', async () => {
    const last = await serve((_, response) => ok(response))
    const second = await serve((_, response) =>
      second.count() > 1 ? response.writeHead(308, { location: last.url.href }).end() : ok(response),
    )
    const start = await serve((_, response) => response.writeHead(308, { location: second.url.href }).end())
    const { client } = clientOf(start.url, { mayMoveTo: () => true })
    for (let n = 0; n < 3; n++) await client.query(Hello, {}, call)
    expect([start.count(), second.count(), last.count()]).toEqual([1, 2, 2])
  })

  it('does not follow a second 308', async () => {
    const start = await serve((request, response) =>
      response.writeHead(308, { location: `http://${request.headers.host}/api/graphql/` }).end(),
    )
    const { client } = clientOf(start.url, { mayMoveTo: () => true })
    await expect(client.query(Hello, {}, call)).rejects.toMatchObject({ code: 'failed-precondition' })
    expect(start.count()).toBe(2)
  })

  it('never sends the key to a host it may not move to', async () => {
    const stranger = await serve((_, response) => ok(response))
    const error = await failing((_, response) => response.writeHead(308, { location: stranger.url.href }).end())
    expect([error.code, stranger.count()]).toEqual(['failed-precondition', 0])
    expect(error.detail).toMatch(/the API key was not sent there/)
  })

  it('ends a request that takes too long', async () => {
    const error = await failing(() => {}, { timeoutMs: 50 })
    expect([error.code, error.reason]).toEqual(['deadline-exceeded', 'timeout'])
  })

  it('names a connection that is closed in the middle', async () => {
    const error = await failing((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{')
      setImmediate(() => response.destroy())
    })
    expect([error.code, error.reason]).toEqual(['unavailable', 'connection reset'])
  })

  it('stops at once when told to', async () => {
    const { url } = await serve(() => stop.abort())
    const stop = new AbortController()
    await expect(clientOf(url).client.query(Hello, {}, { ...call, signal: stop.signal })).rejects.toMatchObject({
      code: 'canceled',
    })
  })

  it('names a port where nobody listens', async () => {
    const { client } = clientOf(new URL('http://127.0.0.1:9/api/graphql/'))
    await expect(client.query(Hello, {}, call)).rejects.toMatchObject({ code: 'unavailable', reason: 'ECONNREFUSED' })
  })
})
