import { Command, CommanderError, Option } from 'commander'
import type { Field } from '../sdk/field.ts'
import { envNameOf, mayComeFrom } from '../sdk/field.ts'
import { ConnectorError } from '../sdk/errors.ts'
import type { Problem } from './problem.ts'
import { subjectOf } from './problem.ts'
import { sdkFlagNote } from './sdk-flags.ts'
import type { FlagTexts } from './setting.ts'
import { didYouMean } from './suggest.ts'

/** A subcommand as the command line, help and completion see it. */
export interface CommandShape {
  readonly name: string
  readonly summary: string
  /** Its help lists the settings too. @default false */
  readonly usesSettings?: boolean
  /** Its one argument, which must be given. */
  readonly argument?: { readonly name: string; readonly allowed: readonly string[] }
}

export interface Grammar {
  readonly name: string
  readonly version: string
  readonly description: string
  /** Shown below the help. */
  readonly examples: string
  readonly fields: readonly Field[]
  readonly commands: readonly CommandShape[]
}

export interface CommandLine {
  /** `undefined` for the program without a subcommand. */
  readonly command: string | undefined
  readonly argument: string | undefined
  readonly flags: FlagTexts
  readonly problems: readonly Problem[]
}

export interface HelpOutput {
  write(text: string): void
  readonly columns?: number | undefined
}

/** Stands for a flag that was given without its value. */
const MISSING = Symbol('missing value')

/**
 * Reads the command line to its end, whatever is wrong with it; `undefined` where help or the version was asked for and has been written.
 *
 * Why: every flag takes its value as optional here, so that one mistake does not hide the next. The values of flags that are unknown are
 * never repeated in a problem, they may be secrets under a misspelt name.
 */
export function readCommandLine(
  argv: readonly string[],
  grammar: Grammar,
  output: HelpOutput,
): CommandLine | undefined {
  let chosen: Command | undefined
  const program = createProgram(grammar, output, (command) => {
    chosen = command
  })
  try {
    program.parse(argv.map(separateShorthand(grammar.fields)), { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined
    throw ConnectorError.from(error, 'command line')
  }
  const shape = grammar.commands.find((command) => command.name === chosen?.name())
  const flags = new Map<string, readonly string[]>()
  const problems: Problem[] = []
  for (const field of grammar.fields) {
    const given = program.getOptionValue(field.name) as readonly (string | symbol)[] | undefined
    if (given === undefined) continue
    const isComplete = !given.includes(MISSING)
    flags.set(field.name, isComplete ? given.filter((text) => typeof text === 'string') : [])
    if (!isComplete)
      problems.push({
        subject: subjectOf(field),
        text: `needs a value; one that begins with a dash is written --${field.name}=-…`,
      })
  }
  const rest = readRest(chosen?.args ?? [], shape, grammar, flags)
  return { command: shape?.name, argument: rest.argument, flags, problems: [...problems, ...rest.problems] }
}

/** What commander did not take: the argument, unknown flags and words too many. */
function readRest(
  args: readonly string[],
  shape: CommandShape | undefined,
  grammar: Grammar,
  flags: Map<string, readonly string[]>,
): { readonly argument: string | undefined; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const flagNames = grammar.fields.map((field) => field.name)
  let argument: string | undefined
  let followsUnknown = false
  for (const arg of args) {
    if (arg.startsWith('-') && arg.length > 1) {
      const [name, text] = splitFlag(arg)
      const bool = grammar.fields.find((field) => field.name === name && field.kind === 'bool')
      if (bool && text !== undefined) flags.set(name, [text])
      else if (arg !== '--') problems.push(unknownFlag(arg, name, flagNames))
      followsUnknown = text === undefined && arg !== '--'
    } else if (followsUnknown) {
      // Most likely the value of the unknown flag before it.
      followsUnknown = false
    } else if (shape?.argument && argument === undefined) {
      argument = arg
    } else problems.push(unexpectedWord(arg, shape, grammar))
  }
  if (shape?.argument && (argument === undefined || !shape.argument.allowed.includes(argument)))
    problems.push({
      subject: `${shape.name} <${shape.argument.name}>`,
      text: `must be one of ${shape.argument.allowed.join(', ')}`,
    })
  return { argument, problems }
}

function unknownFlag(arg: string, name: string, known: readonly string[]): Problem {
  const subject = arg.startsWith('--') ? `--${name}` : `-${name}`
  const note = sdkFlagNote(name)
  return { subject, text: `unknown flag${note === undefined ? didYouMean(name, known, '--') : `: ${note}`}` }
}

function unexpectedWord(arg: string, shape: CommandShape | undefined, grammar: Grammar): Problem {
  // Only what looks like a command is repeated: anything else may be a secret that lost its flag.
  const subject = /^[a-z][a-z-]{1,15}$/.test(arg) ? `argument ${arg}` : 'argument'
  const names = [...grammar.commands.map((command) => command.name), 'help']
  return { subject, text: `is not expected${shape ? ` after ${shape.name}` : didYouMean(arg, names)}` }
}

/** `--name=text` → name and text. A single dash is followed by one letter. */
function splitFlag(arg: string): readonly [string, string?] {
  if (!arg.startsWith('--')) return [arg.charAt(1)]
  const equals = arg.indexOf('=')
  return equals < 0 ? [arg.slice(2)] : [arg.slice(2, equals), arg.slice(equals + 1)]
}

/** `-f=x` → `--file=x`, which Go's flags allow and commander would take for the file `=x`. */
const separateShorthand = (fields: readonly Field[]) => (arg: string) => {
  const field =
    arg.charAt(2) === '='
      ? fields.find(({ shorthand }) => shorthand !== undefined && arg.startsWith(`-${shorthand}=`))
      : undefined
  return field ? `--${field.name}${arg.slice(2)}` : arg
}

function createProgram(grammar: Grammar, output: HelpOutput, choose: (command: Command) => void): Command {
  const write = (text: string): void => output.write(text)
  const program = new Command(grammar.name)
    .description(grammar.description)
    .version(`${grammar.name} version ${grammar.version}`, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print help, also about one command')
    .addHelpText('after', `\n${grammar.examples}`)
    .configureHelp({ optionTerm, optionDescription: (option) => option.description, subcommandTerm })
    .configureOutput({
      writeOut: write,
      writeErr: write,
      getOutHelpWidth: () => output.columns ?? 120,
      getOutHasColors: () => false,
      outputError: () => {},
    })
    .exitOverride()
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => choose(program))
  for (const field of grammar.fields) if (mayComeFrom(field, 'flag')) program.addOption(optionOf(field))
  for (const shape of grammar.commands) {
    const command = program.command(shape.name).description(shape.summary).allowUnknownOption().allowExcessArguments()
    command.configureHelp({ ...program.configureHelp(), showGlobalOptions: shape.usesSettings === true })
    if (shape.argument) command.usage(`<${shape.argument.allowed.join('|')}> [options]`)
    command.action(() => choose(command))
  }
  return program
}

const PLACE = { string: 'text', int: 'number', 'string-list': 'list', bool: '' } as const

function optionOf(field: Field): Option {
  const short = field.shorthand === undefined ? '' : `-${field.shorthand}, `
  const option = new Option(
    `${short}--${field.name}${field.kind === 'bool' ? '' : ` [${PLACE[field.kind]}]`}`,
    helpOf(field),
  )
  option.attributeName = () => field.name
  return option
    .preset(field.kind === 'bool' ? 'true' : MISSING)
    .argParser((text: string | symbol, earlier: readonly (string | symbol)[] | undefined) => [...(earlier ?? []), text])
    .hideHelp(field.hidden === true)
}

/** The description with what else one must know, in the Go SDK's form. */
function helpOf(field: Field): string {
  const required = field.required === true ? 'required: ' : ''
  const allowed =
    field.kind === 'string' && field.allowed && field.allowed.length > 1 ? `: ${field.allowed.join(', ')}` : ''
  const preset = 'default' in field && field.default !== undefined ? ` (default ${field.default})` : ''
  return `${required}${field.description}${allowed}${preset} ($${envNameOf(field)})`
}

/** Values are optional to the parser only; readers of the help are told the truth. */
const optionTerm = (option: Option): string => option.flags.replace(/\[(\w+)\]$/, '<$1>')

const subcommandTerm = (command: Command): string =>
  command.name() + (command.usage().startsWith('<') ? ` ${command.usage().split(' ')[0]}` : '')
