/** One gRPC message on the wire: no compression, length, bytes. */
export function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** Cuts a stream into messages, holding one at a time. */
export async function* messagesOf(stream: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of stream) {
    held = held.length === 0 ? (chunk as Buffer) : Buffer.concat([held, chunk as Buffer])
    for (;;) {
      if (held.length < 5) break
      const end = 5 + held.readUInt32BE(1)
      if (held.length < end) break
      yield held.subarray(5, end)
      held = held.subarray(end)
    }
  }
  if (held.length > 0) throw new Error(`${held.length} bytes after the last message`)
}
