import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { type BlockPlace, directoryBytes, HEADER_BYTES, headerBytes, packBlock } from './block-layout.ts'

/** Bytes of records that make a block; one that is larger has a block of its own. Source: measurement. */
const BLOCK_BYTES = 1 << 13

/** Room for a block that is kept for the next one. */
const MOST_ROOM = 1 << 20

/** What stands before a key: its length and that of the value. */
const RECORD_HEAD = 8
/** Bytes that a unit of a JavaScript text takes at most. */
const UTF8_MOST = 3

/** Readable for its owner alone: the records are people. */
const MODE = 0o600

/**
 * Writes records into a block file, beside its place until `finish`.
 *
 * Errors: as the file system says; `RangeError` for keys that do not rise, byte by byte, which is also how two records of one key are noticed.
 */
export class BlockFileWriter {
  readonly #path: string
  readonly #aside: string
  readonly #file: number
  readonly #places: BlockPlace[] = []
  #at = HEADER_BYTES
  /** The block that is being filled, in memory that is used again: new memory for each record is let go of late. */
  #block = Buffer.allocUnsafeSlow(BLOCK_BYTES * 2)
  #bytes = 0
  #first: Buffer = Buffer.alloc(0)
  #last = Buffer.allocUnsafeSlow(1 << 10)
  #lastLength = -1

  /** `mark` makes the name of the temporary file unique to this process. */
  constructor(path: string, mark: string) {
    this.#path = path
    this.#aside = `${path}.${mark}.tmp`
    rmSync(this.#aside, { force: true })
    this.#file = openSync(this.#aside, 'wx', MODE)
  }

  put(key: string, value: string | Uint8Array): void {
    const start = this.#bytes
    this.#makeRoom(RECORD_HEAD + UTF8_MOST * key.length)
    const keyLength = this.#block.write(key, start + RECORD_HEAD)
    const keyEnd = start + RECORD_HEAD + keyLength
    const written = this.#block.subarray(start + RECORD_HEAD, keyEnd)
    this.#mustRise(written)
    // In memory of its own: one that shares it with others would keep theirs as well.
    if (start === 0) this.#first = copyOf(written)
    const valueLength = this.#putValue(value, keyEnd)
    this.#block.writeUInt32LE(keyLength, start)
    this.#block.writeUInt32LE(valueLength, start + 4)
    this.#bytes = keyEnd + valueLength
    if (this.#bytes >= BLOCK_BYTES) this.#flush()
  }

  #mustRise(key: Buffer): void {
    if (this.#lastLength >= 0 && this.#last.compare(key, 0, key.length, 0, this.#lastLength) >= 0)
      throw new RangeError('keys must rise')
    if (key.length > this.#last.length) this.#last = Buffer.allocUnsafeSlow(key.length * 2)
    this.#lastLength = key.copy(this.#last)
  }

  #putValue(value: string | Uint8Array, at: number): number {
    this.#makeRoom(at - this.#bytes + (typeof value === 'string' ? UTF8_MOST * value.length : value.length))
    if (typeof value === 'string') return this.#block.write(value, at)
    this.#block.set(value, at)
    return value.length
  }

  #makeRoom(bytes: number): void {
    if (this.#bytes + bytes <= this.#block.length) return
    const larger = Buffer.allocUnsafeSlow((this.#bytes + bytes) * 2)
    this.#block.copy(larger)
    this.#block = larger
  }

  /** Puts the file into its place, all of it or nothing. `facts` are kept in its head; see `BlockFile.setFacts`. */
  finish(facts: unknown): void {
    this.#flush()
    const directory = directoryBytes(this.#places)
    this.#write(directory, this.#at)
    this.#write(headerBytes({ at: this.#at, bytes: directory.length, crc: crc32(directory) }, facts), 0)
    fsyncSync(this.#file)
    closeSync(this.#file)
    renameSync(this.#aside, this.#path)
  }

  /** Leaves nothing. To be called instead of `finish`, or after it failed. */
  abandon(): void {
    try {
      closeSync(this.#file)
    } catch {
      // The file was closed already; the rename failed after that.
    }
    rmSync(this.#aside, { force: true })
  }

  #flush(): void {
    if (this.#bytes === 0) return
    const raw = this.#block.subarray(0, this.#bytes)
    const packed = packBlock(raw)
    this.#write(packed, this.#at)
    this.#places.push({ first: this.#first, at: this.#at, bytes: packed.length, raw: raw.length, crc: crc32(packed) })
    this.#at += packed.length
    this.#bytes = 0
    if (this.#block.length > MOST_ROOM) this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES * 2)
  }

  #write(bytes: Buffer, at: number): void {
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.#file, bytes, written, bytes.length - written, at + written)
  }
}

function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}
