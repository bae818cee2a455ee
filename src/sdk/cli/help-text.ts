import type { CommandShape, Grammar } from './command-shape.ts'
import { firstWords, membersOf, usageOf, wholeFamily } from './command-shape.ts'
import type { Field } from '../settings/field.ts'
import { mayComeFrom } from '../settings/field.ts'
import { tableLines, wrapped, type Row } from '../text/text-table.ts'

/** The help about a command, about several with the same first word, or about the whole program. `columns` is the width to fill. */
export function helpText(grammar: Grammar, topic: string | undefined, columns: number): string {
  const shape = grammar.commands.find(({ name }) => name === topic)
  const blocks = shape
    ? commandBlocks(shape, grammar, columns)
    : topic === undefined
      ? programBlocks(grammar, columns)
      : familyBlocks(topic, grammar, columns)
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

type Block = readonly string[]

function programBlocks(grammar: Grammar, columns: number): readonly Block[] {
  const { name, description, commands } = grammar
  const headings = [...new Set(commands.map(({ heading }) => heading ?? 'Commands'))]
  const rows = headings.map((heading) => {
    const words = firstWords(commands.filter((shape) => (shape.heading ?? 'Commands') === heading))
    return [heading, words.map((word) => commandRow(word, grammar))] as const
  })
  const groups = grammar.groups.map(
    ({ title, names }) =>
      [title, named(grammar.fields, names).map((field) => [termOf(field), helpOf(field)] as const)] as const,
  )
  return [
    [`Usage: ${name} [command] [options]`],
    wrapped(description, columns),
    ...rows.map(([heading, of]) => section(heading, of, columns)),
    wrapped(`What a command takes: ${name} <command> --help`, columns),
    ...groups.map(([title, of]) => section(title, of, columns)),
    grammar.examples.split('\n'),
  ]
}

function commandRow(word: string, { commands, families }: Grammar): Row {
  const shape = commands.find(({ name }) => name === word)
  if (shape) return [[word, usageOf(shape)].join(' ').trim(), shape.summary]
  const family = wholeFamily(commands, word)
  return [`${family} <${membersOf(commands, family).join('|')}>`, families?.[family] ?? '']
}

function familyBlocks(family: string, { name, commands, families }: Grammar, columns: number): readonly Block[] {
  const members = commands.filter((shape) => shape.name.startsWith(`${family} `))
  const rows = members.map((shape) => [[shape.name, usageOf(shape)].join(' ').trim(), shape.summary] as const)
  return [
    [`Usage: ${name} ${family} <command> [options]`],
    wrapped(families?.[wholeFamily(commands, family)] ?? '', columns),
    section('Commands', rows, columns),
    wrapped(`What a command takes: ${name} ${family} <command> --help`, columns),
  ]
}

/** Short enough for one screen: settings that nearly every command has are named alone. */
function commandBlocks(shape: CommandShape, { name, fields }: Grammar, columns: number): readonly Block[] {
  const own = [...(shape.flags ?? []), ...named(fields, shape.settings ?? [])]
  const rows = own.filter((field) => field.hidden !== true).map((field) => [termOf(field), helpOf(field)] as const)
  const others = named(fields, shape.common ?? []).map((field) => `--${field.name}`)
  return [
    usages(shape, name),
    wrapped(`${shape.summary.charAt(0).toUpperCase()}${shape.summary.slice(1)}.`, columns),
    section('Options', rows, columns),
    others.length === 0
      ? []
      : [`Settings, see ${name} --help:`, ...wrapped(others.join(', '), columns - 2).map((line) => `  ${line}`)],
    shape.examples?.split('\n') ?? [],
  ]
}

function usages(shape: CommandShape, name: string): Block {
  const line = (words: string): string => [name, shape.name, words, '[options]'].filter((part) => part !== '').join(' ')
  const { withFlag } = shape
  if (!withFlag) return [`Usage: ${line(usageOf(shape))}`]
  return [`Usage: ${line(usageOf(shape))}`, `       ${line(`${usageOf(withFlag)} --${withFlag.flag} <file>`.trim())}`]
}

const section = (title: string, rows: readonly Row[], columns: number): Block =>
  rows.length === 0 ? [] : [`${title}:`, ...tableLines(rows, columns)]

const named = (fields: readonly Field[], names: readonly string[]): readonly Field[] =>
  names.flatMap((name) => fields.find((field) => field.name === name && mayComeFrom(field, 'flag')) ?? [])

const PLACE = { string: ' <text>', int: ' <number>', 'string-list': ' <list>', bool: '' } as const

const termOf = (field: Field): string =>
  `${field.shorthand === undefined ? '' : `-${field.shorthand}, `}--${field.name}${PLACE[field.kind]}`

/** The description with what else one must know. */
function helpOf(field: Field): string {
  const allowed =
    field.kind === 'string' && field.allowed && field.allowed.length > 1 ? `: ${field.allowed.join(', ')}` : ''
  const preset = 'default' in field && field.default !== undefined ? ` (default ${field.default})` : ''
  const required = field.required === true ? ' (required)' : ''
  return `${field.description}${allowed}${preset}${required}`
}
