import { createCipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** One recipient of an age file: its stanza is made for the key of the file. */
export interface AgeRecipient {
  /** Words of the stanza's first line, and its body. */
  wrap(fileKey: Uint8Array): { readonly words: readonly string[]; readonly body: Uint8Array }
}

/** Bytes that travel as one chunk of the payload. */
const CHUNK = 64 * 1024

/** HKDF-SHA256 of 32 bytes, as age uses it everywhere. */
export const derive = (key: Uint8Array, salt: Uint8Array, info: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, info, 32))

/** ChaCha20-Poly1305, with the tag behind the text. */
export function seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** base64 without padding, as age writes it. */
export const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '')

/** A binary age file for one recipient. Source: the age specification, C2SP/age.md. */
export function ageFile(recipient: AgeRecipient, plain: Uint8Array): Buffer {
  const fileKey = randomBytes(16)
  const { words, body } = recipient.wrap(fileKey)
  const head = `age-encryption.org/v1\n-> ${words.join(' ')}\n${wrapped(unpadded(body))}---`
  const mac = createHmac('sha256', derive(fileKey, NOTHING, 'header'))
    .update(head)
    .digest()
  const nonce = randomBytes(16)
  const key = derive(fileKey, nonce, 'payload')
  return Buffer.concat([Buffer.from(`${head} ${unpadded(mac)}\n`), nonce, ...chunksOf(plain).map(sealed)])

  function sealed(chunk: Uint8Array, index: number, all: readonly Uint8Array[]): Buffer {
    const counter = Buffer.alloc(12)
    counter.writeUIntBE(index, 5, 6)
    if (index === all.length - 1) counter[11] = 1
    return seal(key, counter, chunk)
  }
}

const NOTHING = new Uint8Array()

/** Lines of 64; the last is always shorter, so it may be empty. */
function wrapped(text: string): string {
  const lines: string[] = []
  for (let at = 0; at <= text.length; at += 64) lines.push(text.slice(at, at + 64))
  return lines.map((line) => `${line}\n`).join('')
}

/** At least one chunk, which may be empty only where there is nothing else. */
function chunksOf(plain: Uint8Array): readonly Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let at = 0; at === 0 || at < plain.length; at += CHUNK) chunks.push(plain.subarray(at, at + CHUNK))
  return chunks
}
