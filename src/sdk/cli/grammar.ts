import { ALL_SETTINGS } from '../settings/catalog.ts'
import type { Field } from '../settings/field.ts'
import { withSecretFiles } from '../settings/secret-file.ts'
import type { Command } from './command.ts'
import type { CommandShape, Grammar } from './command-shape.ts'
import { type Core, QUESTIONS } from './core/index.ts'
import { CHANGE_SETTINGS, fieldGroups } from './help-groups.ts'
import type { Product } from './product.ts'
import { fieldsOf } from './run-command.ts'

/** Every setting of the program, the connector's own first. Without commands that change something there are none that say how. */
export const settingsOf = ({ fields, changes }: Product): readonly Field[] => [
  ...fields,
  ...ALL_SETTINGS.filter(({ name }) => changes || !CHANGE_SETTINGS.includes(name)),
]

/** What the command line consists of; the source of parsing, help and completion. */
export function grammarOf(version: string, product: Product, core: Core): Grammar {
  const fields = withSecretFiles(settingsOf(product))
  const programFlags = new Set(fields.map(({ name }) => name))
  return {
    name: product.program,
    version,
    description: product.description,
    examples: product.examples,
    fields,
    groups: fieldGroups(product),
    families: product.families ?? {},
    commands: [
      ...core.source,
      ...(product.changes?.shapes ?? []),
      ...core.watch,
      ...(product.commands ?? []).map((command) => shapeOf(command, programFlags)),
      ...core.describe,
      ...QUESTIONS,
    ],
  }
}

/** A command as the grammar sees it: what the program itself takes as a flag is not declared twice, unless the command has its own form of it. */
function shapeOf(command: Command, programFlags: ReadonlySet<string>): CommandShape {
  const fields = withSecretFiles(fieldsOf(command))
  const own = new Set(withSecretFiles(command.fields).map(({ name }) => name))
  return {
    ...command,
    flags: fields.filter(({ name }) => own.has(name) || !programFlags.has(name)),
    common: fields.map(({ name }) => name).filter((name) => !own.has(name) && programFlags.has(name)),
  }
}
