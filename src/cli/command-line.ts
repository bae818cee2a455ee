import { Command, CommanderError, Option } from 'commander'
import type { Field } from '../sdk/field.ts'
import { envNameOf, mayComeFrom } from '../sdk/field.ts'
import { ConnectorError } from '../sdk/errors.ts'
import type { CommandShape, Grammar } from '../sdk/command-shape.ts'
import { firstWords, membersOf, usageOf } from '../sdk/command-shape.ts'
import type { Problem } from './problem.ts'
import { problemOf, throwProblems } from './problem.ts'
import { sdkFlagNote } from './sdk-flags.ts'
import type { FlagTexts } from './setting.ts'
import { didYouMean } from './suggest.ts'

export interface CommandLine {
  /** Full name of the subcommand; `undefined` for the program without one. */
  readonly command: string | undefined
  /** What was given for the subcommand's arguments. */
  readonly words: readonly string[]
  /** The settings' flags. */
  readonly flags: FlagTexts
  /** The subcommand's own flags. */
  readonly own: FlagTexts
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
  let chosen: Chosen | undefined
  const program = createProgram(grammar, output, (choice) => {
    chosen = choice
  })
  // What follows a lone `--` is words, whatever it looks like.
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  try {
    program.parse(helpLast(argv.slice(0, end), grammar).map(separateShorthand(grammar.fields)), { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined
    throw ConnectorError.from(error, 'command line')
  }
  const shape = chosen?.shape
  const given = textsOf(program, grammar.fields)
  const own = textsOf(chosen?.command, shape?.flags ?? [])
  const rest = readRest(chosen, argv.slice(end + 1), grammar, given.texts)
  return {
    command: shape?.name,
    words: rest.words,
    flags: given.texts,
    own: own.texts,
    problems: [...given.problems, ...own.problems, ...rest.problems],
  }
}

/** Where the command line led: a command, a family without its second word, or the program itself. */
interface Chosen {
  readonly command: Command
  readonly shape?: CommandShape
  readonly family?: string
}

/**
 * `help account create` → `account create --help`, since commander's own help looks one word deep.
 * Errors: `invalid-argument` for what is no command, alone, since who asks for help may lack any setting.
 */
function helpLast(argv: readonly string[], grammar: Grammar): readonly string[] {
  const [first, topic] = argv
  if (first !== 'help' || topic === undefined) return argv
  if (topic === 'help' || topic.startsWith('-')) return ['--help']
  if (!firstWords(grammar.commands).includes(topic)) throwProblems([unexpectedWord(topic, undefined, grammar)])
  return [...argv.slice(1), '--help']
}

function textsOf(
  command: Command | undefined,
  fields: readonly Field[],
): { readonly texts: Map<string, readonly string[]>; readonly problems: readonly Problem[] } {
  const texts = new Map<string, readonly string[]>()
  const problems: Problem[] = []
  for (const field of fields) {
    const given = command?.getOptionValue(field.name) as readonly (string | symbol)[] | undefined
    if (given === undefined) continue
    const isComplete = !given.includes(MISSING)
    texts.set(field.name, isComplete ? given.filter((text) => typeof text === 'string') : [])
    if (!isComplete)
      problems.push(problemOf(field, `needs a value; one that begins with a dash is written --${field.name}=-…`))
  }
  return { texts, problems }
}

/** What commander did not take: arguments, unknown flags and words too many. */
function readRest(
  chosen: Chosen | undefined,
  literal: readonly string[],
  grammar: Grammar,
  flags: Map<string, readonly string[]>,
): { readonly words: readonly string[]; readonly problems: readonly Problem[] } {
  const shape = chosen?.shape
  const problems: Problem[] = []
  const flagNames = [...grammar.fields, ...(shape?.flags ?? [])].map((field) => field.name)
  const words: string[] = []
  let followsUnknown = false
  for (const arg of chosen?.command.args ?? []) {
    if (arg.startsWith('-') && arg.length > 1) {
      const [name, text] = splitFlag(arg)
      const bool = grammar.fields.find((field) => field.name === name && field.kind === 'bool')
      if (bool && text !== undefined) flags.set(name, [text])
      else problems.push(unknownFlag(arg, name, flagNames))
      followsUnknown = text === undefined
    } else if (followsUnknown) {
      // Most likely the value of the unknown flag before it.
      followsUnknown = false
    } else words.push(arg)
  }
  words.push(...literal)
  const wanted = shape?.arguments ?? []
  const most = wanted.at(-1)?.many === true ? words.length : wanted.length
  const [first] = words
  if (chosen?.family !== undefined)
    problems.push(missingMember(chosen.family, first, membersOf(grammar.commands, chosen.family)))
  else for (const word of words.slice(most)) problems.push(unexpectedWord(word, shape, grammar))
  return { words: words.slice(0, most), problems: [...problems, ...missingWords(shape, words)] }
}

function missingWords(shape: CommandShape | undefined, words: readonly string[]): readonly Problem[] {
  if (!shape) return []
  return (shape.arguments ?? []).flatMap(({ name, allowed, many }, i) => {
    const word = words[i]
    const subject = `${shape.name} <${name}>`
    if (allowed && (word === undefined || !allowed.includes(word)))
      return [{ subject, text: `must be one of ${allowed.join(', ')}` }]
    if (word === undefined) return [{ subject, text: `is missing; write ${shape.name} ${usageOf(shape)}` }]
    return (many === true ? words.slice(i) : [word]).some((text) => text.trim() === '')
      ? [{ subject, text: 'must not be empty' }]
      : []
  })
}

function missingMember(family: string, word: string | undefined, members: readonly string[]): Problem {
  const what = `needs one of ${members.join(', ')}`
  return { subject: family, text: what + (word === undefined ? '' : didYouMean(word, members)) }
}

function unknownFlag(arg: string, name: string, known: readonly string[]): Problem {
  const subject = arg.startsWith('--') ? `--${name}` : `-${name}`
  const note = sdkFlagNote(name)
  return { subject, text: `unknown flag${note === undefined ? didYouMean(name, known, '--') : `: ${note}`}` }
}

function unexpectedWord(arg: string, shape: CommandShape | undefined, grammar: Grammar): Problem {
  // Only what looks like a command is repeated: anything else may be a secret that lost its flag.
  const subject = /^[a-z][a-z-]{1,15}$/.test(arg) ? `argument ${arg}` : 'argument'
  const names = [...firstWords(grammar.commands), 'help']
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

function createProgram(grammar: Grammar, output: HelpOutput, choose: (chosen: Chosen) => void): Command {
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
    .action(() => choose({ command: program }))
  for (const field of grammar.fields) if (mayComeFrom(field, 'flag')) program.addOption(optionOf(field))
  const families = new Map<string, Command>()
  const familyOf = (word: string): Command => {
    const known = families.get(word)
    if (known) return known
    const family = subcommand(program, word, grammar.families?.[word] ?? '').helpCommand(false)
    family.usage(`<${membersOf(grammar.commands, word).join('|')}>`)
    family.action(() => choose({ command: family, family: word }))
    families.set(word, family)
    return family
  }
  for (const shape of grammar.commands) {
    const [first = '', second] = shape.name.split(' ')
    const command = subcommand(second === undefined ? program : familyOf(first), second ?? first, shape.summary)
    command.configureHelp({ ...program.configureHelp(), showGlobalOptions: shape.usesSettings === true })
    command.usage([usageOf(shape), '[options]'].join(' ').trim())
    for (const field of shape.flags ?? []) command.addOption(optionOf(field))
    if (shape.examples !== undefined) command.addHelpText('after', `\n${shape.examples}`)
    command.action(() => choose({ command, shape }))
  }
  return program
}

const subcommand = (parent: Command, name: string, summary: string): Command =>
  parent.command(name).description(summary).allowUnknownOption().allowExcessArguments()

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
  const variable = mayComeFrom(field, 'env') ? ` ($${envNameOf(field)})` : ''
  return `${required}${field.description}${allowed}${preset}${variable}`
}

/** Values are optional to the parser only; readers of the help are told the truth. */
const optionTerm = (option: Option): string => option.flags.replace(/\[(\w+)\]$/, '<$1>')

const subcommandTerm = (command: Command): string =>
  [command.name(), command.usage().replace(/ ?\[options\]$/, '')].join(' ').trim()
