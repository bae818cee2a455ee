import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frame, messagesOf } from './frames.ts'

async function cut(bytes: Buffer, at: readonly number[]): Promise<Buffer[]> {
  const places = [0, ...at.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
  const messages: Buffer[] = []
  for await (const message of messagesOf(Readable.from(pieces.filter((piece) => piece.length > 0))))
    messages.push(Buffer.from(message))
  return messages
}

describe('frames', () => {
  it('come out as they went in, wherever the stream is cut', async () => {
    const bytes = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(bytes, fc.array(fc.nat(2_000)), async (messages, at) => {
        expect(await cut(Buffer.concat(messages.map(frame)), at)).toEqual(messages.map((m) => Buffer.from(m)))
      }),
    )
  })

  it('fail on what is left over', async () => {
    await expect(cut(frame(Buffer.from('text')).subarray(0, -1), [])).rejects.toThrow('8 bytes after the last message')
  })
})
