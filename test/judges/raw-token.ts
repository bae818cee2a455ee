import { createPrivateKey, randomBytes, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import type { BatonPeer } from './baton-peer.ts'

/** What an assertion says; each part can be replaced to make a wrong one. */
export interface AssertionParts {
  readonly header?: object
  readonly claims?: object
  /** Seconds by which the clock is wrong. */
  readonly clockOff?: number
  readonly form?: Readonly<Record<string, string | undefined>>
  readonly secret?: string
  readonly contentType?: string
}

const base64 = (document: object): string => Buffer.from(JSON.stringify(document)).toString('base64url')

/** An Ed25519 assertion as the platform wants it, but for the parts replaced. */
export function assertionOf(peer: BatonPeer, { header, claims, clockOff = 0, secret }: AssertionParts = {}): string {
  const [, , , jwk = ''] = (secret ?? peer.clientSecret).split(':')
  const key = createPrivateKey({ key: JSON.parse(Buffer.from(jwk, 'base64url').toString()), format: 'jwk' })
  const now = Math.floor(Date.now() / 1000) + clockOff
  const times = { exp: now + 120, iat: now, nbf: now - 120 }
  const signed = [
    base64({ alg: 'EdDSA', nonce: randomBytes(16).toString('hex'), ...header }),
    base64({ iss: peer.clientId, sub: peer.clientId, aud: 'localhost', ...times, ...claims }),
  ].join('.')
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}

/** Asks for a token. The status and body are results. */
export async function askToken(peer: BatonPeer, parts: AssertionParts = {}): Promise<{ status: number; body: string }> {
  const form = {
    client_id: peer.clientId,
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertionOf(peer, parts),
    ...parts.form,
  }
  const fields = Object.entries(form).filter((field): field is [string, string] => field[1] !== undefined)
  return new Promise((resolve, reject) => {
    const asked = request(`https://${peer.host}/auth/v1/token`, {
      method: 'POST',
      ca: readFileSync(peer.caFile),
      agent: false,
      headers: { 'content-type': parts.contentType ?? 'application/x-www-form-urlencoded' },
    })
    asked.on('error', reject)
    asked.on('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    })
    asked.end(new URLSearchParams(fields).toString())
  })
}

/** Errors: where the token is refused. */
export async function fetchToken(peer: BatonPeer): Promise<{ readonly token: string; readonly expiresIn: number }> {
  const { status, body } = await askToken(peer)
  if (status !== 200) throw new Error(`no token: ${status} ${body}`)
  const { access_token, expires_in } = JSON.parse(body) as {
    readonly access_token: string
    readonly expires_in: number
  }
  return { token: access_token, expiresIn: expires_in }
}
