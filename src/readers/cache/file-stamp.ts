import { createReadStream, statSync } from 'node:fs'

/** What changes whenever somebody writes to a file or puts another in its place. Times are in nanoseconds. */
export interface FileStamp {
  readonly device: string
  readonly inode: string
  readonly size: string
  readonly modified: string
  readonly changed: string
}

/** Time in which a file system may give two changes one time. Source: FAT, whose steps are the longest. */
const SETTLED_AFTER_MS = 2000
const NS_A_MS = 1_000_000n

/** Errors: as the file system says. */
export function stampOf(path: string): FileStamp {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
  return {
    device: String(dev),
    inode: String(ino),
    size: String(size),
    modified: String(mtimeNs),
    changed: String(ctimeNs),
  }
}

export const isSameStamp = (a: FileStamp, b: FileStamp): boolean =>
  a.device === b.device &&
  a.inode === b.inode &&
  a.size === b.size &&
  a.modified === b.modified &&
  a.changed === b.changed

/** Whether a further change would show: nothing was written within the steps of the file system's clock. */
export function isSettled({ modified, changed }: FileStamp, now: Date): boolean {
  const until = BigInt(now.getTime() - SETTLED_AFTER_MS) * NS_A_MS
  return BigInt(modified) < until && BigInt(changed) < until
}

/** The SHA-256 of a file, in hex. Errors: as the file system says. */
export async function hashOf(path: string): Promise<string> {
  // Loaded where it is needed: it takes a tenth of the time of an answer.
  const { createHash } = await import('node:crypto')
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
