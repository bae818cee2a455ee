#!/usr/bin/env node
import { randomBytes } from 'node:crypto'
import { enableCompileCache } from 'node:module'
import { hostname, tmpdir } from 'node:os'
import { addAbortSignal } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { isatty } from 'node:tty'
import { waitForEachAddress } from '../../src/sdk/cli/patient-connections.ts'
import { keepProcessSmall } from '../../src/sdk/cli/small-process.ts'

// node:sqlite is a stable part of this program; its notice would be the first line of every run.
process.removeAllListeners('warning')
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`)
})
enableCompileCache()
keepProcessSmall()
waitForEachAddress()

const { runProgram } = await import('../../src/sdk/cli/program.ts')
const { filesUntil } = await import('../../src/sdk/settings/files.ts')
const { standardError, standardOutput } = await import('../../src/sdk/cli/output/standard-output.ts')
const { askAtTerminal } = await import('../../src/sdk/cli/output/ask.ts')
const { paintFor } = await import('../../src/sdk/cli/output/paint.ts')
const { styleFor } = await import('../../src/sdk/cli/output/summary.ts')
const { ConnectorError } = await import('../../src/sdk/ground/errors.ts')
const { SCIM_COMMANDS } = await import('../../src/scim/commands/index.ts')
const { expandCommand } = await import('../../src/sdk/cli/commands/expand.ts')
const { describeTwingate } = await import('../../src/connector/describe.ts')
const { default: manifest } = await import('../../package.json', { with: { type: 'json' } })

const LEAVE_MS = 2_000

const stop = new AbortController()
const onSignal = (): void => {
  if (stop.signal.aborted) process.exit(1)
  stop.abort()
}
process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)
// A terminal that is closed ends what runs on it, but not what nohup took away from it, which Node by itself does not honour. For others both
// mean that logs were moved, which every line looks for.
const isOnTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor))
process.on('SIGHUP', () => {
  if (isOnTerminal) onSignal()
})
if (process.platform !== 'win32') process.on('SIGUSR2', () => {})
const stdout = standardOutput(process.stdout, 1)
const stderr = standardError(process.stderr)

const clock = { now: () => new Date(), monotonicMs: () => performance.now() }
const ambient = {
  env: process.env,
  clock,
  sleep: (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal }),
  random: (length: number) => randomBytes(length),
  signal: stop.signal,
  version: manifest.version,
  style: styleFor(process.stdout),
  paint: { stdout: paintFor(process.stdout), stderr: paintFor(process.stderr) },
  ask: askAtTerminal(stop.signal),
  stdin: () => text(addAbortSignal(stop.signal, process.stdin)),
}
const place = {
  env: process.env,
  cwd: process.cwd(),
  tempDir: tmpdir(),
  uid: process.getuid?.(),
  pid: process.pid,
  host: hostname(),
}
/** A signal that does nothing tells whether the process is there; one of another user is there, too. */
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const code = await runProgram({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdout,
  stderr,
  files: filesUntil(stop.signal),
  clock,
  version: manifest.version,
  describe: async () => describeTwingate(),
  runSync: async (config, io) =>
    (await import('../../src/sdk/cli/commands/sync.ts')).createSyncCommand(ambient)(config, io),
  runValidate: async (config, io) =>
    (await import('../../src/sdk/cli/commands/validate.ts')).createValidateCommand(ambient)(config, io),
  runChange: async (config, io, invocation) =>
    (await import('../../src/commands/change.ts')).createChangeCommand(ambient)(config, io, invocation),
  runServe: async (config, io) =>
    (await import('../../src/sdk/cli/commands/serve.ts')).createServeCommand({ ...ambient, ...place })(config, io),
  runStatus: async (config, io, invocation) =>
    (await import('../../src/sdk/cli/commands/status.ts')).createStatusCommand({ ...place, now: clock.now, isAlive })(
      config,
      io,
      invocation,
    ),
  commands: [...SCIM_COMMANDS, expandCommand],
  process: { ...ambient, ...place, stdin: process.stdin, isAlive },
  runHealthCheck: async (config, io, invocation) =>
    (await import('../../src/sdk/cli/commands/health-check.ts')).runHealthCheck(config, io, invocation),
})
process.off('SIGINT', onSignal)
process.off('SIGTERM', onSignal)
// Told to stop, it does not wait long for readers of its output that stand still.
if (stop.signal.aborted) setTimeout(() => process.exit(code), LEAVE_MS).unref()
const lost = await stdout.settled()
if (lost) stderr.write(`${ConnectorError.from(lost, 'write to stdout').message}\n`)
process.exitCode = code === 0 && lost ? 2 : code
