import { describe, expect, it } from 'vitest'
import { createTransport } from '../../../../../src/sdk/http/transport.ts'
import { parseClientId } from '../../../../../src/sdk/service/platform/credentials.ts'
import { platformHost } from '../../../../../src/sdk/service/platform/platform-host.ts'
import { createTokenSource } from '../../../../../src/sdk/service/platform/token-source.ts'
import { trustedContext } from '../../../../../src/sdk/http/trusted-certificates.ts'
import { silentLogger } from '../../../../../src/sdk/ground/ports.ts'
import { Secret } from '../../../../../src/sdk/ground/secret.ts'
import { makeCredentials, type TestCredentials } from '../../../../platform/service/client-credentials.ts'
import type { TokenReply } from '../../../../platform/service/token-endpoint.ts'
import { hasOpenssl } from '../../../../support/certificates.ts'
import { certificatesForFile, never, startStub } from '../service-fixture.ts'

const json =
  (status: number, body: unknown): TokenReply =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

describe.skipIf(!hasOpenssl())('token source', () => {
  const certificates = certificatesForFile()

  async function source(
    options: { readonly reread?: () => Promise<Secret | undefined>; readonly timeoutMs?: number } = {},
  ) {
    const stub = await startStub(certificates().localhost)
    const told: string[] = []
    /** An assertion takes one nonce. */
    const nonces: Uint8Array[] = []
    const time = { wall: Date.now(), ms: 1_000 }
    const env = { SSL_CERT_FILE: certificates().caFile }
    const { clientId: text, clientSecret } = stub.credentials
    const clientId = parseClientId(text)
    const tokens = createTokenSource({
      clientId,
      host: platformHost(clientId, {}),
      secret: new Secret(clientSecret),
      rereadSecret: options.reread ?? (() => Promise.resolve(undefined)),
      post: createTransport({ timeoutMs: 30_000, env, secureContext: trustedContext(env) }),
      clock: { now: () => new Date(time.wall), monotonicMs: () => time.ms },
      random(length) {
        nonces.push(crypto.getRandomValues(new Uint8Array(length)))
        return nonces.at(-1)!
      },
      userAgent: 'brave-otter baton-twingate/0.1.0',
      log: { ...silentLogger, debug: (message) => told.push(message) },
      stop: never,
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    })
    const next = async () => (await tokens.token(never)).authorization.reveal()
    const failure = () =>
      tokens.token(never).then(
        () => undefined,
        (error: unknown) => error as { code: string; detail: string; reason: string },
      )
    return { stub, tokens, time, next, failure, told, nonces }
  }

  it('fetches a token with an assertion that the platform accepts', async () => {
    const { stub, next } = await source()
    expect(await next()).toBe(`Bearer ${stub.tokens.requests[0]}`)
    expect(stub.tokens.honoured.has(stub.tokens.requests[0]!)).toBe(true)
  })

  it('shares one request among callers at the same time, and one token among those after', async () => {
    const { stub, next } = await source()
    const all = await Promise.all(Array.from({ length: 20 }, next))
    expect(new Set([...all, await next()]).size).toBe(1)
    expect(stub.tokens.requests.length).toBe(1)
  })

  it.each([
    [3600, 3540],
    ['3600', 3540],
    [100.5, 80.4],
    [10, 8],
    [undefined, 48],
    [0, 48],
    [-5, 48],
    ['soon', 48],
    [null, 48],
    [1e9, 86_340],
  ])('renews a token that is said to last %j seconds after %d, beside the calls', async (expiresIn, seconds) => {
    const { stub, next, time } = await source()
    stub.tokens.expiresIn = expiresIn
    const first = await next()
    time.ms += seconds * 1000 - 1
    expect(await next()).toBe(first)
    expect(stub.tokens.requests.length).toBe(1)
    time.ms += 1
    expect(await next()).toBe(first)
    await expect.poll(next).not.toBe(first)
    expect(stub.tokens.requests.length).toBe(2)
  })

  it('waits for a new token where the old one has expired', async () => {
    const { next, time } = await source()
    const first = await next()
    time.ms += 3_600_000
    expect(await next()).not.toBe(first)
  })

  it('goes on with a token that still holds when it cannot be renewed, asking again with pauses', async () => {
    const { stub, next, time, failure, told, nonces } = await source()
    const first = await next()
    time.ms += 3_540_000
    for (let calls = 0; calls < 10; calls++) {
      stub.tokens.replies.push(json(503, {}))
      expect(await next()).toBe(first)
      await expect.poll(() => told).toContain('no new token yet')
    }
    expect(nonces.length).toBe(2)
    time.ms += 5_000
    expect(await next()).toBe(first)
    await expect.poll(() => stub.tokens.requests.length).toBe(3)
    time.ms += 55_000
    expect(await failure()).toMatchObject({ code: 'unavailable', reason: 'http 503' })
  })

  it('fetches one more for a token that was refused, however many callers refuse it', async () => {
    const { stub, tokens, next } = await source()
    const refused = await tokens.token(never)
    for (let callers = 0; callers < 3; callers++) tokens.refuse(refused)
    const second = await next()
    tokens.refuse(refused)
    expect(await next()).toBe(second)
    expect(stub.tokens.requests.length).toBe(2)
  })

  it.each([
    [
      400,
      'unauthenticated',
      /refused the credentials \(HTTP 400, invalid_client\); check --client-id .* and --client-secret/,
    ],
    [401, 'unauthenticated', /refused the credentials \(HTTP 401, invalid_client\)/],
    [403, 'unauthenticated', /refused the credentials \(HTTP 403, invalid_client\)/],
    [302, 'unavailable', /answered with HTTP 302; if it stays, check the host in --client-id/],
    [404, 'unavailable', /answered with HTTP 404/],
    [408, 'unavailable', /answered with HTTP 408/],
    [429, 'unavailable', /answered with HTTP 429/],
    [500, 'unavailable', /answered with HTTP 500/],
    [503, 'unavailable', /answered with HTTP 503/],
  ])('says what HTTP %i means', async (status, code, detail) => {
    const { stub, failure } = await source()
    stub.tokens.replies.push(json(status, { error: 'invalid_client', error_description: 'seen: eyJhbGciOi' }))
    const error = await failure()
    expect(error).toMatchObject({ code, detail: expect.stringMatching(detail), reason: `http ${status}` })
    expect(error!.detail).not.toContain('eyJ')
  })

  it.each<[string, TokenReply]>([
    ['a page', (response) => response.writeHead(200).end('<html>sign in</html>')],
    ['nothing', (response) => response.writeHead(200).end()],
    ['an empty token', json(200, { access_token: '' })],
    ['no token', json(200, { token_type: 'bearer' })],
    ['a list', json(200, [])],
    ['a token that no header can hold', json(200, { access_token: 'a\nb' })],
    ['an odd type', json(200, { access_token: 'a', token_type: 'a b\n' })],
  ])('takes %s for an answer that may pass', async (_, reply) => {
    const { stub, failure, next } = await source()
    stub.tokens.replies.push(reply)
    expect(await failure()).toMatchObject({ code: 'unavailable', reason: 'malformed answer' })
    expect(await next()).toMatch(/^Bearer /)
  })

  it.each([
    ['bearer', 'Bearer t'],
    ['BEARER', 'Bearer t'],
    ['', 'Bearer t'],
    [undefined, 'Bearer t'],
    ['MAC', 'MAC t'],
  ])('writes the type %j as %j', async (type, authorization) => {
    const { stub, next } = await source()
    stub.tokens.replies.push(json(200, { access_token: 't', token_type: type, expires_in: 60 }))
    expect(await next()).toBe(authorization)
  })

  it.each([
    [-600_000, /clock of this machine is 10 min behind that of localhost:\d+, set it right/],
    [600_000, /clock of this machine is 10 min ahead of that of localhost:\d+, set it right/],
    [100_000 + 21_000, /clock of this machine is 12\d s|2 min ahead/],
  ])('says that the clock is wrong by %d ms where the credentials are refused', async (off, detail) => {
    const { time, failure } = await source()
    time.wall += off
    expect(await failure()).toMatchObject({ code: 'unauthenticated', detail: expect.stringMatching(detail) })
  })

  it('does not blame a clock that is right', async () => {
    const { stub, failure } = await source()
    stub.tokens.clients.clear()
    expect((await failure())!.detail).toMatch(/check --client-id/)
  })

  it('names a secret that belongs to another client', async () => {
    const { stub, failure } = await source()
    stub.tokens.clients.set(stub.credentials.clientId, makeCredentials('localhost').publicKey)
    expect(await failure()).toMatchObject({ code: 'unauthenticated', detail: expect.stringMatching(/--client-secret/) })
    expect(stub.tokens.requests[0]).toMatch(/signature verification failed/)
  })

  describe('with a secret that was changed in its file', () => {
    async function rotated(file: (fresh: TestCredentials) => Promise<Secret | undefined>) {
      const fresh = makeCredentials('localhost')
      const found = await source({ reread: () => file(fresh) })
      found.stub.tokens.clients.set(found.stub.credentials.clientId, fresh.publicKey)
      return { ...found, fresh }
    }

    it('reads it again when it is refused, and goes on', async () => {
      const { stub, next, tokens } = await rotated(({ clientSecret }) => Promise.resolve(new Secret(clientSecret)))
      expect(await next()).toMatch(/^Bearer /)
      tokens.refuse(await tokens.token(never))
      await next()
      // The new one is kept: it is refused once only.
      expect(stub.tokens.requests.length).toBe(3)
    })

    it('asks once only where it holds what was refused', async () => {
      const { stub, failure } = await source({
        reread: () => Promise.resolve(new Secret(stub.credentials.clientSecret)),
      })
      stub.tokens.clients.clear()
      expect(await failure()).toMatchObject({ code: 'unauthenticated' })
      expect(stub.tokens.requests.length).toBe(1)
    })

    it.each([
      [
        'half written',
        /refused the credentials .*; --client-secret .*: must look like/,
        () => Promise.resolve(new Secret('x')),
      ],
      ['gone', /refused the credentials .*; .*is gone/, () => Promise.reject(new Error('it is gone'))],
    ])('says so where it is %s', async (_, detail, file) => {
      const { failure } = await rotated(file)
      expect(await failure()).toMatchObject({ code: 'unauthenticated', detail: expect.stringMatching(detail) })
    })
  })

  it('gives up on an endpoint that does not answer', async () => {
    const { stub, failure } = await source({ timeoutMs: 100 })
    stub.tokens.replies.push(() => {})
    expect(await failure()).toMatchObject({
      code: 'unavailable',
      detail: expect.stringMatching(/gave no token within 0\.1 s; check the network/),
    })
  })

  it('stops at once when it is told to', async () => {
    const { stub, tokens } = await source()
    const stop = new AbortController()
    stub.tokens.replies.push(() => stop.abort())
    await expect(tokens.token(stop.signal)).rejects.toMatchObject({ code: 'canceled' })
  })

  it('says what is wrong with the connection', async () => {
    const { stub, failure } = await source()
    await stub.stop()
    expect(await failure()).toMatchObject({ code: 'unavailable', detail: expect.stringMatching(/ECONNREFUSED/) })
  })
})
