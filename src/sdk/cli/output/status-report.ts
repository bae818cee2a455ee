import type { StatusDocument } from '../../service/watch/status-file.ts'
import { formatDuration } from '../../text/duration.ts'
import { formatBytes } from './summary.ts'
import { plural } from '../../text/plural.ts'
import { printable } from '../../text/printable.ts'
import { tenantLines } from '../tenants/tenant-io.ts'

export type DaemonStatus = {
  /** Whose state it is, of a daemon with several tenants. */
  readonly tenant?: string
} & (
  | {
      readonly running: true
      readonly last: StatusDocument
      /** Where it was found, for one that was looked for. */
      readonly stateDir?: string
    }
  /** `last` is what the daemon told before it ended. */
  | { readonly running: false; readonly because: string; readonly last?: StatusDocument }
)

/** One JSON object on one line: `running`, for a daemon that does not run `notRunningBecause`, and what it last told. */
export function statusJson(status: DaemonStatus): string {
  const { running, last, tenant } = status
  const more = status.running
    ? { ...(status.stateDir !== undefined && { stateDir: status.stateDir }) }
    : { notRunningBecause: status.because }
  return `${JSON.stringify({ ...(tenant !== undefined && { tenant }), running, ...more, ...last })}\n`
}

/** The same for people. Times are told from `now`. */
export function statusText(status: DaemonStatus, now: Date): string {
  const head = status.running ? headline(status.last, now) : `The daemon does not run: ${status.because}.`
  const place = status.running && status.stateDir !== undefined ? [['state', status.stateDir] as const] : []
  const lines = status.last ? [...place, ...factLines(status.last, now, status.running)] : []
  const width = Math.max(0, ...lines.map(([name]) => name.length))
  const text = [head, ...lines.map(([name, fact]) => `${name.padEnd(width)}  ${fact}`)]
    .map((line) => `${printable(line).trimEnd()}\n`)
    .join('')
  return status.tenant === undefined ? text : tenantLines(status.tenant, text)
}

function headline(last: StatusDocument, now: Date): string {
  const since = `for ${formatDuration(sinceMs(last.connectionSince, now))}`
  if (last.connection === 'stopping') return `The daemon is stopping, ${since}.`
  if (last.mode === 'schedule')
    return last.ready
      ? 'The daemon runs on schedule.'
      : `The daemon runs, but ${last.notReadyBecause ?? 'is not ready'}.`
  const words = {
    connecting: `The daemon runs and is not connected yet, ${since}.`,
    connected: `The daemon runs and is connected, ${since}.`,
    failing: `The daemon runs, but its polls have failed ${since}.`,
  }
  return words[last.connection]
}

type Line = readonly [name: string, text: string]

function factLines(last: StatusDocument, now: Date, isRunning: boolean): readonly Line[] {
  const ago = (at: string): string => `${formatDuration(sinceMs(at, now))} ago`
  const poll = last.mode === 'service' ? 'poll' : 'sync'
  const next = last.nextPollAt === undefined ? 'not planned' : until(last.nextPollAt, now)
  return [
    [
      'process',
      `${last.pid} on ${last.host}, version ${last.version}, started ${ago(last.startedAt)}, last report ${ago(last.updatedAt)}`,
    ],
    ...(last.mode === 'service'
      ? [['last poll', last.lastPollAt === undefined ? 'none' : ago(last.lastPollAt)] as const]
      : []),
    ...(isRunning ? [[`next ${poll}`, next] as const] : []),
    ...rows(
      'running',
      last.tasks.map((task) => taskText(task, now)),
    ),
    ['last sync', last.lastSync ? `${ago(last.lastSync.finishedAt)}, ${syncText(last.lastSync, last.mode)}` : 'none'],
    ['undelivered', last.undelivered === 0 ? 'none' : counted(last.undelivered, 'result')],
    ...rows(
      'errors',
      last.errors.map(({ at, where, message }) => `${ago(at)}, ${where}: ${message}`),
    ),
  ]
}

const rows = (name: string, texts: readonly string[]): readonly Line[] =>
  texts.length === 0 ? [[name, 'none']] : texts.map((text, i) => [i === 0 ? name : '', text] as const)

function taskText({ kind, id, since, progress }: StatusDocument['tasks'][number], now: Date): string {
  const head = `${kind} ${id}, for ${formatDuration(sinceMs(since, now))}`
  if (!progress) return head
  const { phase, done, total, waitingUntil } = progress
  const items =
    done === 0 && total === undefined ? '' : ` ${number(done)}${total === undefined ? '' : ` of ${number(total)}`}`
  const waits = waitingUntil === undefined ? '' : `, waiting for the rate limit until ${waitingUntil}`
  return `${head}: ${phase}${items}${waits}`
}

function syncText(
  { durationMs, resources, grants, file, bytes }: NonNullable<StatusDocument['lastSync']>,
  mode: StatusDocument['mode'],
): string {
  const counts = Object.entries(resources).map(([type, count]) => counted(count, type))
  const held = Object.values(grants).reduce((sum, count) => sum + count, 0)
  // The file of a task is gone once the platform has it.
  const place = mode === 'service' ? 'uploaded' : file
  return `took ${formatDuration(durationMs)}: ${[...counts, counted(held, 'grant')].join(', ')}; ${place}, ${formatBytes(bytes)}`
}

const sinceMs = (at: string, now: Date): number => Math.max(0, now.getTime() - Date.parse(at))

const until = (at: string, now: Date): string => {
  const ms = Date.parse(at) - now.getTime()
  return ms <= 0 ? 'due' : `in ${formatDuration(ms)}`
}

const counted = (count: number, noun: string): string => `${number(count)} ${count === 1 ? noun : plural(noun)}`

const number = (value: number): string => value.toLocaleString('en-US')
