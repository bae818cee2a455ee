import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ConnectorError } from '../../ground/errors.ts'
import { removeDatabase } from './database-file.ts'
import { decodeFrames } from './decode-frames.ts'
import { MAGIC_V1, MAGIC_V3 } from './envelope.ts'
import { storageError } from './storage-error.ts'
import { NotAFrame } from './zstd-frames.ts'

const OPERATION = 'read snapshot'

/** What sentences call the file, and the setting that names it. */
export interface SnapshotNames {
  readonly file: string
  readonly setting: string
}

/**
 * Unpacks the snapshot `source` into the database file `destination`.
 *
 * Shape: false for a missing or empty file and for a magic without a frame: an empty snapshot, nothing is unpacked.
 * Errors: `invalid-argument` for a file of another kind, `failed-precondition` for a v3 snapshot, `data-loss` for a damaged one,
 * `resource-exhausted` beyond `maxBytes`. `destination` is removed on every error.
 */
export async function unpackSnapshot(
  source: string,
  destination: string,
  maxBytes: number,
  names: SnapshotNames = { file: source, setting: '--file' },
): Promise<boolean> {
  try {
    if (!(await hasFrame(source, names))) return false
    await unpack(source, destination, maxBytes, names)
    await withoutLog(destination)
    return true
  } catch (error) {
    removeDatabase(destination)
    throw isDamage(error)
      ? damaged(names, 'it cannot be unpacked', error)
      : storageError(error, `${OPERATION} ${names.file}`, dirname(destination))
  }
}

/** Errors: as `unpackSnapshot` for what stands at `path` and is no v1 snapshot, so that it is not written over. Nothing there is no error. */
export async function refuseForeign(path: string, names: SnapshotNames): Promise<void> {
  try {
    await hasFrame(path, names)
  } catch (error) {
    throw storageError(error, `${OPERATION} ${names.file}`, dirname(path))
  }
}

/** Looks at the first bytes. Errors as `unpackSnapshot`. */
async function hasFrame(source: string, names: SnapshotNames): Promise<boolean> {
  // A pipe without a writer would be waited for.
  const file = await open(source, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (!file) return false
  try {
    const found = await file.stat()
    if (!found.isFile()) throw foreign(names)
    if (found.size === 0) return false
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_V1.length), 0, MAGIC_V1.length, 0)
    if (bytesRead < MAGIC_V1.length) throw foreign(names)
    if (buffer.equals(MAGIC_V1)) return found.size > MAGIC_V1.length
    throw buffer.equals(MAGIC_V3) ? unsupported(names) : foreign(names)
  } finally {
    await file.close()
  }
}

async function unpack(source: string, destination: string, maxBytes: number, names: SnapshotNames): Promise<void> {
  const bounds = new Bounds(names, maxBytes)
  const target = openSync(destination, 'w', 0o600)
  try {
    await decodeFrames(source, MAGIC_V1.length, (bytes) => {
      bounds.add(bytes)
      for (let written = 0; written < bytes.length;) written += writeSync(target, bytes, written)
    })
  } finally {
    closeSync(target)
  }
  bounds.end()
}

/**
 * Lets a database that says it has a write-ahead log say that it has none.
 *
 * Why: a snapshot holds the database alone, so that there is no log, and one that is opened only for reading could not make one. All files of
 * the older official programs say so.
 */
async function withoutLog(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const { at, log, rollback } = JOURNAL_FLAGS
    const { buffer } = await file.read(Buffer.alloc(log.length), 0, log.length, at)
    if (buffer.equals(log)) await file.write(rollback, 0, rollback.length, at)
  } finally {
    await file.close()
  }
}

/** Refuses bytes beyond the cap or what the database's own header announces; checks at the end that nothing is missing. */
class Bounds {
  readonly #names: SnapshotNames
  readonly #maxBytes: number
  #head = Buffer.alloc(0)
  #announced = Number.POSITIVE_INFINITY
  #bytes = 0

  constructor(names: SnapshotNames, maxBytes: number) {
    this.#names = names
    this.#maxBytes = maxBytes
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#maxBytes) throw tooLarge(this.#names, this.#maxBytes)
    if (this.#head.length < SQLITE_HEADER_BYTES) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, SQLITE_HEADER_BYTES - this.#head.length)])
      if (this.#head.length === SQLITE_HEADER_BYTES)
        this.#announced = databaseBytes(this.#head, this.#names, this.#maxBytes)
    }
    if (this.#bytes > this.#announced) throw damaged(this.#names, 'it is larger inside than it says')
  }

  end(): void {
    const isShort = Number.isFinite(this.#announced) && this.#bytes < this.#announced
    if (isShort || (this.#bytes > 0 && this.#bytes < SQLITE_HEADER_BYTES))
      throw damaged(this.#names, 'a part of it is missing')
  }
}

function databaseBytes(head: Buffer, names: SnapshotNames, maxBytes: number): number {
  const size = readDatabaseSize(head)
  if (size === undefined) throw damaged(names, 'there is no database inside')
  if (size !== 'unknown' && size > maxBytes) throw tooLarge(names, maxBytes)
  return size === 'unknown' ? Number.POSITIVE_INFINITY : size
}

/** Node names every fault of a zstd frame with a code that begins like this; a frame that stops early is a plain Z_BUF_ERROR. */
function isDamage(error: unknown): boolean {
  if (error instanceof NotAFrame) return true
  return error instanceof Error && 'code' in error && /^(ZSTD_|Z_)/.test(String(error.code))
}

const damaged = ({ file, setting }: SnapshotNames, how: string, cause?: unknown): ConnectorError =>
  new ConnectorError(
    'data-loss',
    OPERATION,
    `${file} is damaged: ${how}; restore it from a copy or choose another ${setting}`,
    cause,
  )

const tooLarge = ({ file, setting }: SnapshotNames, maxBytes: number): ConnectorError =>
  new ConnectorError(
    'resource-exhausted',
    OPERATION,
    `${file} unpacks to more than the ${maxBytes} bytes allowed; choose another ${setting}`,
  )

const foreign = ({ file, setting }: SnapshotNames): ConnectorError =>
  new ConnectorError('invalid-argument', OPERATION, `${file} is not a c1z file; choose another ${setting}`)

const unsupported = ({ file, setting }: SnapshotNames): ConnectorError =>
  new ConnectorError(
    'failed-precondition',
    OPERATION,
    `${file} is a v3 snapshot (Pebble storage), which Go programs alone read; its connector writes v1 with --storage-engine sqlite --file NEW.c1z, and baton sanitize --out-engine sqlite --out NEW.c1z converts it with pseudonyms for names; choose another ${setting}`,
  )

/** Length of the header that starts every SQLite database. Source: SQLite file format, "The Database Header". */
export const SQLITE_HEADER_BYTES = 100

/** Where the header says that a database is written through a write-ahead log, and what it says where it is not. */
export const JOURNAL_FLAGS = { at: 18, log: Buffer.from([2, 2]), rollback: Buffer.from([1, 1]) } as const

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1')

/**
 * The size of a database in bytes as its header gives it: page size times page count.
 *
 * Shape: `undefined` where the header is not SQLite's; `unknown` where the header's page count is not valid, as old writers leave it.
 */
export function readDatabaseSize(header: Buffer): number | 'unknown' | undefined {
  if (!header.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  const stored = header.readUInt16BE(16)
  const pageBytes = stored === 1 ? 65_536 : stored
  const countIsValid = header.readUInt32BE(24) === header.readUInt32BE(92)
  return countIsValid && header.readUInt32BE(28) > 0 ? pageBytes * header.readUInt32BE(28) : 'unknown'
}
