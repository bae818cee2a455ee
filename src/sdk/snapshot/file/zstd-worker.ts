import {
  constants,
  createZstdCompress,
  createZstdDecompress,
  type ZstdCompress,
  type ZstdDecompress,
  zstdDecompressSync,
} from 'node:zlib'

import { CHUNK_BYTES } from './envelope.ts'

/** Takes a part of what was decoded. The bytes are its own only until it returns. */
export type TakeBytes = (bytes: Buffer) => void

/** Works in the thread that calls it. */
export interface ZstdWorker {
  /** Gives what `piece` becomes; with `end` as the last of its frame. Errors: as Node's stream. */
  run(piece: Buffer, take: TakeBytes, end?: 'end'): void
  close(): void
}

/** What Node's streams work with; see `zstdDecoder`. */
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
 * A decoder without threads and streams, whose pieces never reach across the end of a frame; `undefined` where this Node does not offer what it
 * needs, so that a stream has to do.
 *
 * Why: Node's stream hands each 128 KiB to a thread and back in a new buffer. For a snapshot of a million grants, 1.3 GB unpacked, that is 3.1 s of CPU
 * instead of 1.1 s (bench/README.md). What its own `zstdDecompressSync` calls is not public, though npm's `minizlib` and others rely on it, too.
 * So it is tried on a small frame before it is trusted.
 */
export const zstdDecoder = (): ZstdWorker | undefined =>
  tried(zstdStream(), (decoder) => all(decoder, TRIAL.frame).equals(TRIAL.content))

/** The same for packing many small frames, each of which would otherwise need memory of its own. Level 1, the fastest. */
export const zstdEncoder = (): ZstdWorker | undefined =>
  tried(createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } }), (encoder) =>
    [1, 2].every(() => zstdDecompressSync(all(encoder, TRIAL.content)).equals(TRIAL.content)),
  )

/** A frame with one block of four bytes. */
const TRIAL = { frame: Buffer.from('28b52ffd200421000074727921', 'hex'), content: Buffer.from('try!') }

function all(worker: ZstdWorker, piece: Buffer): Buffer {
  const parts: Buffer[] = []
  worker.run(piece, (bytes) => parts.push(Buffer.from(bytes)), 'end')
  return Buffer.concat(parts)
}

function tried(stream: ZstdCompress | ZstdDecompress, works: (worker: ZstdWorker) => boolean): ZstdWorker | undefined {
  const worker = workerOf(stream)
  if (worker && works(worker)) return worker
  stream.close()
  return undefined
}

/** Node's names for "more may follow" and "the frame ends here". */
const { ZSTD_e_continue: GOES_ON, ZSTD_e_end: ENDS } = constants

function workerOf(stream: ZstdCompress | ZstdDecompress): ZstdWorker | undefined {
  const native: unknown = Reflect.get(stream, '_handle')
  const left: unknown = Reflect.get(stream, '_writeState')
  if (!isNative(native) || !(left instanceof Uint32Array)) return undefined
  // Told by `run`.
  stream.on('error', () => {})
  const output = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  return {
    run(piece, take, end) {
      // Node ends the process where something works with a stream that has failed.
      if (stream.errored) throw stream.errored
      for (let [outputLeft, inputLeft] = [0, piece.length]; outputLeft === 0;) {
        native.writeSync(end ? ENDS : GOES_ON, piece, piece.length - inputLeft, inputLeft, output, 0, output.length)
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
