import type { Field } from '../../sdk/field.ts'
import { mayComeFrom } from '../../sdk/field.ts'
import type { CommandShape, Grammar } from '../command-line.ts'

/** One flag as a shell completes it. */
export interface FlagModel {
  readonly name: string
  readonly shorthand?: string
  readonly description: string
  /** What follows the flag. */
  readonly takes: 'nothing' | 'text' | 'file' | 'directory' | readonly string[]
}

export interface CompletionModel {
  readonly program: string
  readonly commands: readonly CommandShape[]
  readonly flags: readonly FlagModel[]
}

export const completionModel = (grammar: Grammar): CompletionModel => ({
  program: grammar.name,
  commands: [...grammar.commands, { name: 'help', summary: 'print help, also about one command' }],
  flags: [
    ...grammar.fields.filter((field) => field.hidden !== true && mayComeFrom(field, 'flag')).map(flagOf),
    { name: 'help', shorthand: 'h', description: 'print this help', takes: 'nothing' },
    { name: 'version', shorthand: 'v', description: 'print the version', takes: 'nothing' },
  ],
})

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
