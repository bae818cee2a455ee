import { createHash } from 'node:crypto'
import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

import { ConnectorError } from '../../ground/errors.ts'
import { storageCall } from './storage-error.ts'

/** Where a snapshot and the files that serve it stand. All paths are absolute. */
export interface SnapshotPaths {
  readonly target: string
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

/** Links followed before a circle is suspected. Source: Linux `path_resolution(7)`. */
const MOST_LINKS = 40

/**
 * Where the snapshot stands and what stands beside it.
 *
 * Shape: helpers are hidden files beside the target; with `tempDir` the large ones stand there, under a name made from the target's full path,
 * so that two targets of the same name do not meet. A link is followed to its end, also to a file that does not exist yet: the link stays, and
 * whatever name a run uses, it meets the same lock.
 * Errors: `not-found` where the folder does not exist; `invalid-argument` for a name that is too long or leaves no room for the helpers' names, for
 * links in a circle and for what is no plain file; `permission-denied` as the file system says.
 */
export function snapshotPaths(file: string, tempDir?: string): SnapshotPaths {
  return storageCall(`open ${file}`, dirname(file), () => {
    const paths = pathsBeside(realTarget(resolve(file), MOST_LINKS), tempDir)
    // The file system alone knows how long a name may be: the longest is tried, which SQLite puts beside a database.
    for (const path of [paths.lock, `${paths.update}-journal`]) lstatSync(path, { throwIfNoEntry: false })
    refuseOther(paths.target)
    return paths
  })
}

/** A pipe would be waited for, and what takes its place would not be what somebody made it for. */
function refuseOther(target: string): void {
  const found = lstatSync(target, { throwIfNoEntry: false })
  if (!found || found.isFile()) return
  const what = found.isDirectory() ? 'is not a c1z file' : 'is no plain file'
  throw new ConnectorError('invalid-argument', 'open snapshot', `${target} ${what}; choose another --file`)
}

function pathsBeside(target: string, tempDir: string | undefined): SnapshotPaths {
  const folder = dirname(target)
  const stem =
    tempDir === undefined
      ? join(folder, `.${basename(target)}`)
      : join(resolve(tempDir), `.${basename(target)}-${createHash('sha256').update(target).digest('hex').slice(0, 16)}`)
  return {
    target,
    replacement: `${target}.tmp`,
    lock: join(folder, `.${basename(target)}.lock`),
    work: `${stem}.work`,
    update: `${stem}.update`,
    base: `${stem}.base`,
    image: `${stem}.image`,
  }
}

function realTarget(path: string, links: number): string {
  const folder = realFolder(dirname(path))
  const target = join(folder, basename(path))
  if (lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return target
  // Of a circle the file system itself says so.
  return links === 0 ? realpathSync(target) : realTarget(resolve(folder, readlinkSync(target)), links - 1)
}

function realFolder(folder: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return realpathSync(folder)
  throw new ConnectorError(
    'not-found',
    'open snapshot',
    `the folder ${folder} does not exist; create it or choose another --file`,
  )
}
