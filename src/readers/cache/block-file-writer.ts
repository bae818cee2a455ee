import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { type BlockPlace, directoryBytes, HEADER_BYTES, headerBytes, packBlock } from './block-layout.ts'

/** Bytes of records that make a block; one that is larger has a block of its own. Source: measurement. */
const BLOCK_BYTES = 1 << 13

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
  #records: Buffer[] = []
  #bytes = 0
  #first: Buffer = Buffer.alloc(0)
  #last: Buffer | undefined

  /** `mark` makes the name of the file beside it one of this process alone. */
  constructor(path: string, mark: string) {
    this.#path = path
    this.#aside = `${path}.${mark}.tmp`
    rmSync(this.#aside, { force: true })
    this.#file = openSync(this.#aside, 'wx', MODE)
  }

  put(key: Buffer, value: Buffer): void {
    if (this.#last && Buffer.compare(this.#last, key) >= 0) throw new RangeError('keys must rise')
    this.#last = key
    if (this.#records.length === 0) this.#first = key
    const lengths = Buffer.allocUnsafe(8)
    lengths.writeUInt32LE(key.length, 0)
    lengths.writeUInt32LE(value.length, 4)
    this.#records.push(lengths, key, value)
    this.#bytes += 8 + key.length + value.length
    if (this.#bytes >= BLOCK_BYTES) this.#flush()
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
      // It was closed before it could not be put into its place.
    }
    rmSync(this.#aside, { force: true })
  }

  #flush(): void {
    if (this.#records.length === 0) return
    const raw = Buffer.concat(this.#records)
    const packed = packBlock(raw)
    this.#write(packed, this.#at)
    this.#places.push({ first: this.#first, at: this.#at, bytes: packed.length, raw: raw.length, crc: crc32(packed) })
    this.#at += packed.length
    this.#records = []
    this.#bytes = 0
  }

  #write(bytes: Buffer, at: number): void {
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.#file, bytes, written, bytes.length - written, at + written)
  }
}
