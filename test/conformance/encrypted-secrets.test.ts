import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../src/sdk/ground/secret.ts'
import { type EncryptionConfig, encryptorsFor } from '../../src/sdk/service/credentials/encrypt-secret.ts'
import { officialTools, type OfficialTools } from '../judges/official-tools.ts'
import { temporaryFolder } from '../tenant/sync-tenant.ts'

const found = await officialTools()
const missing = 'missing' in found ? found.missing : undefined

/** Longer than one chunk of an age file. */
const SECRET = new Secret(`{"private_key":"ünïcode ${'x'.repeat(70_000)}"}`)

const KEYS = {
  ed25519: generateKeyPairSync('ed25519'),
  'rsa 2048': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  // The body of its stanza ends with a full line.
  'rsa 3072': generateKeyPairSync('rsa', { modulusLength: 3072 }),
  'ec P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'ec P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
}

/** Made for this test by the `age` library. */
const AGE = {
  recipient: 'age13jee4hlpcdqj7vym2armf45qztqsnslct0f2rjc24lk79de7fuysmwwax3',
  identity: 'AGE-SECRET-KEY-1HMM98NE7Z5GG4PEA55E068VZX354VH2HNYWNWPWEJV7S5G82EGKQ879L98',
}

describe.skipIf(missing)(`secrets encrypted for a platform ${missing ?? ''}`, () => {
  const tools = found as OfficialTools

  async function decrypted(config: EncryptionConfig, key: object, atEnd: (clean: () => void) => void) {
    const [encrypt] = await encryptorsFor([config])
    const { bytes, ...rest } = await encrypt!(SECRET)
    const file = join(temporaryFolder(atEnd), 'encrypted.json')
    writeFileSync(file, JSON.stringify({ ...key, bytes: Buffer.from(bytes).toString('base64') }))
    return { plain: await tools.decrypt(file), ...rest }
  }

  test.for(Object.entries(KEYS))(
    'are read by the official code with a key of the kind %s',
    async ([, pair], { onTestFinished }) => {
      const config = { provider: '', jwk: JSON.stringify(pair.publicKey.export({ format: 'jwk' })) }
      const key = { jwk: pair.privateKey.export({ format: 'jwk' }) }
      const { plain, keyId, keyIds } = await decrypted(config, key, onTestFinished)
      expect([plain === SECRET.reveal(), keyIds]).toEqual([true, [keyId]])
    },
  )

  test('are read by age with an age identity', async ({ onTestFinished }) => {
    const { identity, recipient } = AGE
    const { plain } = await decrypted({ provider: ' Baton/Age/v1', recipient }, { identity }, onTestFinished)
    expect(plain === SECRET.reveal()).toBe(true)
  })
})
