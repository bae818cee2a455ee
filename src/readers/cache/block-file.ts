import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import {
  DamagedBlocks,
  Directory,
  type DirectoryPlace,
  HEADER_BYTES,
  headerBytes,
  type PackedBlock,
  readHeader,
  unpackBlock,
} from './block-layout.ts'

/** Blocks that are kept unpacked. */
const MOST_BLOCKS = 256
/** Size of a buffer for a block, packed or not. It is reused, because a new buffer for each block costs more than the work with it. */
const ROOM_BYTES = 1 << 14

const NO_ROOM = Buffer.alloc(0)

/** A block file open for reading. What it gives is the caller's. Errors of all methods: `DamagedBlocks`; as the file system says. */
export class BlockFile implements Disposable {
  readonly facts: unknown
  readonly #path: string
  readonly #file: number
  readonly #directory: Directory
  readonly #directoryPlace: DirectoryPlace
  readonly #blocks = new Map<number, { readonly block: Buffer; readonly room: Buffer }>()
  readonly #packed = Buffer.allocUnsafeSlow(ROOM_BYTES)

  constructor(path: string) {
    this.#path = path
    this.#file = openSync(path, 'r')
    try {
      const { directory, facts } = readHeader(this.#read(0, HEADER_BYTES))
      const bytes = this.#read(directory.at, directory.bytes)
      if (crc32(bytes) !== directory.crc) throw new DamagedBlocks('its directory is damaged')
      this.facts = facts
      this.#directoryPlace = directory
      this.#directory = new Directory(bytes)
    } catch (error) {
      closeSync(this.#file)
      throw error
    }
  }

  /** The value of a key; `undefined` where there is none. What is read `once` has no use for its block being kept. */
  get(key: string, times: 'once' | 'again' = 'again'): Buffer | undefined {
    const bytes = Buffer.from(key)
    const place = this.#directory.find(bytes)
    return place && valueIn(this.#block(place, times), bytes)
  }

  /** Writes other facts into the head. Whoever reads it meanwhile takes the file for damaged, and makes it anew. */
  setFacts(facts: unknown): void {
    const file = openSync(this.#path, 'r+')
    try {
      writeSync(file, headerBytes(this.#directoryPlace, facts), 0, HEADER_BYTES, 0)
    } finally {
      closeSync(file)
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }

  #block(place: PackedBlock, times: 'once' | 'again'): Buffer {
    const known = this.#blocks.get(place.at)
    if (known) return known.block
    if (times === 'once') return unpackBlock(this.#read(place.at, place.bytes), place, NO_ROOM)
    const room = this.#roomOfOldest() ?? Buffer.allocUnsafeSlow(ROOM_BYTES)
    const packed = place.bytes <= ROOM_BYTES ? this.#packed.subarray(0, place.bytes) : undefined
    const block = unpackBlock(this.#read(place.at, place.bytes, packed), place, room)
    this.#blocks.set(place.at, { block, room })
    return block
  }

  #roomOfOldest(): Buffer | undefined {
    if (this.#blocks.size < MOST_BLOCKS) return undefined
    const [oldest] = this.#blocks
    if (!oldest) return undefined
    this.#blocks.delete(oldest[0])
    return oldest[1].room
  }

  #read(at: number, length: number, into = Buffer.allocUnsafeSlow(length)): Buffer {
    for (let done = 0; done < length;) {
      const count = readSync(this.#file, into, done, length - done, at + done)
      if (count === 0) throw new DamagedBlocks('its end is missing')
      done += count
    }
    return into
  }
}

/** The value of a key in a block, in memory of its own. */
function valueIn(block: Buffer, key: Buffer): Buffer | undefined {
  for (let at = 0; at < block.length;) {
    const keyLength = block.readUInt32LE(at)
    const valueLength = block.readUInt32LE(at + 4)
    const keyEnd = at + 8 + keyLength
    const maySame = keyLength === key.length && block[keyEnd - 1] === key[keyLength - 1]
    if (maySame && block.compare(key, 0, keyLength, at + 8, keyEnd) === 0)
      return Buffer.from(block.subarray(keyEnd, keyEnd + valueLength))
    at = keyEnd + valueLength
  }
  return undefined
}
