import { Command, Option } from 'commander'
import type { Field } from '../sdk/field.ts'
import { envNameOf, mayComeFrom } from '../sdk/field.ts'
import type { Grammar } from '../sdk/command-shape.ts'
import { membersOf, usageOf } from '../sdk/command-shape.ts'

/** The help about a command, about several with the same first word, or about the whole program. `columns` is the width to fill. */
export function helpText(grammar: Grammar, topic: string | undefined, columns: number): string {
  const program = createProgram(grammar, columns)
  const command = (topic?.split(' ') ?? []).reduce(
    (parent: Command, word) => parent.commands.find((child) => child.name() === word) ?? parent,
    program,
  )
  const examples =
    topic === undefined ? grammar.examples : grammar.commands.find(({ name }) => name === topic)?.examples
  return command.helpInformation() + (examples === undefined ? '' : `\n${examples}\n`)
}

function createProgram(grammar: Grammar, columns: number): Command {
  const program = new Command(grammar.name)
    .description(grammar.description)
    .version(grammar.version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print help, also about one command')
    .configureHelp({ optionTerm, optionDescription: (option) => option.description, subcommandTerm })
    .configureOutput({ getOutHelpWidth: () => columns, getOutHasColors: () => false })
  for (const field of grammar.fields) if (mayComeFrom(field, 'flag')) program.addOption(optionOf(field))
  const families = new Map<string, Command>()
  const familyOf = (word: string): Command => {
    const known = families.get(word)
    if (known) return known
    const family = program
      .command(word)
      .description(grammar.families?.[word] ?? '')
      .helpCommand(false)
    family.usage(`<${membersOf(grammar.commands, word).join('|')}>`)
    families.set(word, family)
    return family
  }
  for (const shape of grammar.commands) {
    const [first = '', second] = shape.name.split(' ')
    const parent = second === undefined ? program : familyOf(first)
    const command = parent.command(second ?? first).description(shape.summary)
    command.configureHelp({ ...program.configureHelp(), showGlobalOptions: shape.usesSettings === true })
    command.usage([usageOf(shape), '[options]'].join(' ').trim())
    for (const field of shape.flags ?? []) command.addOption(optionOf(field))
  }
  return program
}

const PLACE = { string: 'text', int: 'number', 'string-list': 'list', bool: '' } as const

function optionOf(field: Field): Option {
  const short = field.shorthand === undefined ? '' : `-${field.shorthand}, `
  const value = field.kind === 'bool' ? '' : ` [${PLACE[field.kind]}]`
  return new Option(`${short}--${field.name}${value}`, helpOf(field)).hideHelp(field.hidden === true)
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
