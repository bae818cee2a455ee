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
