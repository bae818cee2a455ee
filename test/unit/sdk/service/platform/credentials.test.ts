import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseClientId, parseClientSecret } from '../../../../../src/sdk/service/platform/credentials.ts'
import { platformHost } from '../../../../../src/sdk/service/platform/platform-host.ts'
import { Secret } from '../../../../../src/sdk/ground/secret.ts'
import { makeCredentials } from '../../../../platform/service/client-credentials.ts'

const refused = (detail: RegExp) =>
  expect.objectContaining({ code: 'invalid-argument', detail: expect.stringMatching(detail) })

describe('client id', () => {
  it.each([
    ['brave-otter-12345@acme.conductor.one/pcc', 'brave-otter-12345', 'acme.conductor.one'],
    ['  a@localhost:8443/x/y@z\n', 'a', 'localhost:8443'],
    ['@Acme.Conductor.One/', '', 'acme.conductor.one'],
    ['a@[::1]:8443/pcc', 'a', '[::1]:8443'],
  ])('%j has its name and its host', (text, name, host) => {
    expect(parseClientId(text)).toEqual({ text: text.trim(), name, host })
  })

  it.each(['', 'acme', 'a@acme.conductor.one', 'a/pcc', '/a@b', 'a@/pcc', 'a@b c/pcc', 'a@b?c/d', 'a@x:99999/pcc'])(
    '%j is refused with an example',
    (text) => {
      expect(() => parseClientId(text)).toThrow(refused(/^--client-id \(BATON_CLIENT_ID\): must look like name-12345@/))
    },
  )

  it('keeps whatever stands around the host', () => {
    const part = fc.string().map((text) => text.replace(/[@\s]/g, ''))
    fc.assert(
      fc.property(part, fc.domain(), part, (name, host, rest) => {
        expect(parseClientId(`${name}@${host}/${rest}`)).toMatchObject({ name, host: host.toLowerCase() })
      }),
    )
  })
})

describe('platform host', () => {
  const id = parseClientId('a@acme.conductor.one/pcc')

  it('is that of the client id', () => {
    expect(platformHost(id, { BATON_C1_API_HOST: ' ' })).toEqual({
      name: 'acme.conductor.one',
      port: 443,
      host: 'acme.conductor.one',
      setting: 'the host in --client-id (BATON_CLIENT_ID)',
    })
  })

  it('is that of BATON_C1_API_HOST where it is set', () => {
    expect(platformHost(id, { BATON_C1_API_HOST: 'localhost:8443' })).toEqual({
      name: 'localhost',
      port: 8443,
      host: 'localhost:8443',
      setting: 'BATON_C1_API_HOST',
    })
  })

  it.each(['https://acme.conductor.one', 'acme/x', 'a b'])('%j is refused', (text) => {
    expect(() => platformHost(id, { BATON_C1_API_HOST: text })).toThrow(refused(/^BATON_C1_API_HOST: must be a host/))
  })
})

describe('client secret', () => {
  const { clientSecret } = makeCredentials('localhost')
  const encoded = (document: unknown) =>
    `secret-token:conductorone.com:v1:${Buffer.from(JSON.stringify(document)).toString('base64url')}`
  const jwkOf = (secret: string) =>
    JSON.parse(Buffer.from(secret.split(':')[3]!, 'base64url').toString()) as Record<string, string>
  const jwk = jwkOf(clientSecret)
  const parse = (text: string) => parseClientSecret(new Secret(text))

  it('gives the key pair, and the key id where there is one', () => {
    expect(parse(clientSecret).jwk).toEqual(jwk)
    expect(parse(`${clientSecret}\n`).jwk).toEqual(jwk)
    expect(parse(makeCredentials('localhost', 'k1').clientSecret).jwk.kid).toBe('k1')
    expect(parse(encoded({ ...jwk, kid: '', use: 'sig' })).jwk.kid).toBeUndefined()
  })

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  const other = jwkOf(makeCredentials('localhost').clientSecret)
  it.each([
    ['nothing', '', /must look like secret-token:/],
    ['too few parts', 'secret-token:conductorone.com:v1', /must look like secret-token:/],
    ['too many parts', `${clientSecret}:x`, /must look like secret-token:/],
    ['another version', clientSecret.replace(':v1:', ':v2:'), /another version than v1; update/],
    ['no base64url', 'secret-token:conductorone.com:v1:a b', /cannot be decoded; was it copied whole/],
    ['a cut text', clientSecret.slice(0, -20), /cannot be decoded; was it copied whole/],
    ['no data', 'secret-token:conductorone.com:v1:', /cannot be decoded/],
    ['a public key', encoded({ ...jwk, d: undefined }), /no private Ed25519 key/],
    ['an RSA key', encoded(rsa), /no private Ed25519 key/],
    ['no object', encoded('text'), /no private Ed25519 key/],
    ['halves of two pairs', encoded({ ...jwk, x: other['x'] }), /holds a damaged key/],
    ['a short key', encoded({ ...jwk, d: jwk['d']!.slice(0, 20) }), /holds a damaged key/],
  ])('is refused where it is %s, and nothing of it is told', (_, text, detail) => {
    const error = (() => {
      try {
        return parse(text)
      } catch (caught) {
        return caught
      }
    })()
    expect(error).toEqual(refused(detail))
    expect(error).toEqual(refused(/^--client-secret \(BATON_CLIENT_SECRET\): /))
    const data = text.split(':')[3] ?? ''
    if (data.length > 10) expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(data)
  })
})
