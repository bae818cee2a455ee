/**
 * The first fields of an encoded message, up to and including field `last`.
 *
 * Shape: `bytes` must be one of our own encodings: fields ascending, each a varint or length-delimited.
 */
export function leadingFields(bytes: Uint8Array, last: number): Uint8Array {
  let at = 0
  while (at < bytes.length) {
    const [tag, afterTag] = readVarint(bytes, at)
    if (tag >> 3 > last) break
    const [value, afterValue] = readVarint(bytes, afterTag)
    at = (tag & 7) === 2 ? afterValue + value : afterValue
  }
  return bytes.subarray(0, at)
}

function readVarint(bytes: Uint8Array, start: number): readonly [value: number, end: number] {
  let value = 0
  let at = start
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return [value, at]
  }
}
