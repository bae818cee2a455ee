import { randomBytes } from 'node:crypto'
import { hostname, tmpdir } from 'node:os'
import { addAbortSignal } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { isatty } from 'node:tty'
import { ConnectorError } from '../ground/errors.ts'
import { filesUntil } from '../settings/files.ts'
import type { Ambient } from './ambient.ts'
import { askAtTerminal } from './output/ask.ts'
import { paintFor } from './output/paint.ts'
import { standardError, standardOutput } from './output/standard-output.ts'
import { styleFor } from './output/summary.ts'
import type { Product } from './product.ts'
import { coreOf } from './core/index.ts'
import { runProgram } from './program.ts'

/** How long the program waits for stalled readers of stdout and stderr after a signal to stop. */
const LEAVE_MS = 2_000

/** A signal that does nothing tells whether the process is there; one of another user is there, too. */
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** What ends a run: SIGINT, SIGTERM, and the end of the terminal it runs on. A second one ends the process at once. */
function stopOnSignals(): { readonly stop: AbortController; readonly settle: () => void } {
  const stop = new AbortController()
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(1)
    stop.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  // A closed terminal ends a program on it, but not one that nohup detached from it; Node itself does not honour nohup. For all others SIGHUP
  // and SIGUSR2 mean that logs were moved; each log line checks for that anyway.
  const isOnTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor))
  process.on('SIGHUP', () => {
    if (isOnTerminal) onSignal()
  })
  if (process.platform !== 'win32') process.on('SIGUSR2', () => {})
  const settle = (): void => {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
  return { stop, settle }
}

/**
 * Runs a connector as a program of this process, with its arguments, environment, streams and signals, and sets the exit code. Call `prepareProcess`
 * first. Never throws.
 */
export async function runConnector(product: Product, version: string): Promise<void> {
  const { stop, settle } = stopOnSignals()
  const { env } = process
  const stdout = standardOutput(process.stdout, 1)
  const stderr = standardError(process.stderr, 2)
  const clock = { now: () => new Date(), monotonicMs: () => performance.now() }
  const ambient: Ambient = {
    env,
    clock,
    sleep: (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal }),
    random: (length: number) => randomBytes(length),
    signal: stop.signal,
    version,
    style: styleFor(process.stdout),
    paint: { stdout: paintFor(process.stdout), stderr: paintFor(process.stderr) },
    ask: askAtTerminal(stop.signal),
    stdin: () => text(addAbortSignal(stop.signal, process.stdin)),
  }
  const place = {
    env,
    cwd: process.cwd(),
    tempDir: tmpdir(),
    uid: process.getuid?.(),
    pid: process.pid,
    host: hostname(),
  }
  const code = await runProgram({
    argv: process.argv.slice(2),
    ...{ env, stdout, stderr, clock, version, product },
    cwd: place.cwd,
    files: filesUntil(stop.signal),
    core: coreOf(product),
    ambient: { ...ambient, ...place, isAlive },
    process: { ...ambient, ...place, stdin: process.stdin, isAlive },
  })
  settle()
  // Told to stop, it does not wait long for readers of its output that stand still.
  if (stop.signal.aborted) setTimeout(() => process.exit(code), LEAVE_MS).unref()
  const lost = await stdout.settled()
  if (lost) stderr.write(`${ConnectorError.from(lost, 'write to stdout').message}\n`)
  process.exitCode = code === 0 && lost ? 2 : code
}
