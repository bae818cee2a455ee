import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'

export interface TestCredentials {
  readonly clientId: string
  /** As a person pastes it. */
  readonly clientSecret: string
  readonly publicKey: JsonWebKey
}

/** Credentials as the platform hands them out, for a service on this host. */
export function makeCredentials(host: string, kid?: string): TestCredentials {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const jwk = { ...privateKey.export({ format: 'jwk' }), ...(kid !== undefined && { kid }) }
  const data = Buffer.from(JSON.stringify(jwk)).toString('base64url')
  return {
    clientId: `brave-otter-12345@${host}/pcc`,
    clientSecret: `secret-token:conductorone.com:v1:${data}`,
    publicKey: publicKey.export({ format: 'jwk' }),
  }
}
