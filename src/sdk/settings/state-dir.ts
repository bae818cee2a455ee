import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, type Stats, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ConnectorError } from '../ground/errors.ts'
import { DEFAULT_FILE } from './fields.ts'
import { whyNotMade } from './files.ts'
import { programName } from '../ground/program-name.ts'
import type { WatchConfig } from './catalog.ts'

export interface StatePlace {
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  /** The operating system's temporary directory. */
  readonly tempDir: string
  /** Of the user, where the system has such; the folder below a shared temporary directory is this user's. */
  readonly uid: number | undefined
}

type Named = Partial<Pick<WatchConfig, 'file' | 'state-dir' | 'client-id' | 'c1z-temp-dir' | 'tenants' | 'shard'>>

/** Where a daemon keeps its state. */
export interface StateDir {
  /** Absolute. */
  readonly path: string
  /** Whether somebody named it, who then also decides who may read it. */
  readonly given: boolean
}

/**
 * The state directory of the daemon with these settings: `--state-dir`, else what systemd made for the unit, else a folder below the
 * temporary directory whose name follows from the client id or, in a schedule, from the snapshot file or the file of tenants and the shard.
 */
export function stateDirOf(config: Named, { env, cwd, tempDir, uid }: StatePlace): StateDir {
  const given = config['state-dir'] ?? env['STATE_DIRECTORY']?.split(':')[0]
  if (given !== undefined && given !== '') return { path: resolve(cwd, given), given: true }
  const { tenants, shard = '' } = config
  const file = resolve(cwd, tenants ?? config.file ?? DEFAULT_FILE)
  const source = config['client-id'] ?? (tenants === undefined ? file : `${file}\n${shard}`)
  const digest = createHash('sha256')
    .update(`${uid ?? ''}\n${source}`)
    .digest('hex')
    .slice(0, 12)
  return {
    path: join(resolve(cwd, config['c1z-temp-dir'] ?? tempDir), `${programName().program}-${digest}`),
    given: false,
  }
}

/** Whether the settings say which daemon is meant. */
export const namesDaemon = (config: Named, { env }: Pick<StatePlace, 'env'>): boolean =>
  [config['state-dir'], env['STATE_DIRECTORY'], config['client-id'], config.tenants, config.file].some(Boolean)

/** The state directories that daemons of this user made for themselves; what another user may have put there is passed over. */
export function ownStateDirs(config: Named, { cwd, tempDir, uid }: StatePlace): readonly string[] {
  const folder = resolve(cwd, config['c1z-temp-dir'] ?? tempDir)
  const prefix = `${programName().program}-`
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  return names
    .filter((name) => name.startsWith(prefix) && /^[\da-f]{12}$/.test(name.slice(prefix.length)))
    .map((name) => join(folder, name))
    .filter((path) => isOwn(lstatSync(path, { throwIfNoEntry: false }), uid))
}

const isOwn = (found: Stats | undefined, uid: number | undefined): boolean =>
  found?.isDirectory() === true && (uid === undefined || found.uid === uid) && (found.mode & 0o022) === 0

/**
 * Makes the folder, readable by its owner only, unless it is there.
 *
 * Errors: `invalid-argument` where it cannot be made; `failed-precondition` where nobody named it and another user could have put something into
 * it: what lies there is believed.
 */
export function openStateDir({ path, given }: StateDir, uid: number | undefined): void {
  let found: Stats
  try {
    makeFolder(path)
    found = given ? statSync(path) : lstatSync(path)
  } catch (error) {
    throw new ConnectorError(
      'invalid-argument',
      'configuration',
      `${SUBJECT}: the folder ${path} ${whyNot(error, path)}`,
      error,
    )
  }
  if (given || isOwn(found, uid)) return
  throw new ConnectorError(
    'failed-precondition',
    'configuration',
    `${SUBJECT}: the folder ${path} belongs to another user or can be changed by one; remove it or name another`,
  )
}

/** Why not `recursive`: Node retries for ever, deaf to signals, on a file system that reports a missing parent although the parent exists. */
function makeFolder(path: string): void {
  if (isFolder(path)) return
  if (dirname(path) !== path) makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (!isFolder(path)) throw error
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const SUBJECT = '--state-dir (BATON_STATE_DIR)'

const whyNot = (error: unknown, path: string): string =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST' && 'path' in error && error.path === path
    ? 'is a file'
    : whyNotMade(error)
