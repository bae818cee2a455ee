import type { CommandShape } from './command-shape.ts'
import type { ConfigOf, Field } from '../settings/field.ts'
import type { Clock, Logger, RandomBytes, Sleep } from '../ground/ports.ts'
import type { Secret } from '../ground/secret.ts'

/** The part of a stream that output needs; `process.stdout` is one. Known secrets are taken out of what is written. */
export interface CommandOutput {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** What the process gives a command, so that tests can give their own. */
export interface ProcessContext {
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  readonly clock: Clock
  readonly sleep: Sleep
  readonly random: RandomBytes
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal
  readonly version: string
  /** Standard input; `isTTY` where a person can be asked. */
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  /** The operating system's temporary directory. */
  readonly tempDir: string
  readonly pid: number
  /** Name of this machine. */
  readonly host: string
  /** Of the user, where the system has such. */
  readonly uid: number | undefined
  readonly isAlive: (pid: number) => boolean
}

/** One call of a command: what was given, and what it may use. */
export interface CommandCall<Fields extends readonly Field[] = readonly Field[]> {
  /** What was given for the arguments, in their order. */
  readonly words: readonly string[]
  /** The settings after everything was checked, by field name. */
  readonly config: ConfigOf<Fields>
  readonly stdout: CommandOutput
  /** Whole lines for people; they pass above the progress line. */
  readonly stderr: CommandOutput
  /** Replaces the progress line on stderr; `''` removes it. Does nothing where stderr is no terminal. */
  readonly progress: (text: string) => void
  readonly log: Logger
  /** Keeps a secret out of everything that is written from now on. */
  readonly hide: (secret: Secret) => void
  /** Reads a secret field again from its file; `undefined` where it came as a value. Errors: `invalid-argument` where the file cannot be read. */
  readonly reread: (field: string) => Promise<Secret | undefined>
  readonly process: ProcessContext
}

/** A subcommand as one value: words, settings, help, behaviour. It gives the exit code. Errors: any `ConnectorError`, which the program prints. */
export interface Command<Fields extends readonly Field[] = readonly Field[]> extends CommandShape {
  /** Its settings beside `config`, `output`, `log-level`, `log-format` and `log-path`, which every command has. */
  readonly fields: Fields
  run(call: CommandCall<Fields>): Promise<number>
}

/** Keeps the types of the fields for `run`; the list of commands forgets them. */
export const defineCommand = <const Fields extends readonly Field[]>(command: Command<Fields>): Command => command
