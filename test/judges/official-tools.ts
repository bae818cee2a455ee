import { join } from 'node:path'
import type { z } from 'zod'
import { startBatonPeer, type BatonPeer, type PeerFolders } from './baton-peer.ts'
import { buildOfficialTools } from './build-official-tools.ts'
import { startGoDaemon, type GoDaemonOptions } from './go-daemon.ts'
import type { RunningDaemon } from './running-daemon.ts'
import { runTool, type ToolRun } from './run-tool.ts'
import {
  expandOutcomeSchema,
  resumeOutcomeSchema,
  verdictSchema,
  writeFiguresSchema,
  type ExpandOutcome,
  type ResumeOutcome,
  type Verdict,
  type WriteFigures,
} from './verdict.ts'

export interface JudgeOptions {
  /** Sync to read; the one finished last by default. */
  readonly syncId?: string
  /** Also clone, convert to Pebble, and diff in the file, all on copies. */
  readonly deep?: boolean
}

export interface WriteBenchOptions {
  readonly engine: 'sqlite' | 'pebble'
  readonly users: number
  readonly groups: number
  /** Groups drawn per user; equal draws count once. */
  readonly memberships: number
  /** Directory of the file `bench-<engine>.c1z`. */
  readonly out: string
  /** Writes two syncs first and measures the third. */
  readonly third?: boolean
}

/** The official Baton tools, built from the pinned SDK. All but `baton` raise an error with the SDK's reason when the command fails. */
export interface OfficialTools {
  /** The official command, with any arguments. */
  baton(args: readonly string[], cwd?: string): Promise<ToolRun>
  /** Reads a file with the SDK's reader. The file is not changed. */
  judge(file: string, options?: JudgeOptions): Promise<Verdict>
  /** Goes on with an unfinished sync, else makes a new one, with the SDK's syncer, in the time zone given. The file is changed. */
  resume(file: string, timeZone?: string): Promise<ResumeOutcome>
  /** Adds the grants that follow from others, with the SDK's syncer and the engine that the file is of. The file is changed. */
  expand(file: string): Promise<ExpandOutcome>
  /** Writes a made-up tenant with the SDK's store. */
  writeBench(options: WriteBenchOptions): Promise<WriteFigures>
  /** The plain text of what was encrypted, by the SDK's own code. The file holds the private key and the bytes, as `cmd/decrypt` says. */
  decrypt(file: string): Promise<string>
  /** Writes a file with a resource of each trait that other connectors use. */
  writeTraits(file: string): Promise<void>
  /** Starts a BatonService to work for. */
  startPeer(folders: PeerFolders): Promise<BatonPeer>
  /** Starts the official daemon, working for a peer. */
  startGoDaemon(peer: BatonPeer, options: GoDaemonOptions): RunningDaemon
}

/** Builds the tools where needed. Without Go the result says so, except where `CI` is set: there it is an error. */
export async function officialTools(
  env: NodeJS.ProcessEnv = process.env,
): Promise<OfficialTools | { readonly missing: string }> {
  const built = await buildOfficialTools(env)
  if ('missing' in built) return built
  const command = (name: string): string => join(built.bin, name)
  return {
    baton: (args, cwd) => runTool(command('baton'), args, { cwd }),
    judge: (file, { syncId, deep } = {}) =>
      printed(verdictSchema, command('judge'), [
        '--file',
        file,
        ...(syncId === undefined ? [] : ['--sync-id', syncId]),
        ...(deep ? ['--deep'] : []),
      ]),
    resume: (file, timeZone) =>
      printed(resumeOutcomeSchema, command('resume'), ['--file', file], timeZone === undefined ? {} : { TZ: timeZone }),
    expand: (file) => printed(expandOutcomeSchema, command('expand'), ['--file', file]),
    writeBench: ({ third, ...options }) =>
      printed(writeFiguresSchema, command('writebench'), [
        ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
        ...(third ? ['--third'] : []),
      ]),
    decrypt: (file) => succeeded(command('decrypt'), [file]),
    async writeTraits(file) {
      await succeeded(command('traits'), [file])
    },
    startPeer: (folders) => startBatonPeer(command('service'), folders),
    startGoDaemon: (peer, options) => startGoDaemon(command('godaemon'), peer, options),
  }
}

async function printed<T>(
  schema: z.ZodType<T>,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<T> {
  return schema.parse(JSON.parse(await succeeded(command, args, env)))
}

async function succeeded(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await runTool(command, args, { env })
  if (exitCode !== 0) throw new Error(stderr.trim())
  return stdout
}
