import { isUtf8 } from 'node:buffer'
import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'

import { ConnectorError } from '../../sdk/ground/errors.ts'
import { fileError } from './file-error.ts'

/** Bytes that are read from a file at a time; what is made of more outlives the young generation. Source: measurement. */
export const CHUNK_BYTES = 32 * 1024
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])
const LF = 0x0a

/** Bytes of a text file, and what there is to say of them. */
export interface TextFile {
  /** As the configuration writes it; for sentences. */
  readonly name: string
  /**
   * The bytes without a byte order mark, in chunks that end anywhere; a chunk is valid until the next one is asked for.
   *
   * Errors: `not-found`, `permission-denied` and `invalid-argument` for what cannot be read or is no text; `canceled`.
   */
  chunks(signal: AbortSignal): AsyncIterable<Buffer>
  /** Changes whenever the file does; `undefined` where that cannot be seen, as of a pipe. */
  fingerprint(): string | undefined
}

/** A text file on the disk. */
export function textFile(path: string, name: string = path): TextFile {
  return {
    name,
    chunks: (signal) => textChunks(name, fileBytes(path), signal),
    fingerprint() {
      const found = statSync(path, { bigint: true, throwIfNoEntry: false })
      return found?.isFile() ? [found.dev, found.ino, found.size, found.mtimeNs].join(':') : undefined
    },
  }
}

/** Why one buffer for all chunks: new ones pile up faster than they are collected. */
async function* fileBytes(path: string): AsyncGenerator<Buffer> {
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** Text that comes over a stream, once. Errors as `TextFile.chunks`. */
export async function* textChunks(
  name: string,
  stream: AsyncIterable<Buffer>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0)
  try {
    for await (const chunk of stream) {
      if (signal.aborted) throw new ConnectorError('canceled', `read ${name}`, 'stopped on request')
      // Why: the marks of other encodings take up to three bytes, and a pipe may give them one by one.
      const bytes: Buffer = head === undefined ? chunk : Buffer.concat([head, chunk])
      if (head !== undefined && bytes.length < BYTE_ORDER_MARK.length) {
        head = bytes
        continue
      }
      yield head === undefined ? plain(name, bytes) : afterMark(name, bytes)
      head = undefined
    }
    if (head !== undefined && head.length > 0) yield afterMark(name, head)
  } catch (error) {
    throw fileError(error, name)
  }
}

/** The first line with bytes that are not UTF-8, where the bytes begin in line `first`; `undefined` where there is none. */
export function badLine(bytes: Buffer, first: number): number | undefined {
  if (isUtf8(bytes)) return undefined
  let line = first
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(LF, start)
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line
    start = end + 1
  }
}

/** That a text file is in another encoding than UTF-8. */
export const notUtf8 = (name: string, line: number): ConnectorError =>
  new ConnectorError(
    'invalid-argument',
    `read ${name}`,
    `line ${line} is not in the encoding UTF-8; save the file as UTF-8 (in Excel: "CSV UTF-8")`,
  )

function afterMark(name: string, bytes: Buffer): Buffer {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) throw utf16(name)
  const marked = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
  return plain(name, marked ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes)
}

/** No text in UTF-8 holds a zero byte; every one in UTF-16 with Latin letters does. */
function plain(name: string, bytes: Buffer): Buffer {
  if (!bytes.includes(0)) return bytes
  const parity = bytes.indexOf(0) % 2
  const regular = bytes.subarray(0, 64).every((byte, at) => at % 2 !== parity || byte === 0)
  throw regular && bytes.length > 1 ? utf16(name) : noText(name)
}

const utf16 = (name: string): ConnectorError =>
  new ConnectorError('invalid-argument', `read ${name}`, 'the file is in the encoding UTF-16; save it as UTF-8')

const noText = (name: string): ConnectorError =>
  new ConnectorError('invalid-argument', `read ${name}`, 'this is no text file; name another one')
