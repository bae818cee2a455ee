import { createZstdDecompress, type ZstdDecompress } from 'node:zlib'

import { CHUNK_BYTES } from './envelope.ts'

/** Takes a part of what was decoded. The bytes are its own only until it returns. */
export type TakeBytes = (bytes: Buffer) => void

/** Decodes zstd in the thread that calls it. */
export interface ZstdDecoder {
  /** Decodes what may be a part of a frame, and never reaches across its end. Errors: as Node's stream. */
  decode(piece: Buffer, take: TakeBytes): void
  close(): void
}

/** What Node's stream decodes with; see `zstdDecoder`. */
interface Native {
  writeSync(
    flush: number,
    input: Buffer,
    inputAt: number,
    inputLength: number,
    output: Buffer,
    outputAt: number,
    outputLength: number,
  ): void
}

/**
 * A decoder without threads and streams; `undefined` where this Node does not offer what it needs, so that a stream has to do.
 *
 * Why: Node's stream hands each 128 KiB to a thread and back in a new buffer. For a snapshot of a million grants, 1.3 GB unpacked, that is 3.1 s of CPU
 * instead of 1.1 s (bench/README.md). What its own `zstdDecompressSync` calls is not public, though npm's `minizlib` and others rely on it, too.
 * So it is tried on a small frame before it is trusted.
 */
export function zstdDecoder(): ZstdDecoder | undefined {
  const decoder = untriedDecoder()
  if (!decoder) return undefined
  const parts: Buffer[] = []
  decoder.decode(TRIAL.frame, (bytes) => parts.push(Buffer.from(bytes)))
  if (Buffer.concat(parts).equals(TRIAL.content)) return decoder
  decoder.close()
  return undefined
}

/** A frame with one block of four bytes. */
const TRIAL = { frame: Buffer.from('28b52ffd200421000074727921', 'hex'), content: Buffer.from('try!') }

/** Node's name for "more may follow". Source: zstd.h, `ZSTD_e_continue`. */
const GOES_ON = 0

function untriedDecoder(): ZstdDecoder | undefined {
  const stream = createZstdDecompress()
  const native: unknown = Reflect.get(stream, '_handle')
  const left: unknown = Reflect.get(stream, '_writeState')
  if (!isNative(native) || !(left instanceof Uint32Array)) {
    stream.close()
    return undefined
  }
  // Told by `decode`.
  stream.on('error', () => {})
  const output = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  return {
    decode(piece, take) {
      for (let [outputLeft, inputLeft] = [0, piece.length]; outputLeft === 0;) {
        native.writeSync(GOES_ON, piece, piece.length - inputLeft, inputLeft, output, 0, output.length)
        if (stream.errored) throw stream.errored
        ;[outputLeft = 0, inputLeft = 0] = left
        if (outputLeft < output.length) take(output.subarray(0, output.length - outputLeft))
      }
    },
    close: () => stream.close(),
  }
}

const isNative = (value: unknown): value is Native =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'writeSync') === 'function'

/** The same by a stream. */
export const zstdStream = (): ZstdDecompress => createZstdDecompress({ chunkSize: CHUNK_BYTES })
