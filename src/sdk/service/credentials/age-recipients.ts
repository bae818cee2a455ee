import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
} from 'node:crypto'
import { type AgeRecipient, derive, seal, unpadded } from './age-file.ts'
import { bech32Bytes } from './bech32.ts'

const ZERO_NONCE = new Uint8Array(12)

/** What stands before 32 raw bytes in the DER of a public and of a private X25519 key. Source: RFC 8410. */
const [SPKI, PKCS8] = [
  Buffer.from('302a300506032b656e032100', 'hex'),
  Buffer.from('302e020100300506032b656e04220420', 'hex'),
]

const publicOf = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' })
const privateOf = (raw: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8, raw]), format: 'der', type: 'pkcs8' })
const rawOf = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(-32)

/** The recipient of a text `age1…`; `undefined` for any other text. */
export function x25519Recipient(text: string): AgeRecipient | undefined {
  const point = text.startsWith('age1') ? bech32Bytes(text, 'age') : undefined
  if (point?.length !== 32) return undefined
  return {
    wrap(fileKey) {
      const ephemeral = generateKeyPairSync('x25519')
      const share = rawOf(ephemeral.publicKey)
      const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: publicOf(point) })
      const key = derive(shared, Buffer.concat([share, point]), 'age-encryption.org/v1/X25519')
      return { words: ['X25519', unpadded(share)], body: seal(key, ZERO_NONCE, fileKey) }
    },
  }
}

const SSH_ED25519 = 'age-encryption.org/v1/ssh-ed25519'

/** The recipient of an Ed25519 key of 32 bytes, used as an ssh key. Source: filippo.io/age, `agessh`. */
export function ed25519Recipient(point: Uint8Array): AgeRecipient {
  const wire = Buffer.concat([sshString(Buffer.from('ssh-ed25519')), sshString(point)])
  return {
    wrap(fileKey) {
      const target = montgomery(point)
      const ephemeral = generateKeyPairSync('x25519')
      const share = rawOf(ephemeral.publicKey)
      const first = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: publicOf(target) })
      const tweak = derive(new Uint8Array(), wire, SSH_ED25519)
      const shared = diffieHellman({ privateKey: privateOf(tweak), publicKey: publicOf(first) })
      const key = derive(shared, Buffer.concat([share, target]), SSH_ED25519)
      return { words: ['ssh-ed25519', fingerprint(wire), unpadded(share)], body: seal(key, ZERO_NONCE, fileKey) }
    },
  }
}

/** The recipient of an RSA key, used as an ssh key; `n` and `e` are its numbers, big endian. */
export function rsaRecipient(
  key: KeyObject,
  { n, e }: { readonly n: Uint8Array; readonly e: Uint8Array },
): AgeRecipient {
  const wire = Buffer.concat([sshString(Buffer.from('ssh-rsa')), sshNumber(e), sshNumber(n)])
  const oaepLabel = Buffer.from('age-encryption.org/v1/ssh-rsa')
  return {
    wrap: (fileKey) => ({
      words: ['ssh-rsa', fingerprint(wire)],
      body: publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256', oaepLabel }, fileKey),
    }),
  }
}

const fingerprint = (wire: Uint8Array): string => unpadded(createHash('sha256').update(wire).digest().subarray(0, 4))

function sshString(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** Positive, so a first bit that is set has a zero byte before it. */
const sshNumber = (bytes: Uint8Array): Buffer =>
  sshString((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes)

const P = 2n ** 255n - 19n

/** u = (1 + y) / (1 − y), little endian. Source: RFC 7748 §4.1. */
function montgomery(edwards: Uint8Array): Buffer {
  const y = BigInt(`0x${Buffer.from(edwards.toReversed()).toString('hex')}`) & (2n ** 255n - 1n)
  const u = (((1n + y) % P) * power((((1n - y) % P) + P) % P, P - 2n)) % P
  return Buffer.from(Buffer.from(u.toString(16).padStart(64, '0'), 'hex').toReversed())
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base]
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % P
    square = (square * square) % P
  }
  return result
}
