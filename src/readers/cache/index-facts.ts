import type { FileStamp } from './file-stamp.ts'
import { INDEX_FORMAT } from './index-keys.ts'

/** What an index says of itself. */
export interface IndexFacts {
  readonly format: typeof INDEX_FORMAT
  /** SHA-256 of the file that it was made from. */
  readonly hash: string
  /** What the file system said of that file; `null` where it had just been written. */
  readonly stamp: FileStamp | null
  /** The sync that it holds. */
  readonly syncId: string
  /** Whether that is the one which is shown where no other is asked for. */
  readonly isShown: boolean
}

/**
 * The facts of an index; `undefined` for those of another format.
 *
 * Why not zod: to load it takes a tenth of the time of an answer. A program of this format wrote them, and their checksum was looked at.
 */
export const indexFacts = (facts: unknown): IndexFacts | undefined =>
  typeof facts === 'object' && facts !== null && 'format' in facts && facts.format === INDEX_FORMAT
    ? (facts as IndexFacts)
    : undefined
