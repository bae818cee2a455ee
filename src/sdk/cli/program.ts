import type { ProcessContext } from './command.ts'
import { ConnectorError, exitCodeOf } from '../ground/errors.ts'
import type { Clock } from '../ground/ports.ts'
import { Secret } from '../ground/secret.ts'
import { COMPLETE } from './completion/complete-command.ts'
import type { CoreAmbient } from './core/core-command.ts'
import { isDaemon } from './core/daemon.ts'
import type { Core } from './core/index.ts'
import type { CommandLine, Question } from './command-line.ts'
import type { Grammar } from './command-shape.ts'
import { readCommandLine } from './command-line.ts'
import { grammarOf, settingsOf } from './grammar.ts'
import { errorText } from '../text/error-text.ts'
import { oneShotOf, oneShotRules } from '../settings/one-shot.ts'
import { readOwnFlags } from '../settings/own-flags.ts'
import type { Files } from '../settings/files.ts'
import { createStatusLine } from './output/status-line.ts'
import { asksForJson, failureJson } from './output/failure-json.ts'
import { createToldErrors, type ToldErrors } from './told-errors.ts'
import type { Output } from '../text/terminal.ts'
import { type Problem, throwProblems } from '../settings/problem.ts'
import type { Redactor } from '../settings/redactor.ts'
import { createRedactor } from '../settings/redactor.ts'
import { type ConfigInput, resolveConfig } from '../settings/resolve-config.ts'
import { isSecret } from '../settings/secret-file.ts'
import { idleSettings, strayServiceFlags, strayTenantFlags, syncRules, tenantRules } from '../settings/rules.ts'
import type { RunConfig, ServeConfig, TenantsConfig } from '../settings/catalog.ts'
import { RUN_SETTINGS, WATCH_SETTINGS } from '../settings/catalog.ts'
import type { Product } from './product.ts'
import type { Invocation, Io } from './io.ts'
import { runCommand } from './run-command.ts'

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
  readonly product: Product
  readonly core: Core
  /** What the commands of every connector take from the process. */
  readonly ambient: CoreAmbient
  /** What commands take from the process. */
  readonly process: ProcessContext
}

/** Runs the program as called and gives its exit code; never throws and never ends the process. */
export async function runProgram(deps: ProgramDeps): Promise<number> {
  const redactor = createRedactor()
  const stderr = redacted(deps.stderr, redactor)
  const failing: Failing = { debug: false, json: asksForJson(deps.argv, deps.env), told: createToldErrors() }
  try {
    const grammar = grammarOf(deps.version, deps.product, deps.core)
    if (deps.argv[0] === COMPLETE) {
      const { answerCompletion } = await import('./completion/answer-completion.ts')
      const input = { ...deps, redactor, problems: [], rules: [], known: settingsOf(deps.product) }
      deps.stdout.write(await answerCompletion(deps.argv.slice(1), grammar, input))
      return 0
    }
    const line = readCommandLine(deps.argv, grammar)
    if ('asks' in line) {
      deps.stdout.write(await answerTo(line, grammar, deps.stdout))
      return 0
    }
    hideSecrets(line, grammar, redactor)
    const text = await describing(line, grammar, deps)
    if (text !== undefined) {
      deps.stdout.write(text)
      return 0
    }
    const command = deps.product.commands?.find(({ name }) => name === line.command)
    if (command)
      return await runCommand(command, line, {
        stdout: redacted(deps.stdout, redactor),
        stderr,
        files: deps.files,
        redactor,
        process: deps.process,
        known: settingsOf(deps.product),
        onOutput: (output) => {
          failing.json = output === 'json'
        },
      })
    const watched = await watching(line, grammar, deps, redactor)
    if (watched !== undefined) return watched
    return await running(line, grammar, deps, redactor, failing)
  } catch (error) {
    const failure = ConnectorError.from(error, 'run')
    if (failing.json && !failing.told.has(failure)) redacted(deps.stdout, redactor).write(failureJson(failure))
    stderr.write(`${errorText(failure, failing.debug)}\n`)
    return exitCodeOf(failure.code)
  }
}

/** How a failure is to be told; known better as the run goes on. */
interface Failing {
  debug: boolean
  json: boolean
  readonly told: ToldErrors
}

/** Hides every secret of the command line, also one that the command does not read and one that is given twice. */
function hideSecrets(line: CommandLine, { fields, commands }: Grammar, redactor: Redactor): void {
  for (const { name } of [...fields, ...commands.flatMap(({ flags = [] }) => flags)].filter(isSecret))
    for (const given of line.flags.get(name) ?? line.own.get(name) ?? []) redactor.add(new Secret(given))
}

/** Loaded on demand, as a run has no use for it. */
async function answerTo(question: Question, grammar: Grammar, { columns }: Output): Promise<string> {
  if (question.asks === 'version') return `${grammar.name} version ${grammar.version}\n`
  const { helpText } = await import('./help-text.ts')
  return helpText(grammar, question.topic, columns ?? 120)
}

/** The output of the commands that need no settings; `undefined` for the others. */
async function describing(line: CommandLine, grammar: Grammar, deps: ProgramDeps): Promise<string | undefined> {
  const command = deps.core.describe.find(({ name }) => name === line.command)
  if (!command) return undefined
  throwProblems(line.problems)
  return command.text({ product: deps.product, grammar, words: line.words })
}

/** The exit code of the commands that look at a daemon; `undefined` for the others. */
async function watching(
  line: CommandLine,
  grammar: Grammar,
  deps: ProgramDeps,
  redactor: Redactor,
): Promise<number | undefined> {
  const command = deps.core.watch.find(({ name }) => name === line.command)
  if (!command) return undefined
  const own = ownFlags(line, grammar)
  const problems = [...line.problems, ...own.problems]
  const { values } = await resolveConfig(WATCH_SETTINGS, {
    ...deps,
    ...line,
    problems,
    redactor,
    known: settingsOf(deps.product),
    rules: [],
  })
  const io = { stdout: redacted(deps.stdout, redactor), stderr: redacted(deps.stderr, redactor) }
  const { product, ambient } = deps
  return command.run({ product, ambient, config: values, io, invocation: invocationOf(line, own.values) })
}

const invocationOf = ({ command, words }: CommandLine, flags: Invocation['flags']): Invocation => ({
  command,
  words,
  flags,
})

const ownFlags = (line: CommandLine, grammar: Grammar) =>
  readOwnFlags(grammar.commands.find(({ name }) => name === line.command)?.flags ?? [], line.own)

async function running(
  line: CommandLine,
  grammar: Grammar,
  deps: ProgramDeps,
  redactor: Redactor,
  failing: Failing,
): Promise<number> {
  const types = async () => (await deps.product.describe()).syncers.map((syncer) => syncer.type)
  const { product, core, ambient } = deps
  const asked = core.source.find(({ name }) => name === (line.command ?? 'sync'))
  const changes = product.changes?.shapes.some(({ name }) => name === line.command) === true
  const own = ownFlags(line, grammar)
  const input = {
    ...deps,
    ...line,
    problems: [...line.problems, ...own.problems, ...strayFlags(line)],
    redactor,
    known: settingsOf(product),
    rules: [...(product.rules ?? []), ...syncRules(types), ...oneShotRules(line.command, changes)],
  }
  const several = asked?.ofTenants && ofSeveral(product)
  const resolved = await resolveConfig([...product.fields, ...(asked?.reads ?? RUN_SETTINGS)], {
    ...input,
    ...several,
    rules: [...input.rules, ...(several?.rules ?? []), ...(asked?.rules ?? [])],
  })
  const config = resolved.values as RunConfig | TenantsConfig | ServeConfig
  failing.debug = config['log-level'] === 'debug'
  failing.json = config.output === 'json'
  const stdout = redacted(deps.stdout, redactor)
  const terminal = redacted(deps.stderr, redactor)
  const status = createStatusLine(terminal)
  const { createLogger } = await import('./log/logger.ts')
  const log = createLogger({
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
    const commandIo: Io = {
      stdout,
      stderr,
      status,
      log,
      verboseLog: log.verbose,
      told: failing.told,
      reread: resolved.reread,
    }
    const call = { product, ambient, config, io: commandIo, invocation: invocationOf(line, own.values) }
    if (!asked || oneShotOf(config)) return await core.change.run(call)
    const work = isDaemon(config) ? core.daemon : asked
    if (work.ofTenants && 'tenants' in config && config.tenants !== undefined) {
      const { tenantRuns } = await import('./tenants/tenant-runs.ts')
      return await work.ofTenants({
        ...call,
        config,
        tenants: await tenantRuns(config, product, { ...deps, redactor }),
      })
    }
    const idle = isDaemon(config) ? undefined : idleSettings(config)
    if (idle !== undefined) log.warn(idle)
    return await work.run(call)
  } catch (error) {
    // On stderr the sentence follows by itself; a log elsewhere must not end as if all were well.
    if (config['log-path'].length > 0) log.error('run failed', { error: ConnectorError.from(error, 'run') })
    throw error
  } finally {
    status.set('')
    log.close()
  }
}

/** Flags that a subcommand does not keep to. */
const strayFlags = ({ command, flags }: CommandLine): readonly Problem[] =>
  command === undefined
    ? []
    : [...strayServiceFlags(flags, command), ...(command === 'validate' ? [] : strayTenantFlags(flags, command))]

/** How settings are resolved that may name several tenants. */
function ofSeveral({ fields, tenants }: Product): Required<Pick<ConfigInput, 'rules' | 'instead'>> {
  const names = tenants ? Object.values(tenants) : []
  const connection = fields.filter(({ name }) => names.includes(name))
  return { rules: tenantRules(connection), instead: { of: names, by: 'tenants' } }
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
