import { ALL_SETTINGS } from '../settings/catalog.ts'
import type { Field } from '../settings/field.ts'
import { withSecretFiles } from '../settings/secret-file.ts'
import type { Command } from './command.ts'
import type { CommandShape, Grammar } from './command-shape.ts'
import { commonSettings, fieldGroups, SYNC_SETTINGS, TENANT_SETTINGS } from './help-groups.ts'
import type { Product } from './product.ts'
import { fieldsOf } from './run-command.ts'
import { watchCommands } from './watch-shapes.ts'

/** What few need to set. */
const RARE = ['workers', 'one-listing-a-request', 'c1z-temp-dir', 'storage-engine']

/** Commands that need no settings. */
const DESCRIBING = [
  { name: 'capabilities', summary: 'print what the connector can do, as JSON' },
  { name: 'config', summary: 'print the schema of its settings, as JSON' },
  {
    name: 'completion',
    summary: 'print a completion script for a shell',
    arguments: [{ name: 'shell', allowed: ['bash', 'zsh', 'fish'] }],
  },
  { name: 'version', summary: 'print the version' },
  { name: 'help', summary: 'print help, also about one command' },
].map((shape): CommandShape => ({ ...shape, heading: 'For shells, tools and people' }))

/** Every setting of the program, the connector's own first. */
export const settingsOf = (product: Product): readonly Field[] => [...product.fields, ...ALL_SETTINGS]

/** What the command line consists of; the source of parsing, help and completion. */
export function grammarOf(version: string, product: Product): Grammar {
  const fields = withSecretFiles(settingsOf(product))
  const programFlags = new Set(fields.map(({ name }) => name))
  const common = commonSettings(product)
  /** Does what the program does without a command. */
  const sync: CommandShape = {
    name: 'sync',
    summary: 'read the network into the snapshot file; the same without a command',
    heading: 'Sync',
    settings: SYNC_SETTINGS.filter((name) => !RARE.includes(name)),
    common: [...RARE, ...TENANT_SETTINGS, ...common],
    examples: `A schedule, a platform: --interval, --client-id in ${product.program} --help.`,
  }
  const validate: CommandShape = {
    name: 'validate',
    summary: 'try the endpoint and the key without syncing',
    heading: 'Sync',
    common: [...TENANT_SETTINGS, ...common],
  }
  return {
    name: product.program,
    version,
    description: product.description,
    examples: product.examples,
    fields,
    groups: fieldGroups(product),
    families: product.families ?? {},
    commands: [
      ...[sync, validate],
      ...(product.changes?.shapes ?? []),
      ...watchCommands(product),
      ...(product.commands ?? []).map((command) => shapeOf(command, programFlags)),
      ...DESCRIBING,
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
