import { randomBytes } from 'node:crypto'
import { constants, zstdCompressSync } from 'node:zlib'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { splitFrames } from '../../../../../src/sdk/snapshot/file/zstd-frames.ts'

const SKIPPABLE = Buffer.from('5f2a4d1802000000beef', 'hex')

const compress = (content: Buffer, checksum: number, contentSize: number): Buffer =>
  zstdCompressSync(content, {
    params: { [constants.ZSTD_c_checksumFlag]: checksum, [constants.ZSTD_c_contentSizeFlag]: contentSize },
  })

/** Empty, raw, repeated and compressed blocks; more than one block; every length of the content size field. */
const FRAMES: readonly Buffer[] = [
  compress(Buffer.alloc(0), 0, 1),
  compress(randomBytes(100), 1, 1),
  compress(Buffer.alloc(300_000), 0, 1),
  compress(randomBytes(200_000), 1, 0),
  compress(Buffer.from('abc'.repeat(100_000)), 1, 1),
  SKIPPABLE,
]

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function split(bytes: Buffer, size: number): Promise<readonly Buffer[]> {
  const chunks: Buffer[] = []
  for await (const chunk of splitFrames(pieces(bytes, size))) chunks.push(chunk)
  return chunks
}

describe('splitFrames', () => {
  const frames = fc.array(fc.constantFrom(...FRAMES), { minLength: 1, maxLength: 4 })
  const size = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 500_000 }))

  it('loses no byte and cuts at the end of every frame, however the stream is chunked', async () => {
    await fc.assert(
      fc.asyncProperty(frames, size, async (list, chunkSize) => {
        const chunks = await split(Buffer.concat(list), chunkSize)
        expect(Buffer.concat(chunks).equals(Buffer.concat(list))).toBe(true)
        const cuts = new Set<number>()
        chunks.reduce((sum, chunk) => (cuts.add(sum + chunk.length), sum + chunk.length), 0)
        list.reduce((sum, frame) => (expect(cuts).toContain(sum + frame.length), sum + frame.length), 0)
      }),
      { numRuns: 40 },
    )
  })

  it('refuses every stream cut short and every one with bytes behind it', async () => {
    const frame = compress(Buffer.from('abc'.repeat(40)), 1, 1)
    for (let length = 1; length < frame.length; length++)
      await expect(split(frame.subarray(0, length), 7)).rejects.toThrow('inside a frame')
    await expect(split(Buffer.concat([frame, Buffer.from('rubbish')]), 7)).rejects.toThrow('no frame')
    await expect(split(Buffer.concat([frame, Buffer.from([0])]), 7)).rejects.toThrow('inside a frame')
  })
})
