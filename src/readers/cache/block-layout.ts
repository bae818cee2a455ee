import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { type ZstdWorker, zstdDecoder, zstdEncoder } from '../../sdk/snapshot/file/zstd-worker.ts'

/**
 * A file of records in the order of their keys, each found with a few reads. Everything that is read of it is covered by a checksum.
 *
 * Layout: a head of `HEADER_BYTES`: CRC-32 and length of a JSON text, and the text; then packed blocks of records; then the directory: their number,
 * 32 bytes for each, and the first key of each. Numbers are little-endian.
 */
export const HEADER_BYTES = 4096

/** A block in the file. */
export interface PackedBlock {
  readonly at: number
  /** As it stands in the file. */
  readonly bytes: number
  /** Unpacked. */
  readonly raw: number
  readonly crc: number
}

/** A block, and the key that it begins with. */
export interface BlockPlace extends PackedBlock {
  readonly first: Buffer
}

/** Where the directory stands. */
export interface DirectoryPlace {
  readonly at: number
  readonly bytes: number
  readonly crc: number
}

/** Raised where a block file is not what was written. */
export class DamagedBlocks extends Error {}

const ENTRY_BYTES = 32
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** Packs a block. What it gives is the caller's. */
export function packBlock(raw: Buffer): Buffer {
  encoder ??= zstdEncoder() ?? 'none'
  if (encoder === 'none') return zstdCompressSync(raw, FAST)
  const parts: Buffer[] = []
  encoder.run(raw, (bytes) => parts.push(Buffer.from(bytes)), 'end')
  return Buffer.concat(parts)
}

/** Unpacks a block into `room`, or into other memory where that is too small. Errors: `DamagedBlocks`. */
export function unpackBlock(packed: Buffer, { crc, raw }: Pick<PackedBlock, 'crc' | 'raw'>, room: Buffer): Buffer {
  if (crc32(packed) !== crc) throw new DamagedBlocks('a block is damaged')
  decoder ??= zstdDecoder() ?? 'none'
  if (decoder === 'none') return zstdDecompressSync(packed, { maxOutputLength: raw })
  const unpacked = raw <= room.length ? room.subarray(0, raw) : Buffer.allocUnsafeSlow(raw)
  let at = 0
  try {
    decoder.run(packed, (bytes) => (at += bytes.copy(unpacked, at)))
  } catch (error) {
    decoder = undefined
    throw error
  }
  return unpacked
}

/** One for all blocks: to make one takes longer than a block does. */
let decoder: ZstdWorker | 'none' | undefined
let encoder: ZstdWorker | 'none' | undefined

/** Errors: `RangeError` where `facts` are too long. */
export function headerBytes(directory: DirectoryPlace, facts: unknown): Buffer {
  const text = Buffer.from(JSON.stringify({ directory, facts }))
  const header = Buffer.alloc(HEADER_BYTES)
  if (text.copy(header, 8) < text.length) throw new RangeError('the head has no room for so much')
  header.writeUInt32LE(text.length, 4)
  header.writeUInt32LE(crc32(header.subarray(4)), 0)
  return header
}

/** What `headerBytes` was given. Errors: `DamagedBlocks`. */
export function readHeader(header: Buffer): { readonly directory: DirectoryPlace; readonly facts: unknown } {
  if (header.length < HEADER_BYTES || crc32(header.subarray(4)) !== header.readUInt32LE(0))
    throw new DamagedBlocks('its head is damaged')
  const text = header.toString('utf8', 8, 8 + header.readUInt32LE(4))
  return JSON.parse(text) as { readonly directory: DirectoryPlace; readonly facts: unknown }
}

export function directoryBytes(places: readonly BlockPlace[]): Buffer {
  const head = Buffer.alloc(4 + places.length * ENTRY_BYTES)
  head.writeUInt32LE(places.length, 0)
  let keyAt = head.length
  for (const [i, { first, at, bytes, raw, crc }] of places.entries()) {
    const entry = 4 + i * ENTRY_BYTES
    head.writeDoubleLE(at, entry)
    for (const [k, value] of [bytes, raw, crc, keyAt, first.length].entries())
      head.writeUInt32LE(value, entry + 8 + k * 4)
    keyAt += first.length
  }
  return Buffer.concat([head, ...places.map(({ first }) => first)])
}

/** The directory as it stands in the file: asked, not parsed, as a question needs a handful of thousands of blocks. */
export class Directory {
  readonly #bytes: Buffer
  readonly #count: number

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#count = bytes.readUInt32LE(0)
  }

  /** The block that a key stands in, if it stands in any. */
  find(key: Buffer): PackedBlock | undefined {
    let [low, high] = [0, this.#count]
    while (low < high) {
      const middle = (low + high) >>> 1
      const [at, length] = [this.#value(middle, 3), this.#value(middle, 4)]
      if (this.#bytes.compare(key, 0, key.length, at, at + length) <= 0) low = middle + 1
      else high = middle
    }
    return low === 0 ? undefined : this.#place(low - 1)
  }

  #place(number: number): PackedBlock {
    const [bytes, raw, crc] = [this.#value(number, 0), this.#value(number, 1), this.#value(number, 2)]
    return { at: this.#bytes.readDoubleLE(4 + number * ENTRY_BYTES), bytes, raw, crc }
  }

  #value(number: number, k: number): number {
    return this.#bytes.readUInt32LE(12 + number * ENTRY_BYTES + k * 4)
  }
}
