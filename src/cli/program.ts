import { TWINGATE_FIELDS } from '../connector/config.ts'
import type { Connector } from '../sdk/connector.ts'
import { ConnectorError, exitCodeOf } from '../sdk/errors.ts'
import type { Clock, Logger } from '../sdk/ports.ts'
import type { Secret } from '../sdk/secret.ts'
import type { CommandLine } from './command-line.ts'
import type { Grammar } from './command-shape.ts'
import { readCommandLine } from './command-line.ts'
import type { ConfigOf } from './config-values.ts'
import { errorText } from './error-text.ts'
import { CHANGE_FIELDS } from './change-fields.ts'
import { SDK_FIELDS } from './fields.ts'
import { oneShotOf, oneShotRules } from './one-shot.ts'
import { ONE_SHOT_FIELDS } from './one-shot-fields.ts'
import { CHANGE_COMMANDS, FAMILIES, isChangeCommand } from './provisioning/shapes.ts'
import { readOwnFlags } from './own-flags.ts'
import type { Files } from './files.ts'
import type { StatusLine } from './output/status-line.ts'
import { createStatusLine } from './output/status-line.ts'
import type { Output } from './output/terminal.ts'
import { throwProblems } from './problem.ts'
import type { Redactor } from './redactor.ts'
import { createRedactor } from './redactor.ts'
import { resolveConfig } from './resolve-config.ts'
import { withSecretFiles } from './secret-file.ts'
import { syncRules } from './sync-rules.ts'

/** Every setting, the connector's own first. */
export const FIELDS = [...TWINGATE_FIELDS, ...SDK_FIELDS, ...CHANGE_FIELDS, ...ONE_SHOT_FIELDS] as const

/** All settings after everything was checked, by flag name. */
export type Config = ConfigOf<typeof FIELDS>

/** What a command may use besides its settings. Everything written through it has known secrets taken out. */
export interface Io {
  readonly stdout: Output
  /** Whole lines for people; they pass above the status line. */
  readonly stderr: Output
  /** The progress line on stderr, if that is a terminal. */
  readonly status: StatusLine
  readonly log: Logger
  /** See `ResolvedConfig.reread`. */
  readonly reread: (name: 'api-key') => Promise<Secret | undefined>
}

/** Runs a command to its end and gives the exit code. Errors: any `ConnectorError`, which the program prints. */
export type RunCommand = (config: Config, io: Io) => Promise<number>

/** The subcommand as it was called; without one, a flag of Go connectors asks for the change. */
export interface Invocation {
  readonly command: string | undefined
  readonly words: readonly string[]
  /** The subcommand's own flags that were given. */
  readonly flags: ReadonlyMap<string, string>
}

/** As `RunCommand`, for what changes something at Twingate. */
export type RunChange = (config: Config, io: Io, invocation: Invocation) => Promise<number>

export interface ProgramDeps {
  /** Without the names of the interpreter and the script. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdout: Output
  readonly stderr: Output
  readonly files: Files
  readonly clock: Clock
  readonly version: string
  /** A connector that is only asked what it is, never to read anything: needs no settings. */
  readonly describe: () => Promise<Connector>
  readonly runSync: RunCommand
  readonly runValidate: RunCommand
  readonly runChange: RunChange
}

const NAME = 'baton-twingate'

const EXAMPLES = `Examples:
  ${NAME} --domain acme --api-key-file ./key           sync the network acme to sync.c1z
  BATON_DOMAIN=acme BATON_API_KEY=… ${NAME} -f a.c1z   the same from the environment, to another file
  ${NAME} validate                                     try endpoint and key without syncing
  ${NAME} --sync-resources bid:r:group/R3JvdXA6MQ==    sync one group
  ${NAME} --output json | jq .counts                   the summary for a program
  ${NAME} grant Engineering ada@acme.example    make a user a member of a group
  source <(${NAME} completion bash)                    complete commands and flags in this shell

Settings come from the flag, else the variable, else the config file, else the default.
Exit codes: 0 done, 1 stopped, 3 wrong settings, 4 timeout, 5 not found, 7 no permission, 9 must not be done, 14 unavailable, 16 wrong key; the rest in docs/errors.md.`

/** What the command line consists of; the source of parsing, help and completion. */
export const grammarOf = (version: string): Grammar => ({
  name: NAME,
  version,
  description:
    'Writes who has access to what in a Twingate network to a c1z snapshot that the Baton tools read, and gives and takes access.',
  examples: EXAMPLES,
  fields: withSecretFiles(FIELDS),
  families: FAMILIES,
  commands: [
    ...CHANGE_COMMANDS,
    { name: 'validate', summary: 'try the endpoint and the key without syncing', usesSettings: true },
    { name: 'capabilities', summary: 'print what the connector can do, as JSON' },
    { name: 'config', summary: 'print the schema of its settings, as JSON' },
    {
      name: 'completion',
      summary: 'print a completion script for a shell',
      arguments: [{ name: 'shell', allowed: ['bash', 'zsh', 'fish'] }],
    },
  ],
})

/** Runs the program as called and gives its exit code; never throws and never ends the process. */
export async function runProgram(deps: ProgramDeps): Promise<number> {
  const redactor = createRedactor()
  const stderr = redacted(deps.stderr, redactor)
  let debug = false
  try {
    const grammar = grammarOf(deps.version)
    const line = readCommandLine(deps.argv, grammar, deps.stdout)
    if (!line) return 0
    const text = await describing(line, grammar, deps)
    if (text !== undefined) {
      deps.stdout.write(text)
      return 0
    }
    return await running(line, grammar, deps, redactor, (level) => {
      debug = level === 'debug'
    })
  } catch (error) {
    const failure = ConnectorError.from(error, 'run')
    stderr.write(`${errorText(failure, debug)}\n`)
    return exitCodeOf(failure.code)
  }
}

/** The output of the commands that need no settings; `undefined` for the others. */
async function describing(line: CommandLine, grammar: Grammar, deps: ProgramDeps): Promise<string | undefined> {
  if (line.command === undefined || line.command === 'validate' || isChangeCommand(line.command)) return undefined
  throwProblems(line.problems)
  // Loaded on demand, as a sync has no use for them and its first request should not wait.
  if (line.command === 'capabilities')
    return (await import('./commands/capabilities.ts')).capabilitiesJson(await deps.describe())
  if (line.command === 'config')
    return (await import('./commands/config.ts')).configSchemaJson(FIELDS, (await deps.describe()).metadata)
  const { completionScript, isShell } = await import('./commands/completion.ts')
  const [shell] = line.words
  return isShell(shell) ? completionScript(shell, grammar) : undefined
}

async function running(
  line: CommandLine,
  grammar: Grammar,
  deps: ProgramDeps,
  redactor: Redactor,
  onLevel: (level: string) => void,
): Promise<number> {
  const types = async () => (await deps.describe()).syncers.map((syncer) => syncer.type)
  const changes = isChangeCommand(line.command)
  const own = readOwnFlags(grammar.commands.find(({ name }) => name === line.command)?.flags ?? [], line.own)
  const resolved = await resolveConfig(FIELDS, {
    ...deps,
    ...line,
    problems: [...line.problems, ...own.problems],
    redactor,
    rules: [...syncRules(types), ...oneShotRules(line.command, changes)],
  })
  const config = resolved.values
  onLevel(config['log-level'])
  const stdout = redacted(deps.stdout, redactor)
  const terminal = redacted(deps.stderr, redactor)
  const status = createStatusLine(terminal)
  const { createLogger } = await import('./logger.ts')
  const log = await createLogger({
    level: config['log-level'],
    format: config['log-format'] ?? (deps.stdout.isTTY === true ? 'console' : 'json'),
    paths: config['log-path'],
    cwd: deps.cwd,
    stdout: (text) => stdout.write(text),
    stderr: (text) => status.write(text),
    redactor,
    clock: deps.clock,
  })
  try {
    for (const warning of resolved.warnings) log.warn(warning)
    const stderr = { ...terminal, write: (text: string) => status.write(text) }
    const commandIo: Io = { stdout, stderr, status, log, reread: resolved.reread }
    if (changes || oneShotOf(config))
      return await deps.runChange(config, commandIo, { command: line.command, words: line.words, flags: own.values })
    return await (line.command === 'validate' ? deps.runValidate : deps.runSync)(config, commandIo)
  } finally {
    status.set('')
    log.close()
  }
}

const redacted = (output: Output, redactor: Redactor): Output => ({
  write: (text) => output.write(redactor.redact(text)),
  get isTTY() {
    return output.isTTY
  },
  get columns() {
    return output.columns
  },
})
