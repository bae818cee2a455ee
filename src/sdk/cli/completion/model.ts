import type { Field } from '../../settings/field.ts'
import { mayComeFrom } from '../../settings/field.ts'
import type { ArgumentShape, Grammar } from '../command-shape.ts'
import { firstWords, nextWords, wholeFamily } from '../command-shape.ts'

/** One flag as a shell completes it. */
export interface FlagModel {
  readonly name: string
  readonly shorthand?: string
  readonly description: string
  /** What follows the flag. */
  readonly takes: 'nothing' | 'text' | 'file' | 'directory' | readonly string[]
}

/** What may follow one word: the word itself with what it is for, and the words and flags behind it. */
export interface WordModel {
  readonly name: string
  readonly summary: string
  /** Empty where the next word is free text or there is none. */
  readonly next: readonly string[]
  /** What the words behind those are: names that the program itself can list, files, or free text. */
  readonly takes: 'names' | 'file' | 'text'
  /** Flags of this command, or of the commands of this family. */
  readonly flags: readonly FlagModel[]
}

export interface CompletionModel {
  readonly program: string
  /** What a command line can begin with. */
  readonly commands: readonly WordModel[]
  readonly flags: readonly FlagModel[]
}

export const completionModel = (grammar: Grammar): CompletionModel => ({
  program: grammar.name,
  commands: [...firstWords(grammar.commands).map((word) => wordOf(word, grammar))],
  flags: [
    ...grammar.fields.filter((field) => field.hidden !== true && mayComeFrom(field, 'flag')).map(flagOf),
    { name: 'help', shorthand: 'h', description: 'print this help', takes: 'nothing' },
    { name: 'version', shorthand: 'v', description: 'print the version', takes: 'nothing' },
  ],
})

function wordOf(name: string, grammar: Grammar): WordModel {
  const shape = grammar.commands.find((command) => command.name === name)
  const members = grammar.commands.filter((command) => command.name.startsWith(`${name} `))
  const fields = [shape, ...members].flatMap((command) => command?.flags ?? [])
  return {
    name,
    summary: shape?.summary ?? grammar.families?.[wholeFamily(grammar.commands, name)] ?? '',
    next:
      name === 'help'
        ? firstWords(grammar.commands)
        : (shape?.arguments?.[0]?.allowed ?? nextWords(grammar.commands, name)),
    takes: wordsOf([shape, ...members].flatMap((command) => command?.arguments ?? [])),
    flags: [...new Map(fields.map((field) => [field.name, field])).values()].map(flagOf),
  }
}

const wordsOf = (places: readonly ArgumentShape[]): WordModel['takes'] => {
  if (places.some(({ names }) => names !== undefined)) return 'names'
  return places.some(({ file }) => file === true) ? 'file' : 'text'
}

const flagOf = (field: Field): FlagModel => ({
  name: field.name,
  ...(field.shorthand !== undefined && { shorthand: field.shorthand }),
  description: field.description,
  takes: takesOf(field),
})

function takesOf(field: Field): FlagModel['takes'] {
  if (field.kind === 'bool') return 'nothing'
  if (field.kind === 'string' && field.allowed) return field.allowed
  if (field.kind === 'int' || field.path === undefined) return 'text'
  return field.path === 'file' ? 'file' : 'directory'
}
