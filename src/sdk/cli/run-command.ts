import type { Command, CommandCall, ProcessContext } from './command.ts'
import { ConnectorError } from '../ground/errors.ts'
import type { Field } from '../settings/field.ts'
import type { CommandLine } from './command-line.ts'
import type { Files } from '../settings/files.ts'
import { SDK_FIELDS } from '../settings/fields.ts'
import { createStatusLine } from './output/status-line.ts'
import type { Output } from '../text/terminal.ts'
import type { Problem } from '../settings/problem.ts'
import { problemOf } from '../settings/problem.ts'
import type { Redactor } from '../settings/redactor.ts'
import { resolveConfig } from '../settings/resolve-config.ts'
import { withSecretFiles } from '../settings/secret-file.ts'

/** Settings that every command has; one that declares a field of the same name has its own form of it. */
const COMMON: readonly Field[] = SDK_FIELDS.filter(({ name }) =>
  ['config', 'output', 'log-level', 'log-format', 'log-path'].includes(name),
)

/** What a command reads: its own fields and the common ones. */
export const fieldsOf = (command: Command): readonly Field[] => [
  ...command.fields,
  ...COMMON.filter(({ name }) => !command.fields.some((field) => field.name === name)),
]

export interface CommandDeps {
  readonly stdout: Output
  readonly stderr: Output
  readonly files: Files
  readonly redactor: Redactor
  readonly process: ProcessContext
  /** Every setting of the program, which other commands may read. */
  readonly known: readonly Field[]
  /** Told the form of results, as soon as it is known. */
  readonly onOutput: (output: unknown) => void
}

/**
 * Resolves the settings of a command that is one value, and runs it.
 *
 * Errors: `invalid-argument` with every problem of the settings; the command's own.
 */
export async function runCommand(command: Command, line: CommandLine, deps: CommandDeps): Promise<number> {
  const { redactor, process, known } = deps
  const fields = fieldsOf(command)
  const { values, warnings, reread } = await resolveConfig(fields, {
    flags: new Map([...line.flags, ...line.own]),
    problems: [...line.problems, ...strayFlags(command, fields, line, known)],
    env: process.env,
    cwd: process.cwd,
    files: deps.files,
    redactor,
    rules: [],
    // A command whose `config` is a file of another form has no file of settings.
    readsFile: !command.fields.some(({ name }) => name === 'config'),
    known: [...fields, ...known.filter(({ name }) => !fields.some((field) => field.name === name))],
  })
  const status = createStatusLine(deps.stderr)
  const logSettings = values as Readonly<Record<string, unknown>>
  deps.onOutput(logSettings['output'])
  const { createLogger } = await import('./log/logger.ts')
  const log = createLogger({
    level: logSettings['log-level'] as 'info',
    format: (logSettings['log-format'] as 'json' | undefined) ?? (deps.stdout.isTTY === true ? 'console' : 'json'),
    paths: logSettings['log-path'] as readonly string[],
    cwd: process.cwd,
    stdout: (text) => deps.stdout.write(text),
    stderr: (text) => status.write(text),
    redactor,
    clock: process.clock,
  })
  const call: CommandCall = {
    words: line.words,
    config: values,
    stdout: deps.stdout,
    stderr: {
      write: (text) => status.write(text),
      isTTY: deps.stderr.isTTY,
      columns: deps.stderr.columns,
    },
    progress: (text) => status.set(text),
    log,
    hide: (secret) => redactor.add(secret),
    reread,
    process,
  }
  try {
    for (const warning of warnings) log.warn(warning)
    return await command.run(call)
  } catch (error) {
    // On stderr the sentence follows by itself; a log elsewhere must not end as if all were well.
    if ((logSettings['log-path'] as readonly string[]).length > 0)
      log.error('run failed', { error: ConnectorError.from(error, command.name) })
    throw error
  } finally {
    status.set('')
    log.close()
  }
}

/** Flags of other commands: whoever gives one expects an effect. */
function strayFlags(
  command: Command,
  fields: readonly Field[],
  { flags }: CommandLine,
  known: readonly Field[],
): readonly Problem[] {
  const own = new Set(withSecretFiles(fields).map(({ name }) => name))
  return withSecretFiles(known)
    .filter(({ name }) => flags.has(name) && !own.has(name))
    .map((field) => problemOf(field, `has no effect in ${command.name}; leave it out`))
}
