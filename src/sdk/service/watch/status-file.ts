import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ConnectorError } from '../../ground/errors.ts'
import type { Clock, Logger, Sleep } from '../../ground/ports.ts'
import { whyNotReady } from './readiness.ts'
import type { DaemonState, TaskProgress } from './state.ts'

/** Least time between two writes, and most: a reader takes a file that is three times as old for that of a daemon that hangs. */
const LEAST_MS = 1000
const MOST_MS = 10_000
export const STALE_MS = 3 * MOST_MS

export const statusPath = (stateDir: string): string => join(stateDir, 'status.json')

/** Where a daemon with several tenants keeps the state of each, in folders of their names. */
export const tenantStateDirs = (stateDir: string): string => join(stateDir, 'tenants')

const when = z.iso.datetime()
const perType = z.record(z.string(), z.number())

/** What the daemon tells of itself. Keys are a public format: they are added to, never changed. Times are ISO 8601 in UTC, units are in the names. */
export const StatusDocument = z.object({
  /** Of a daemon with several tenants: whose state this is. */
  tenant: z.string().optional(),
  version: z.string(),
  pid: z.number().int(),
  /** Name of the machine, to which the process id belongs. */
  host: z.string(),
  mode: z.enum(['service', 'schedule']),
  startedAt: when,
  updatedAt: when,
  connection: z.enum(['connecting', 'connected', 'failing', 'stopping']),
  connectionSince: when,
  ready: z.boolean(),
  /** Absent while it is ready. */
  notReadyBecause: z.string().optional(),
  lastPollAt: when.optional(),
  nextPollAt: when.optional(),
  tasks: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      since: when,
      progress: z
        .object({
          phase: z.string(),
          done: z.number(),
          total: z.number().optional(),
          waitingUntil: when.optional(),
        })
        .optional(),
    }),
  ),
  lastSync: z
    .object({
      finishedAt: when,
      durationMs: z.number(),
      resources: perType,
      entitlements: perType,
      grants: perType,
      file: z.string(),
      bytes: z.number(),
    })
    .optional(),
  /** Newest first, ten at most. */
  errors: z.array(z.object({ at: when, where: z.string(), message: z.string() })),
  /** Results that the platform has not acknowledged. */
  undelivered: z.number(),
})

export type StatusDocument = z.infer<typeof StatusDocument>

export interface StatusFacts {
  /** Of a daemon with several tenants. */
  readonly tenant?: string
  readonly version: string
  readonly pid: number
  readonly host: string
}

export function statusDocument(state: DaemonState, facts: StatusFacts, clock: Clock): StatusDocument {
  const { lastPollAt, nextPollAt, lastSync } = state
  const now = clock.now()
  const why = whyNotReady(state, clock)
  return {
    ...(facts.tenant !== undefined && { tenant: facts.tenant }),
    version: facts.version,
    pid: facts.pid,
    host: facts.host,
    mode: state.mode,
    startedAt: state.startedAt.toISOString(),
    updatedAt: now.toISOString(),
    connection: state.connection,
    connectionSince: state.connectionSince.toISOString(),
    ready: why === undefined,
    ...(why !== undefined && { notReadyBecause: why }),
    ...(lastPollAt && { lastPollAt: lastPollAt.toISOString() }),
    ...(nextPollAt && { nextPollAt: nextPollAt.toISOString() }),
    tasks: state.running.map(({ id, kind, since, progress }) => ({
      id,
      kind,
      since: since.toISOString(),
      ...(progress && { progress: progressOf(progress, now) }),
    })),
    ...(lastSync && {
      lastSync: {
        finishedAt: lastSync.finishedAt.toISOString(),
        durationMs: Math.round(lastSync.durationMs),
        resources: lastSync.counts.resources,
        entitlements: lastSync.counts.entitlements,
        grants: lastSync.counts.grants,
        file: lastSync.file.path,
        bytes: lastSync.file.bytes,
      },
    }),
    errors: state.errors.map(({ at, where, message }) => ({ at: at.toISOString(), where, message })),
    undelivered: state.undelivered,
  }
}

const progressOf = ({ phase, done, total, waitingUntil }: TaskProgress, now: Date) => ({
  phase,
  done,
  ...(total !== undefined && { total }),
  ...(waitingUntil && waitingUntil > now && { waitingUntil: waitingUntil.toISOString() }),
})

export interface StatusFileOptions {
  /** Existing folder. */
  readonly stateDir: string
  readonly facts: StatusFacts
  readonly state: () => DaemonState
  readonly clock: Clock
  readonly sleep: Sleep
  readonly log: Logger
}

/**
 * Keeps the file up to date until the signal aborts, and writes it a last time then: within a second of a change, and every ten seconds as a
 * sign of life, with the times of polls. Readers see a whole file or the one before.
 *
 * Why: a file that cannot be written is told once in the log; a daemon that works must not end for it. A folder that somebody removed, which
 * what cleans up temporary folders may do, is made again, because snapshots and results go there, too.
 */
export async function keepStatusFile(options: StatusFileOptions, signal: AbortSignal): Promise<void> {
  const { stateDir, facts, state, clock, sleep, log } = options
  let written: DaemonState | undefined
  let writtenAt = -Infinity
  let told = false
  const write = async (): Promise<void> => {
    const next = state()
    try {
      if ((await mkdir(stateDir, { recursive: true, mode: 0o700 })) !== undefined)
        log.warn('the state directory was gone and is made again', { folder: stateDir })
      await replaceFile(statusPath(stateDir), `${JSON.stringify(statusDocument(next, facts, clock))}\n`)
      written = next
      writtenAt = clock.monotonicMs()
      told = false
    } catch (error) {
      const { detail } = ConnectorError.from(error, 'write status')
      if (!told) log.warn('the status file cannot be written', { error: detail })
      told = true
    }
  }
  while (!signal.aborted) {
    if (isNews(state(), written) || clock.monotonicMs() - writtenAt >= MOST_MS) await write()
    await sleep(LEAST_MS, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
  await write()
}

/** Whether more has changed than the times of polls, which change every second even when nothing happens for months. */
const isNews = (state: DaemonState, told: DaemonState | undefined): boolean =>
  state !== told && WATCHED.some((key) => state[key] !== told?.[key])

const WATCHED = ['connection', 'running', 'lastSync', 'errors', 'undelivered'] as const

async function replaceFile(path: string, text: string): Promise<void> {
  const next = `${path}.next`
  try {
    // Made new: a pipe that stands there would be waited for.
    await rm(next, { force: true })
    await writeFile(next, text, { mode: 0o600, flag: 'wx' })
    await rename(next, path)
  } catch (error) {
    await rm(next, { force: true }).catch(() => {})
    throw error
  }
}
