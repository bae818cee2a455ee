/** Wire types of the protobuf encoding that we write. Source: protobuf encoding guide. */
const VARINT = 0
const FIXED64 = 1
const LENGTH = 2

/** Longest text copied unit by unit; beyond it one native call is cheaper. Source: measurement. */
const SHORT_TEXT = 48

/**
 * Writes protobuf messages into one growing buffer.
 *
 * Shape: defaults (`''`, 0, false) are left out unless the method says otherwise; the caller writes fields in ascending order, which makes
 * the bytes deterministic. Unpaired surrogates become U+FFFD, because invalid UTF-8 makes the official readers refuse the row.
 * Why: hand-written instead of reflected, because encoding is the largest part of writing a user.
 */
export class WireWriter {
  #buffer = Buffer.allocUnsafe(4096)
  #at = 0

  /** Forgets what was written, so that a writer can be used again even after an error. */
  start(): void {
    this.#at = 0
  }

  /** A copy of what was written since `start`. */
  take(): Uint8Array {
    const bytes = new Uint8Array(this.#at)
    bytes.set(this.#buffer.subarray(0, this.#at))
    return bytes
  }

  /** An unsigned number or enum, `value` ≥ 0 and below 2^53. */
  uint(field: number, value: number): void {
    if (value === 0) return
    this.#room(20)
    this.#varint(field * 8 + VARINT)
    this.#varint(value)
  }

  /** A signed 64-bit number; negative ones take ten bytes. */
  int64(field: number, value: number): void {
    if (value >= 0) return this.uint(field, value)
    this.#room(20)
    this.#varint(field * 8 + VARINT)
    let rest = BigInt.asUintN(64, BigInt(value))
    for (; rest > 0x7fn; rest >>= 7n) this.#buffer[this.#at++] = Number(rest & 0x7fn) | 0x80
    this.#buffer[this.#at++] = Number(rest)
  }

  bool(field: number, value: boolean): void {
    if (value) this.uint(field, 1)
  }

  text(field: number, value: string): void {
    if (value !== '') this.presentText(field, value)
  }

  /** Text that is written even when empty: map keys and members of a oneof. */
  presentText(field: number, value: string): void {
    this.#room(20 + value.length * 3)
    this.#varint(field * 8 + LENGTH)
    if (value.length <= SHORT_TEXT && this.#ascii(value)) return
    const mark = this.#at++
    this.#at += this.#buffer.write(value, this.#at, 'utf8')
    this.#closeAt(mark)
  }

  /** A member of a oneof that is written even when false. */
  presentBool(field: number, value: boolean): void {
    this.#room(20)
    this.#varint(field * 8 + VARINT)
    this.#varint(value ? 1 : 0)
  }

  /** A member of a oneof that is written even when zero. */
  presentDouble(field: number, value: number): void {
    this.#room(20)
    this.#varint(field * 8 + FIXED64)
    this.#at = this.#buffer.writeDoubleLE(value, this.#at)
  }

  /** A message, packed list or byte string made earlier; written even when empty. */
  bytes(field: number, value: Uint8Array): void {
    this.#room(20 + value.length)
    this.#varint(field * 8 + LENGTH)
    this.#varint(value.length)
    this.#buffer.set(value, this.#at)
    this.#at += value.length
  }

  /** Bytes that already carry their field number and length. */
  raw(value: Uint8Array): void {
    this.#room(value.length)
    this.#buffer.set(value, this.#at)
    this.#at += value.length
  }

  /** Starts a message inside the current one; everything up to `close` belongs to it. Returns what `close` needs. */
  open(field: number): number {
    this.#room(20)
    this.#varint(field * 8 + LENGTH)
    return this.#at++
  }

  close(mark: number): void {
    this.#room(8)
    this.#closeAt(mark)
  }

  /** As `close`, but takes the field back where nothing was written into it. The field number must fit one byte. */
  closeUnlessEmpty(mark: number): void {
    if (this.#at === mark + 1) this.#at = mark - 1
    else this.close(mark)
  }

  /** Writes the length of everything behind `mark` at `mark`, moving the content where the length needs more than one byte. */
  #closeAt(mark: number): void {
    const length = this.#at - mark - 1
    const extra = varintLength(length) - 1
    if (extra > 0) this.#buffer.copyWithin(mark + 1 + extra, mark + 1, this.#at)
    this.#at = mark
    this.#varint(length)
    this.#at += length
  }

  #ascii(value: string): boolean {
    const start = this.#at
    const buffer = this.#buffer
    const length = value.length
    buffer[start] = length
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 0x7f) return false
      buffer[start + 1 + i] = unit
    }
    this.#at = start + 1 + length
    return true
  }

  #varint(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.#buffer[this.#at++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    this.#buffer[this.#at++] = rest
  }

  #room(bytes: number): void {
    if (this.#at + bytes + 16 <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes + 4096))
    larger.set(this.#buffer.subarray(0, this.#at))
    this.#buffer = larger
  }
}

function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) length++
  return length
}
