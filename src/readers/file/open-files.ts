import { globSync, statSync } from 'node:fs'
import { basename, dirname, relative, resolve } from 'node:path'
import { openSnapshot, type Snapshot } from '../../sdk/snapshot/read/open-snapshot.ts'
import { storageError } from '../../sdk/snapshot/file/storage-error.ts'
import { parseTimeText } from '../../sdk/snapshot/tables/time-text.ts'
import type { StoredSync } from '../../sdk/snapshot/tables/base-file.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'

/** A snapshot file as it was named. */
export interface NamedFile {
  readonly path: string
  /** As it is called in sentences. */
  readonly name: string
  /** From a folder `tenant=NAME`, else the name of the file. */
  readonly tenant: string
  /** Whether a folder names the tenant. */
  readonly isNamed: boolean
}

const GLOB = /[*?[\]{}]/

/**
 * The files that names and patterns stand for, each once, in the order of the names.
 *
 * Errors: `not-found` where a name is no file or a pattern fits none; `invalid-argument` where two of several files have one tenant.
 */
export function findFiles(names: readonly string[], cwd: string): readonly NamedFile[] {
  const paths = new Map<string, NamedFile>()
  for (const name of names)
    for (const path of matching(name, cwd)) {
      const shown = GLOB.test(name) ? relative(cwd, path) : name
      paths.set(path, { path, name: shown, ...tenantOf(path) })
    }
  const files = [...paths.values()]
  refuseSameTenant(files)
  return files
}

function matching(name: string, cwd: string): readonly string[] {
  const path = resolve(cwd, name)
  if (statSync(path, { throwIfNoEntry: false })) return [path]
  if (!GLOB.test(name))
    throw new ConnectorError('not-found', `read ${name}`, 'there is no such file; sync first, or name another with -f')
  const found = globSync(name, { cwd })
    .map((each) => resolve(cwd, each))
    .sort()
  if (found.length === 0) throw new ConnectorError('not-found', `read ${name}`, 'no file fits this pattern')
  return found
}

function tenantOf(path: string): Pick<NamedFile, 'tenant' | 'isNamed'> {
  const folder = dirname(path)
    .split(/[\\/]/)
    .findLast((part) => part.startsWith('tenant='))
  return folder === undefined
    ? { tenant: basename(path).replace(/\.c1z$/i, ''), isNamed: false }
    : { tenant: folder.slice('tenant='.length), isNamed: true }
}

/** A tenant is always named: of two files `sync.c1z` nobody could tell whose rows they are. Of one tenant there may be several files. */
function refuseSameTenant(files: readonly NamedFile[]): void {
  const guessed = files.filter(({ isNamed }) => !isNamed)
  for (const [tenant, [first, second]] of Map.groupBy(guessed, (file) => file.tenant))
    if (first && second)
      throw new ConnectorError(
        'invalid-argument',
        'read files',
        `${first.name} and ${second.name} would both be the tenant ${JSON.stringify(tenant)}; rename one, or put each into a folder tenant=NAME`,
      )
}

/** Opens a file that must be there and hold something. Errors as `openSnapshot`; `invalid-argument` for an empty file. */
export async function openFile({ path, name }: NamedFile, tempDir: string): Promise<Snapshot> {
  const empty = (): ConnectorError => new ConnectorError('invalid-argument', `read ${name}`, 'the file is empty')
  try {
    const found = statSync(path)
    if (found.isFile() && found.size === 0) throw empty()
    return await openSnapshot(path, { tempDir, names: { file: name, setting: '-f' } })
  } catch (error) {
    throw storageError(error, `read ${name}`)
  }
}

/** When a sync ended, in UTC to the millisecond; `''` for one that did not, and the stored text where it is no time. */
export const endOfSync = ({ endedAt = '' }: StoredSync): string => parseTimeText(endedAt)?.toISOString() ?? endedAt
