import { isUtf8 } from 'node:buffer'

import { ConnectorError } from '../../ground/errors.ts'

/** Wire types of the protobuf encoding. Source: protobuf encoding guide. */
const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const GROUP_START = 3
const GROUP_END = 4
const FIXED32 = 5

/** Messages inside messages. Lists and maps of a profile nest without a limit of their own; others' parsers stop at 100, too. */
const MOST_DEPTH = 100

/** Longest text made byte by byte; beyond it one native call is cheaper. Source: measurement. */
const SHORT_TEXT = 24

/** Bytes of a varint at most; negative numbers take all of them. */
const LONGEST_VARINT = 10

const WORD = 2 ** 32

/** What identifies a field on the wire: its number and how its value is written. */
export type FieldKey = number

type Keys<Fields> = { readonly [Name in keyof Fields]: FieldKey }

/** The keys of fields whose values are texts, bytes, messages or packed lists. */
export const lengthKeys = <Fields extends Readonly<Record<string, number>>>(fields: Fields): Keys<Fields> =>
  keysOf(fields, LENGTH)

/** The keys of fields whose values are whole numbers, enums or truth values. */
export const varintKeys = <Fields extends Readonly<Record<string, number>>>(fields: Fields): Keys<Fields> =>
  keysOf(fields, VARINT)

/** The keys of fields whose values are doubles. */
export const doubleKeys = <Fields extends Readonly<Record<string, number>>>(fields: Fields): Keys<Fields> =>
  keysOf(fields, FIXED64)

const keysOf = <Fields extends Readonly<Record<string, number>>>(fields: Fields, wireType: number): Keys<Fields> =>
  Object.fromEntries(Object.entries(fields).map(([name, number]) => [name, number * 8 + wireType])) as Keys<Fields>

/**
 * Reads protobuf messages, field by field.
 *
 * Shape: `next` gives the key of the next field; exactly one of the other methods then takes its value, `skip` where the key is unknown. A known number
 * with an unknown wire type is an unknown key, as in other parsers.
 * Errors: `data-loss` where the bytes are no message: cut off, or a text that is not UTF-8.
 * Why: hand-written and without an object for each field, because a snapshot holds a million rows.
 */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0
  #end: number
  #depth = 0
  #wireType = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#end = bytes.byteLength
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at
  }

  /** The key of the next field, 0 at the end of the message. */
  next(): FieldKey {
    if (this.#at === this.#end) return 0
    const key = this.uint()
    this.#wireType = key & 7
    if (key < 8 || key >= WORD) throw malformed('a field has an impossible number')
    return key
  }

  /** A message inside the current one. */
  message<T>(read: (wire: WireReader) => T): T {
    const outer = this.#end
    const end = this.#lengthEnd()
    if (++this.#depth > MOST_DEPTH) throw malformed('it is nested too deep')
    this.#end = end
    const value = read(this)
    this.#at = end
    this.#end = outer
    this.#depth--
    return value
  }

  text(): string {
    const end = this.#lengthEnd()
    const start = this.#at
    this.#at = end
    return this.#short(start, end) ?? this.#long(start, end)
  }

  /** A view of the bytes, not a copy. */
  bytes(): Uint8Array {
    const end = this.#lengthEnd()
    const start = this.#at
    this.#at = end
    return this.#bytes.subarray(start, end)
  }

  bool(): boolean {
    return this.uint() !== 0
  }

  /** An unsigned number or an enum. Beyond 2^53 it is rounded. */
  uint(): number {
    const first = this.#byte()
    if (first < 0x80) return first
    let value = first & 0x7f
    for (let shift = 7; shift < LONGEST_VARINT * 7; shift += 7) {
      const byte = this.#byte()
      // Why not bits: they end at 32.
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw malformed('a number is too long')
  }

  /** A list of enums, packed as current writers do or one by one. Adds to `numbers`. */
  uints(key: FieldKey, numbers: number[]): void {
    if ((key & 7) === VARINT) numbers.push(this.uint())
    else for (const end = this.#lengthEnd(); this.#at < end;) numbers.push(this.uint())
  }

  /** A signed 64-bit number. Beyond 2^53 it is rounded. */
  int64(): number {
    const start = this.#at
    const value = this.uint()
    if (this.#at - start < LONGEST_VARINT) return value
    let bits = 0n
    for (let at = start; at < this.#at; at++) bits |= BigInt((this.#bytes[at] ?? 0) & 0x7f) << BigInt((at - start) * 7)
    return Number(BigInt.asIntN(64, bits))
  }

  double(): number {
    this.#need(8)
    const value = this.#bytes.readDoubleLE(this.#at)
    this.#at += 8
    return value
  }

  /** Passes over the value of the field that `next` gave. */
  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        this.uint()
        return
      case FIXED64:
        return this.#pass(8)
      case LENGTH:
        this.#at = this.#lengthEnd()
        return
      case GROUP_START:
        return this.#passGroup()
      case FIXED32:
        return this.#pass(4)
      default:
        throw malformed('a field has an unknown form')
    }
  }

  #passGroup(): void {
    if (++this.#depth > MOST_DEPTH) throw malformed('it is nested too deep')
    for (;;) {
      const key = this.next()
      if (key === 0) throw malformed('it is cut off')
      if (this.#wireType === GROUP_END) break
      this.skip()
    }
    this.#depth--
  }

  #short(start: number, end: number): string | undefined {
    if (end - start > SHORT_TEXT) return undefined
    const bytes = this.#bytes
    let text = ''
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0
      if (byte > 0x7f) return undefined
      text += String.fromCharCode(byte)
    }
    return text
  }

  #long(start: number, end: number): string {
    const text = this.#bytes.toString('utf8', start, end)
    // Why: the decoder puts this character for whatever is not UTF-8, and it may stand in the text itself.
    if (text.includes('\ufffd') && !isUtf8(this.#bytes.subarray(start, end))) throw malformed('a text is not UTF-8')
    return text
  }

  /** Where the value that follows its length ends. */
  #lengthEnd(): number {
    const length = this.uint()
    this.#need(length)
    return this.#at + length
  }

  #pass(count: number): void {
    this.#need(count)
    this.#at += count
  }

  #need(count: number): void {
    if (count > this.#end - this.#at) throw malformed('it is cut off')
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined || this.#at >= this.#end) throw malformed('it is cut off')
    this.#at++
    return byte
  }
}

const malformed = (how: string): ConnectorError =>
  new ConnectorError('data-loss', 'read a snapshot', `a row of it is damaged: ${how}`)
