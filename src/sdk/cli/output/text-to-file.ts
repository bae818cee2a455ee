import { writeSync } from 'node:fs'

/** Bytes of the memory that is used for each text; a longer one has its own. */
const ROOM_BYTES = 1 << 18
/** Bytes that a unit of a JavaScript text takes at most. */
const UTF8_MOST = 3

/**
 * Writes whole texts to an open file. Errors: as the file system says.
 *
 * Why one memory for all: V8 lets go of new memory late, and collects garbage more often for it.
 */
export function textToFile(descriptor: number, encoding: 'utf8' | 'latin1' = 'utf8'): (text: string) => void {
  const most = encoding === 'utf8' ? UTF8_MOST : 1
  let room: Buffer | undefined
  return (text) => {
    room ??= Buffer.allocUnsafeSlow(ROOM_BYTES)
    const isShort = text.length * most <= ROOM_BYTES
    const bytes = isShort ? room.subarray(0, room.write(text, encoding)) : Buffer.from(text, encoding)
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written)
  }
}
