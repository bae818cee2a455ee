import { createHash } from 'node:crypto'
import { basename, dirname, join, resolve } from 'node:path'

/** Where a snapshot and the files that serve it stand. All paths are absolute. */
export interface SnapshotPaths {
  readonly target: string
  /** Folder of the target. */
  readonly folder: string
  /** The new file until it replaces the target. Source: baton-sdk `pkg/dotc1z/file.go`. */
  readonly replacement: string
  readonly lock: string
  /** Rows of the sync being collected; outlives a killed process. */
  readonly work: string
  /** The same for an update of a finished sync, which never goes on where another stopped. */
  readonly update: string
  /** The target's database, unpacked. */
  readonly base: string
  /** The database that becomes the new target, before packing. */
  readonly image: string
}

/**
 * Shape: helpers are hidden files beside the target; with `tempDir` the large ones stand there, under a name made from the target's full path,
 * so that two targets of the same name do not meet.
 */
export function snapshotPaths(file: string, tempDir?: string): SnapshotPaths {
  const target = resolve(file)
  const folder = dirname(target)
  const stem =
    tempDir === undefined
      ? join(folder, `.${basename(target)}`)
      : join(resolve(tempDir), `.${basename(target)}-${createHash('sha256').update(target).digest('hex').slice(0, 16)}`)
  return {
    target,
    folder,
    replacement: `${target}.tmp`,
    lock: join(folder, `.${basename(target)}.lock`),
    work: `${stem}.work`,
    update: `${stem}.update`,
    base: `${stem}.base`,
    image: `${stem}.image`,
  }
}
