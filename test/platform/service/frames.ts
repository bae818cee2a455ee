/** One gRPC message on the wire: no compression, length, bytes. */
export function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** Cuts a stream into messages, holding one at a time. */
export async function* messagesOf(stream: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let held = 0
  for await (const chunk of stream) {
    parts.push(chunk as Buffer)
    held += (chunk as Buffer).length
    while (held >= 5) {
      if (parts[0]!.length < 5) parts = [Buffer.concat(parts, held)]
      const end = 5 + parts[0]!.readUInt32BE(1)
      if (held < end) break
      const all = Buffer.concat(parts, held)
      yield all.subarray(5, end)
      parts = [all.subarray(end)]
      held -= end
    }
  }
  if (held > 0) throw new Error(`${held} bytes after the last message`)
}
