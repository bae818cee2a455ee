import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { BatonPeer } from '../judges/baton-peer.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { openPeerFixture, type PeerFixture } from '../judges/peer-fixture.ts'
import { HELLO } from '../judges/raw-client.ts'
import { askToken, assertionOf, fetchToken, type AssertionParts } from '../judges/raw-token.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

describe.skipIf(missing)(`tokens of the service peer ${missing ?? ''}`, () => {
  const tools = found as OfficialTools
  let at: PeerFixture

  beforeEach(async () => {
    at = await openPeerFixture(tools)
  })
  afterEach(() => at.close())

  const OTHER = 'secret-token:conductorone.com:v1:'
  const foreignKey = { kty: 'OKP', crv: 'Ed25519', x: 'PQ', d: Buffer.alloc(32, 7).toString('base64url') }
  const seconds = () => Math.floor(Date.now() / 1000)

  test.each<readonly [string, AssertionParts]>([
    ['signature', { secret: OTHER + Buffer.from(JSON.stringify(foreignKey)).toString('base64url') }],
    ['assertion', { header: { alg: 'HS256' } }],
    ['assertion', { header: { alg: 'none' } }],
    ['assertion', { form: { client_assertion: 'a.b.c' } }],
    ['nonce', { header: { nonce: undefined } }],
    ['iss', { claims: { iss: 'other' } }],
    ['sub', { claims: { sub: 'other' } }],
    ['aud', { claims: { aud: 'localhost:1' } }],
    ['aud', { claims: { aud: ['localhost', 'other'] } }],
    ['exp', { clockOff: -600 }],
    ['nbf', { clockOff: 600 }],
    ['iat', { clockOff: 600, claims: { nbf: 1 } }],
    ['after iat', { claims: { exp: seconds() + 600 } }],
    ['exp, iat or nbf', { claims: { iat: undefined } }],
    ['grant_type', { form: { grant_type: 'password' } }],
    ['client_assertion_type', { form: { client_assertion_type: undefined } }],
    ['client_id', { form: { client_id: 'other@localhost/spc' } }],
    ['client_secret', { form: { client_secret: 'x' } }],
    ['content type', { contentType: 'application/json' }],
  ])('a wrong %s is refused: %j', async (reason, parts) => {
    const { status } = await askToken(at.peer, parts)
    expect(status).toBeGreaterThanOrEqual(400)
    expect((await at.peer.heard('token')).refused).toContain(reason)
  })

  test('an audience in a list is accepted, a minute of difference between clocks, too', async () => {
    expect((await askToken(at.peer, { claims: { aud: ['localhost'] } })).status).toBe(200)
    expect((await askToken(at.peer, { clockOff: 60 })).status).toBe(200)
    expect((await askToken(at.peer, { clockOff: -60 })).status).toBe(200)
  })

  test('an assertion is good for once', async () => {
    const form = { client_assertion: assertionOf(at.peer) }
    expect([(await askToken(at.peer, { form })).status, (await askToken(at.peer, { form })).status]).toEqual([200, 401])
  })

  test('a token ends with its life and when it is revoked', async () => {
    const client = await at.connect()
    expect(await client.call('Hello', HELLO)).toEqual({})
    expect(await at.peer.tell({ do: 'revoke-tokens' })).toMatchObject({ revoked: 1 })
    expect(await client.call('Hello', HELLO)).toMatchObject({ code: 16, details: 'token revoked' })
    await at.peer.tell({ do: 'token-life', expiresInMs: 0 })
    expect(await (await at.connect()).call('Hello', HELLO)).toMatchObject({ code: 16, details: 'token expired' })
    await at.peer.tell({ do: 'token-life', expiresInMs: 600_000 })
    expect((await fetchToken(at.peer)).expiresIn).toBe(600)
  })

  test('a rotated key makes the old secret worthless', async () => {
    const { clientSecret } = await at.peer.tell({ do: 'rotate-key', clientId: at.peer.clientId })
    expect((await askToken(at.peer)).status).toBe(401)
    expect((await askToken(at.peer, { secret: clientSecret as string })).status).toBe(200)
  })

  test('answers are scripted, one after the other', async () => {
    await at.peer.tell({
      do: 'token-answers',
      answers: [{ status: 500 }, { status: 200, body: 'garbage' }, { drop: true }],
    })
    expect(await askToken(at.peer)).toEqual({ status: 500, body: '' })
    expect(await askToken(at.peer)).toEqual({ status: 200, body: 'garbage' })
    await expect(askToken(at.peer)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect((await askToken(at.peer)).status).toBe(200)
    expect((await at.peer.summary()).calls['Token']).toBe(4)
  })

  test('a client made elsewhere is let in by its public key, and revoked without harm to others', async () => {
    const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
    const clientSecret = OTHER + Buffer.from(JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x, d })).toString('base64url')
    const clientId = 'elsewhere@localhost:8443/ccc'
    const elsewhere = { ...at.peer, clientId, clientSecret }
    expect((await askToken(elsewhere)).status).toBe(401)
    await at.peer.tell({ do: 'accept', clientId, publicKey: x ?? '' })
    const client = await at.connect([`Bearer ${(await fetchToken(elsewhere)).token}`])
    expect(await client.call('Hello', HELLO)).toEqual({})

    await at.peer.tell({ do: 'revoke', clientId })
    expect(await client.call('Hello', HELLO)).toMatchObject({ code: 16, details: 'token revoked' })
    expect((await askToken(elsewhere)).status).toBe(401)
    expect((await askToken(at.peer)).status).toBe(200)
    await expect(at.peer.tell({ do: 'revoke', clientId })).rejects.toThrow('no client')
    await expect(at.peer.tell({ do: 'accept', clientId, publicKey: 'AAAA' })).rejects.toThrow('not one of Ed25519')
  })

  test('another client has a name and a key of its own', async () => {
    const { clientId, clientSecret } = await at.peer.tell({ do: 'credentials', name: 'second' })
    expect(clientId).toMatch(/^second@localhost:\d+\/spc$/)
    expect((await askToken({ ...at.peer, clientId, clientSecret } as BatonPeer)).status).toBe(200)
    expect((await askToken({ ...at.peer, clientId } as BatonPeer)).status).toBe(401)
  })
})
