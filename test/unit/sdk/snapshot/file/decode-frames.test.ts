import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { decodeFrames } from '../../../../../src/sdk/snapshot/file/decode-frames.ts'
import { zstdDecoder, zstdEncoder } from '../../../../../src/sdk/snapshot/file/zstd-worker.ts'
import { newFolder } from '../fixture.ts'

/** Whichever notices first. */
const CUT = /inside a frame|unexpected end/
const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }

async function decoded(bytes: Buffer, makeDecoder: typeof zstdDecoder): Promise<Buffer> {
  const file = join(newFolder(), 'frames')
  writeFileSync(file, bytes)
  const parts: Buffer[] = []
  await decodeFrames(file, 3, (part) => parts.push(Buffer.from(part)), makeDecoder)
  return Buffer.concat(parts)
}

it('needs no stream on the Node of this run', () => {
  expect(zstdDecoder()).toBeDefined()
})

it('does not work on after a fault', () => {
  const decoder = zstdDecoder()
  const run = () => decoder?.run(Buffer.from('this is no frame'), () => {})
  expect(run).toThrow('Unknown frame descriptor')
  expect(run).toThrow('Unknown frame descriptor')
})

it('packs frames one after the other', () => {
  const encoder = zstdEncoder()
  for (const content of ['one', '', 'two'.repeat(100_000)].map((text) => Buffer.from(text))) {
    const parts: Buffer[] = []
    encoder?.run(content, (bytes) => parts.push(Buffer.from(bytes)), 'end')
    expect(zstdDecompressSync(Buffer.concat(parts)).equals(content)).toBe(true)
  }
})

describe.each([
  ['in the thread', zstdDecoder],
  ['by a stream', (): undefined => undefined],
] as const)('decodeFrames %s', (_, makeDecoder) => {
  const contents = [Buffer.alloc(0), randomBytes(300_000), Buffer.from('abc'.repeat(1_000_000)), Buffer.from('end')]
  const frames = contents.map((content) => zstdCompressSync(content, checked))
  const head = Buffer.from('C1Z')

  it('gives all of several frames', async () => {
    const whole = await decoded(Buffer.concat([head, ...frames]), makeDecoder)
    expect(whole.equals(Buffer.concat(contents))).toBe(true)
  })

  it('refuses a frame that is cut short, bytes behind one, and a changed byte', async () => {
    const frame = frames[2] ?? head
    await expect(decoded(Buffer.concat([head, frame.subarray(0, -1)]), makeDecoder)).rejects.toThrow(CUT)
    await expect(decoded(Buffer.concat([head, frame, Buffer.from('rubbish')]), makeDecoder)).rejects.toThrow('no frame')
    const changed = Buffer.from(frame)
    changed.writeUInt8(changed.readUInt8(changed.length - 1) ^ 1, changed.length - 1)
    await expect(decoded(Buffer.concat([head, changed]), makeDecoder)).rejects.toMatchObject({
      code: expect.stringMatching(/^ZSTD_/) as unknown,
    })
  })

  it('stops at what the taker throws', async () => {
    const file = join(newFolder(), 'frames')
    writeFileSync(file, Buffer.concat([head, ...frames]))
    const full = () => {
      throw new Error('no room')
    }
    await expect(decodeFrames(file, 3, full, makeDecoder)).rejects.toThrow('no room')
  })
})
