import { STALE_MS, StatusDocument, statusPath } from '../../daemon/status-file.ts'
import { exitCodeOf } from '../../sdk/errors.ts'
import { isMissing, readPlainFile, whyUnreadable } from '../files.ts'
import { type DaemonStatus, statusJson, statusText } from '../output/status-report.ts'
import type { RunWatch } from '../program.ts'
import { stateDirOf, type StatePlace } from '../state-dir.ts'

export interface StatusAmbient extends StatePlace {
  readonly now: () => Date
  /** Name of this machine. */
  readonly host: string
  readonly isAlive: (pid: number) => boolean
}

/**
 * Prints what the daemon last told of itself. Exit codes: 0 where it runs and is connected (on a schedule: ready), 5 where it does not run,
 * 14 where it runs and is not connected.
 */
export const createStatusCommand =
  (ambient: StatusAmbient): RunWatch =>
  async (config, io) => {
    const path = statusPath(stateDirOf(config, ambient).path)
    const now = ambient.now()
    const found = readStatus(path)
    const status: DaemonStatus =
      'missing' in found ? { running: false, because: found.missing } : judge(found.document, now, ambient)
    io.stdout.write(config.output === 'json' ? statusJson(status) : statusText(status, now))
    return !status.running ? exitCodeOf('not-found') : isConnected(status.last) ? 0 : exitCodeOf('unavailable')
  }

const isConnected = ({ mode, connection, ready }: StatusDocument): boolean =>
  mode === 'service' ? connection === 'connected' : ready

function readStatus(path: string): { readonly document: StatusDocument } | { readonly missing: string } {
  let text: string
  try {
    text = readPlainFile(path).toString('utf8')
  } catch (error) {
    if (isMissing(error))
      return { missing: `there is no ${path}; give --state-dir, --client-id or --file as the daemon has them` }
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
    return { running: false, because: `it has told nothing for ${Math.round(silentMs / 1000)} seconds`, last }
  return { running: true, last }
}
