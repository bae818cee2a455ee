import { z } from 'zod'
import { INDEX_FORMAT } from './index-keys.ts'

const stamp = z.object({
  device: z.string(),
  inode: z.string(),
  size: z.string(),
  modified: z.string(),
  changed: z.string(),
})

/** What an index says of itself. */
export const indexFacts = z.object({
  format: z.literal(INDEX_FORMAT),
  /** SHA-256 of the file that it was made from. */
  hash: z.string(),
  /** What the file system said of that file; `null` where it had just been written. */
  stamp: stamp.nullable(),
  /** The sync that it holds. */
  syncId: z.string(),
  /** Whether that is the one which is shown where no other is asked for. */
  isShown: z.boolean(),
})

export type IndexFacts = z.infer<typeof indexFacts>
