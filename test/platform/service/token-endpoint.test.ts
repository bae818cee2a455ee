import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { importJWK, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeCredentials } from './client-credentials.ts'
import { createTokenEndpoint } from './token-endpoint.ts'

const NOW = Math.floor(Date.UTC(2026, 0, 2) / 1000)

interface Assertion {
  readonly header: Record<string, unknown>
  readonly claims: JWTPayload
  readonly key: Parameters<typeof importJWK>[0]
  readonly form: Record<string, string>
  readonly path: string
}

describe('token endpoint of the stub', () => {
  const { clientId, clientSecret, publicKey } = makeCredentials('acme.example:8443')
  const key = JSON.parse(Buffer.from(clientSecret.split(':')[3]!, 'base64url').toString()) as Assertion['key']
  const good: Assertion = {
    header: { nonce: '0'.repeat(32) },
    claims: { iss: clientId, sub: clientId, aud: 'acme.example', iat: NOW, nbf: NOW - 120, exp: NOW + 120 },
    key,
    form: { client_id: clientId, grant_type: 'client_credentials' },
    path: '/auth/v1/token',
  }

  async function ask(assertion: Assertion) {
    const endpoint = createTokenEndpoint()
    endpoint.clients.set(clientId, publicKey)
    endpoint.now = () => new Date(NOW * 1000)
    const server = createServer((request, response) => void endpoint.handle(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const jws = await new SignJWT(assertion.claims)
      .setProtectedHeader({ alg: 'EdDSA', ...assertion.header })
      .sign(await importJWK(assertion.key, 'EdDSA'))
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${assertion.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: jws,
        ...assertion.form,
      }).toString(),
    })
    return { status: response.status, honoured: endpoint.honoured.size, why: endpoint.requests[0] }
  }

  it('gives a token for an assertion as the platform asks for', async () => {
    expect(await ask(good)).toMatchObject({ status: 200, honoured: 1 })
  })

  const claims = (change: JWTPayload): Partial<Assertion> => ({ claims: { ...good.claims, ...change } })
  const other = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as Assertion['key']
  it.each<[string, Partial<Assertion>]>([
    ['another key', { key: other }],
    ['a type in the header', { header: { ...good.header, typ: 'JWT' } }],
    ['no nonce', { header: {} }],
    ['a port in the audience', claims({ aud: 'acme.example:8443' })],
    ['another issuer', claims({ iss: 'someone' })],
    ['another subject', claims({ sub: 'someone' })],
    ['an end in the past', claims({ iat: NOW - 600, nbf: NOW - 720, exp: NOW - 480 })],
    ['a begin in the future', claims({ iat: NOW + 600, nbf: NOW + 480, exp: NOW + 720 })],
    ['a longer life', claims({ exp: NOW + 3600 })],
    ['one claim more', claims({ jti: 'x' })],
    ['an unknown client', { form: { ...good.form, client_id: 'someone@acme.example/x' } }],
    ['another grant type', { form: { ...good.form, grant_type: 'password' } }],
    ['one field more', { form: { ...good.form, scope: 'all' } }],
    ['another address', { path: '/token' }],
  ])('refuses %s', async (_, change) => {
    expect(await ask({ ...good, ...change })).toMatchObject({ status: 401, honoured: 0 })
  })
})
