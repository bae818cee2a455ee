import type * as Pino from 'pino'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { ConnectorError } from '../../ground/errors.ts'
import type { Clock, LogFields, Logger } from '../../ground/ports.ts'
import { traces } from '../../text/error-text.ts'
import { type LogFile, openLogFile } from './log-file.ts'
import type { Redactor } from '../../settings/redactor.ts'
import { printable } from '../../text/printable.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LEVELS)[number]

export interface LoggerOptions {
  readonly level: LogLevel
  readonly format: 'json' | 'console'
  /** Files to append to; `stdout` and `stderr` name the streams. Empty means stderr. */
  readonly paths: readonly string[]
  readonly cwd: string
  /** Each takes whole lines. */
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  readonly redactor: Redactor
  readonly clock: Clock
}

export interface ClosableLogger extends Logger {
  /** The same log, of every level. */
  readonly verbose: Logger
  /** Closes the files; nothing may be logged afterwards. */
  close(): void
}

/**
 * A log in the Go SDK's form: keys `level`, `ts` (seconds, float), `msg`, then the fields; written at once, line by line.
 *
 * Errors: `invalid-argument` for a file that cannot be opened.
 * Why: `caller` is left out, finding it costs a stack trace a line. The package is loaded with the first line, as most runs of a reader log nothing.
 */
export function createLogger(options: LoggerOptions): ClosableLogger {
  const { sinks, close } = openSinks(options)
  const destination = {
    write(line: string) {
      const text = options.redactor.redact(options.format === 'json' ? line : consoleLine(line))
      for (const sink of sinks) sink(text)
    },
  }
  let made: Pino.Logger | undefined
  const logger = (): Pino.Logger =>
    (made ??= (createRequire(import.meta.url)('pino') as typeof Pino).pino(
      {
        level: 'debug',
        base: null,
        timestamp: () => `,"ts":${options.clock.now().getTime() / 1000}`,
        formatters: { level: (label) => ({ level: label }) },
      },
      destination,
    ))
  const from = (least: LogLevel): Logger => {
    const log = (level: LogLevel): Logger[LogLevel] =>
      LEVELS.indexOf(level) < LEVELS.indexOf(least)
        ? () => {}
        : (message, fields) => logger()[level]({ ...(fields && plainFields(fields, least === 'debug')) }, message)
    return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
  }
  return { ...from(options.level), verbose: from('debug'), close }
}

/** Errors become their message; stack and causes follow under another key where wanted. Names that the line itself uses are kept apart. */
function plainFields(fields: LogFields, withStacks: boolean): LogFields {
  const plain: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    const key = ['level', 'ts', 'msg'].includes(name) ? `${name}_` : name
    plain[key] = value instanceof Error ? value.message : typeof value === 'bigint' ? String(value) : value
    if (value instanceof Error && withStacks) plain[`${key}Verbose`] = traces(value).join('\n')
  }
  return plain
}

/** Their paths cannot be opened where the stream is a socket, as under systemd. */
const STDOUT = new Set(['stdout', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])
const STDERR = new Set(['stderr', '/dev/stderr', '/dev/fd/2', '/proc/self/fd/2'])

function openSinks({ paths, cwd, stdout, stderr }: LoggerOptions): {
  readonly sinks: readonly ((text: string) => void)[]
  readonly close: () => void
} {
  const files: LogFile[] = []
  let told = false
  const close = (): void => {
    for (const file of files.splice(0)) file.close()
  }
  const sinkOf = (path: string): ((text: string) => void) => {
    if (STDOUT.has(path)) return stdout
    if (STDERR.has(path)) return stderr
    const onFailure = (error: unknown): void => {
      // It is told once, where it can be seen.
      if (!told)
        stderr(`the log file ${path} cannot be written: ${ConnectorError.from(error, 'write the log').detail}\n`)
      told = true
    }
    const file = openLogFile({ path, absolute: resolve(cwd, path), onFailure })
    files.push(file)
    return (text) => {
      try {
        file.write(text)
      } catch (error) {
        onFailure(error)
      }
    }
  }
  try {
    return { sinks: paths.length === 0 ? [stderr] : paths.map(sinkOf), close }
  } catch (error) {
    close()
    throw error
  }
}

/** One JSON log line as a person reads it: ISO time, level in capitals, message, the other fields as JSON; separated by tabs. */
export function consoleLine(json: string): string {
  const { level, ts, msg, ...fields } = JSON.parse(json) as LogLine
  const rest = Object.keys(fields).length === 0 ? [] : [printable(JSON.stringify(fields))]
  return `${[new Date(ts * 1000).toISOString(), level.toUpperCase(), printable(msg ?? ''), ...rest].join('\t')}\n`
}

/** What the logger has just written itself. */
interface LogLine {
  readonly level: string
  readonly ts: number
  readonly msg?: string
  readonly [field: string]: unknown
}
