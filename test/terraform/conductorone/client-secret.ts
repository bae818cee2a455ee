import { generateKeyPairSync } from 'node:crypto'

/** A client secret in the platform's form: a private Ed25519 key as a JWK, behind three fixed parts. */
export function createClientSecret(): string {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const jwk = JSON.stringify({ kty: 'OKP', crv: 'Ed25519', d, x })
  return `secret-token:conductorone.com:v1:${Buffer.from(jwk).toString('base64url')}`
}
