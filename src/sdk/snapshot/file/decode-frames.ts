import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

import { CHUNK_BYTES } from './envelope.ts'
import { type TakeBytes, type ZstdWorker, zstdDecoder, zstdStream } from './zstd-worker.ts'
import { FrameCursor, NotAFrame, splitFrames } from './zstd-frames.ts'

/**
 * Decodes the zstd frames of a file from `start` to its end, a part at a time. `makeDecoder` is for tests.
 *
 * Errors: `NotAFrame`; Node's own for a damaged frame; what `take` throws; as the file system says.
 * Why: other work of the process goes on, since each part of the file is waited for.
 */
export async function decodeFrames(
  path: string,
  start: number,
  take: TakeBytes,
  makeDecoder: () => ZstdWorker | undefined = zstdDecoder,
): Promise<void> {
  const decoder = makeDecoder()
  if (!decoder) return decodeAsStream(path, start, take)
  try {
    await decodeHere(path, start, take, decoder)
  } finally {
    decoder.close()
  }
}

async function decodeHere(path: string, start: number, take: TakeBytes, decoder: ZstdWorker): Promise<void> {
  const cursor = new FrameCursor()
  const input = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  const file = await open(path)
  try {
    for (let at = start; ;) {
      const { bytesRead } = await file.read(input, 0, input.length, at)
      if (bytesRead === 0) break
      at += bytesRead
      const chunk = input.subarray(0, bytesRead)
      for (let begin = 0; begin < chunk.length;) {
        const end = cursor.advance(chunk, begin)
        decoder.run(chunk.subarray(begin, end), take)
        begin = end
      }
    }
  } finally {
    await file.close()
  }
  if (!cursor.betweenFrames) throw new NotAFrame('the stream ends inside a frame')
}

const decodeAsStream = (path: string, start: number, take: TakeBytes): Promise<void> =>
  pipeline(
    createReadStream(path, { start, highWaterMark: CHUNK_BYTES }),
    splitFrames,
    zstdStream(),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) take(chunk)
    },
  )
