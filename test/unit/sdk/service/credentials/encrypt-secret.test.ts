import { describe, expect, it } from 'vitest'
import { encryptorsFor } from '../../../../../src/sdk/service/credentials/encrypt-secret.ts'

const RECIPIENT = 'age13jee4hlpcdqj7vym2armf45qztqsnslct0f2rjc24lk79de7fuysmwwax3'
const ED25519 = '{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'

describe('whom a secret can be encrypted for', () => {
  it.each([
    ['an age recipient', { provider: 'baton/age/v1', recipient: RECIPIENT }],
    ['one without a provider', { provider: '', recipient: RECIPIENT }],
    ['a JWK', { provider: 'baton/jwk/v1', jwk: ED25519 }],
    ['a JWK without a provider', { provider: '', jwk: ED25519 }],
  ])('is %s', async (_, config) => {
    await expect(encryptorsFor([config])).resolves.toHaveLength(1)
  })

  it.each([
    ['a recipient with a slip of the hand', { provider: '', recipient: `${RECIPIENT.slice(0, -1)}4` }],
    ['another kind of recipient', { provider: 'baton/age/v1', recipient: 'ssh-ed25519 AAAA' }],
    ['an empty recipient', { provider: 'baton/age/v1', recipient: '' }],
    ['an unknown provider', { provider: 'baton/pgp/v1', jwk: ED25519 }],
    ['a provider without its key', { provider: 'baton/age/v1', jwk: ED25519 }],
    ['nothing', { provider: '' }],
    ['a text that is no key', { provider: '', jwk: 'x' }],
    ['a key for signing by another curve', { provider: '', jwk: '{"kty":"OKP","crv":"Ed448","x":"AAAA"}' }],
  ])('is not %s', async (_, config) => {
    await expect(encryptorsFor([{ provider: '', jwk: ED25519 }, config])).rejects.toThrow('encryption config 1 ')
  })
})
