import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { STALE_MS, StatusDocument, statusPath, tenantStateDirs } from '../../service/watch/status-file.ts'
import { exitCodeOf } from '../../ground/errors.ts'
import { isMissing, readPlainFile, whyUnreadable } from '../../settings/files.ts'
import { type DaemonStatus, statusJson, statusText } from '../output/status-report.ts'
import type { Io } from '../io.ts'
import type { WatchConfig } from '../../settings/catalog.ts'
import { namesDaemon, ownStateDirs, stateDirOf, type StatePlace } from '../../settings/state-dir.ts'

export interface StatusAmbient extends StatePlace {
  readonly now: () => Date
  /** Name of this machine. */
  readonly host: string
  readonly isAlive: (pid: number) => boolean
}

/**
 * Prints what the daemon last told of itself; where the settings do not say which is meant, of each of this user's that runs. Exit codes: 0 where
 * all run and are connected (on a schedule: ready), 5 where none runs, 14 where one runs and is not connected.
 */
export async function printStatus(
  config: WatchConfig,
  io: Pick<Io, 'stdout'>,
  ambient: StatusAmbient,
): Promise<number> {
  const now = ambient.now()
  const found = namesDaemon(config, ambient)
    ? statusesIn(stateDirOf(config, ambient).path, now, ambient)
    : runningOrOwn(config, now, ambient)
  for (const status of found) io.stdout.write(config.output === 'json' ? statusJson(status) : statusText(status, now))
  if (!found.some(({ running }) => running)) return exitCodeOf('not-found')
  return found.every(({ running, last }) => running && isConnected(last)) ? 0 : exitCodeOf('unavailable')
}

/** The daemons that run; where none does, what is known of the one that would write the default file here. */
function runningOrOwn(config: WatchConfig, now: Date, ambient: StatusAmbient): readonly DaemonStatus[] {
  const running = ownStateDirs(config, ambient).flatMap((stateDir) =>
    statusesIn(stateDir, now, ambient).flatMap((status) => (status.running ? [{ ...status, stateDir }] : [])),
  )
  if (running.length > 0) return running
  const own = statusIn(stateDirOf(config, ambient).path, now, ambient)
  if (own.last !== undefined) return [own]
  const where = `no daemon of this user was found that keeps its state below ${ambient.tempDir}`
  return [{ running: false, because: `${where}; ${GIVE}` }]
}

const GIVE = 'give --state-dir, --client-id, --tenants or --file as the daemon has them'

/** As `statusIn`, of each tenant where the daemon has several. */
export function statusesIn(stateDir: string, now: Date, ambient: StatusAmbient): readonly DaemonStatus[] {
  const folder = tenantStateDirs(stateDir)
  const tenants = readFolder(folder)
  if (tenants.length === 0) return [statusIn(stateDir, now, ambient)]
  return tenants.map((tenant) => ({ tenant, ...statusIn(join(folder, tenant), now, ambient) }))
}

function readFolder(path: string): readonly string[] {
  try {
    return readdirSync(path).sort()
  } catch {
    return []
  }
}

/** What a daemon last told in its state directory, and whether it still runs. */
export function statusIn(stateDir: string, now: Date, ambient: StatusAmbient): DaemonStatus {
  const found = readStatus(statusPath(stateDir))
  return 'missing' in found ? { running: false, because: found.missing } : judge(found.document, now, ambient)
}

const isConnected = (last: StatusDocument | undefined): boolean =>
  last !== undefined && (last.mode === 'service' ? last.connection === 'connected' : last.ready)

function readStatus(path: string): { readonly document: StatusDocument } | { readonly missing: string } {
  let text: string
  try {
    text = readPlainFile(path).toString('utf8')
  } catch (error) {
    if (isMissing(error)) return { missing: `there is no ${path}; ${GIVE}` }
    return { missing: `the file ${path} ${whyUnreadable(error)}` }
  }
  const parsed = StatusDocument.safeParse(parseJson(text))
  return parsed.success ? { document: parsed.data } : { missing: `the file ${path} is not that of a daemon` }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function judge(last: StatusDocument, now: Date, { host, isAlive }: StatusAmbient): DaemonStatus {
  // A process id says nothing about another machine's, or another container's, processes.
  if (last.host === host && !isAlive(last.pid))
    return { running: false, because: `its process ${last.pid} has ended`, last }
  const silentMs = now.getTime() - Date.parse(last.updatedAt)
  if (silentMs > STALE_MS)
    return { running: false, because: `it has reported nothing for ${Math.round(silentMs / 1000)} seconds`, last }
  return { running: true, last }
}
