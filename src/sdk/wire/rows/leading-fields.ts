import { WireReader } from './wire-reader.ts'

/**
 * The first fields of an encoded message, up to and including field `last`.
 *
 * Shape: `bytes` must be a message with its fields in ascending order, as all writers make it. Errors: as `WireReader`.
 */
export function leadingFields(bytes: Uint8Array, last: number): Uint8Array {
  const wire = new WireReader(bytes)
  let end = 0
  for (let key = wire.next(); key !== 0 && key >> 3 <= last; key = wire.next()) {
    wire.skip()
    end = wire.position
  }
  return bytes.subarray(0, end)
}
