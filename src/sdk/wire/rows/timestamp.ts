import { TIMESTAMP } from './field-numbers.ts'
import type { WireWriter } from './wire-writer.ts'

/** Writes a `google.protobuf.Timestamp`; dates before 1970 have negative seconds and positive nanoseconds, as the format asks. */
export function writeTimestamp(wire: WireWriter, field: number, date: Date): void {
  const seconds = Math.floor(date.getTime() / 1000)
  const mark = wire.open(field)
  wire.int64(TIMESTAMP.seconds, seconds)
  wire.uint(TIMESTAMP.nanos, (date.getTime() - seconds * 1000) * 1_000_000)
  wire.close(mark)
}
