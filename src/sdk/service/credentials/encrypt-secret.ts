import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, CompactEncrypt } from 'jose'
import { z } from 'zod'
import { ConnectorError } from '../../ground/errors.ts'
import type { Secret } from '../../ground/secret.ts'
import { ageFile } from './age-file.ts'
import { ed25519Recipient, rsaRecipient, x25519Recipient } from './age-recipients.ts'

/** For whom a secret is encrypted, as a task names it. Source: `c1.connector.v2.EncryptionConfig`. */
export interface EncryptionConfig {
  readonly provider: string
  /** The public key as JSON Web Key. */
  readonly jwk?: string
  /** An age recipient, `age1…`. */
  readonly recipient?: string
}

/** What a platform keeps of an encrypted secret beside its names. Source: `c1.connector.v2.EncryptedData`. */
export interface EncryptedSecret {
  readonly provider: string
  readonly keyId: string
  readonly keyIds: readonly string[]
  readonly bytes: Uint8Array
}

export type Encrypt = (secret: Secret) => Promise<EncryptedSecret>

const JWK_PROVIDERS = ['baton/jwk/v1', 'baton/jwk/v1/private']
const AGE_PROVIDER = 'baton/age/v1'

/**
 * What encrypts for each of the recipients, all of them checked before there is a secret.
 *
 * Errors: `invalid-argument` for one that is none, with its place in the list.
 * Source: baton-sdk `pkg/crypto/providers`.
 */
export const encryptorsFor = (configs: readonly EncryptionConfig[]): Promise<readonly Encrypt[]> =>
  Promise.all(
    configs.map(async (config, index) => {
      const encrypt = await encryptorFor(config).catch(() => undefined)
      if (encrypt) return encrypt
      throw new ConnectorError(
        'invalid-argument',
        'read encryption configs',
        `encryption config ${index} names no key that can be encrypted for: a JWK of the kind Ed25519, EC or RSA, or one age recipient`,
      )
    }),
  )

async function encryptorFor({ provider, jwk, recipient }: EncryptionConfig): Promise<Encrypt | undefined> {
  const named = provider.trim().toLowerCase() || (recipient === undefined ? 'baton/jwk/v1' : AGE_PROVIDER)
  if (named === AGE_PROVIDER) return recipient === undefined ? undefined : ageEncryptor(recipient)
  return JWK_PROVIDERS.includes(named) && jwk !== undefined ? jwkEncryptor(jwk) : undefined
}

function ageEncryptor(text: string): Encrypt | undefined {
  const recipient = x25519Recipient(text)
  const keyId = createHash('sha256').update(text).digest('hex')
  return (
    recipient &&
    (async (secret) => ({
      ...{ provider: AGE_PROVIDER, keyId: '', keyIds: [keyId] },
      bytes: ageFile(recipient, Buffer.from(secret.reveal())),
    }))
  )
}

/** The members of a key that are texts; others, such as `key_ops`, do not matter here. */
const Jwk = z
  .record(z.string(), z.unknown())
  .transform((members) =>
    Object.fromEntries(
      Object.entries(members).flatMap(([name, member]) =>
        typeof member === 'string' ? [[name, member] as const] : [],
      ),
    ),
  )

/** Errors: those of a text that is no key. */
async function jwkEncryptor(text: string): Promise<Encrypt | undefined> {
  const { d: _private, ...jwk } = Jwk.parse(JSON.parse(text))
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const seal = sealerFor(key, jwk)
  const keyId = Buffer.from(await calculateJwkThumbprint(key, 'sha256'), 'base64url').toString('hex')
  return (
    seal &&
    (async (secret) => ({
      ...{ provider: 'baton/jwk/v1', keyId, keyIds: [keyId] },
      bytes: Buffer.from((await seal(Buffer.from(secret.reveal()))).toString('base64')),
    }))
  )
}

type Seal = (plain: Uint8Array) => Promise<Buffer>

function sealerFor(key: KeyObject, jwk: Readonly<Record<string, string>>): Seal | undefined {
  const bytes = (text = ''): Buffer => Buffer.from(text, 'base64url')
  switch (key.asymmetricKeyType) {
    case 'ed25519': {
      const recipient = ed25519Recipient(bytes(jwk['x']))
      return async (plain) => ageFile(recipient, plain)
    }
    case 'rsa': {
      const recipient = rsaRecipient(key, { n: bytes(jwk['n']), e: bytes(jwk['e']) })
      return async (plain) => ageFile(recipient, plain)
    }
    case 'ec':
      return async (plain) =>
        Buffer.from(await new CompactEncrypt(plain).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' }).encrypt(key))
    default:
      return undefined
  }
}
