import { importJWK, SignJWT } from 'jose'
import type { Clock, RandomBytes } from '../../ground/ports.ts'
import type { ClientId, ClientSecret } from './credentials.ts'

/** Lifetime of an assertion in seconds. Source: baton-sdk `pkg/ugrpc/c1_credential_provider.go`. */
const LIFETIME = 120

/**
 * A signed statement that we are this client, as a compact JWS that holds for two minutes.
 *
 * Shape: `aud` is the host of the client id without its port, also where another host is asked; `kid` stands in the header only if the key
 * has one; there is no `typ`.
 */
export async function signAssertion(
  clientId: ClientId,
  secret: ClientSecret,
  ambient: { readonly clock: Clock; readonly random: RandomBytes },
): Promise<string> {
  const now = Math.floor(ambient.clock.now().getTime() / 1000)
  const nonce = Buffer.from(ambient.random(16)).toString('hex')
  const { kid, ...pair } = secret.jwk
  const key = await importJWK(pair, 'EdDSA')
  return new SignJWT({ nbf: now - LIFETIME })
    .setProtectedHeader({ alg: 'EdDSA', nonce, ...(kid !== undefined && { kid }) })
    .setIssuer(clientId.text)
    .setSubject(clientId.text)
    .setAudience(clientId.host.replace(/:\d+$/, ''))
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME)
    .sign(key)
}
