import type { Field } from '../settings/field.ts'

/** A word that a subcommand takes by its place. */
export interface ArgumentShape {
  readonly name: string
  /** Type ids of the resources whose names it takes, for completion. @default none */
  readonly names?: readonly string[]
  /** Whether it names a file, for completion. @default false */
  readonly file?: boolean
  /** The only words there are. */
  readonly allowed?: readonly string[]
  /** What to do where none of them fits. @default nothing is said */
  readonly otherwise?: string
  /** One or more words; only for the last argument. @default false */
  readonly many?: boolean
  /** May be left out; so may all arguments behind it. @default false */
  readonly optional?: boolean
}

/** A subcommand as the command line, help and completion see it. */
export interface CommandShape {
  /** One word, or two or three for a member of a family: `account create`, `service-account key create`. */
  readonly name: string
  readonly summary: string
  /** What it stands under in the help. @default Commands */
  readonly heading?: string
  /** Names of the settings that its help explains. @default none */
  readonly settings?: readonly string[]
  /** Names of the settings that it reads as well and its help only names. @default none */
  readonly common?: readonly string[]
  /** @default none */
  readonly arguments?: readonly ArgumentShape[]
  /** What it takes in place of its arguments where a flag of its own names a file. @default the same */
  readonly withFlag?: { readonly flag: string; readonly arguments: readonly ArgumentShape[] }
  /** Flags of its own, which come from the command line only. @default none */
  readonly flags?: readonly Field[]
  /** Shown below its help. */
  readonly examples?: string
}

/** Settings that belong together, by name. */
export interface FieldGroup {
  readonly title: string
  readonly names: readonly string[]
}

export interface Grammar {
  readonly name: string
  readonly version: string
  readonly description: string
  /** Shown below the help. */
  readonly examples: string
  readonly fields: readonly Field[]
  /** All settings that are not hidden, as the help lists them. */
  readonly groups: readonly FieldGroup[]
  readonly commands: readonly CommandShape[]
  /** What the commands of a family have in common, by their longest common beginning. */
  readonly families?: Readonly<Record<string, string>>
}

/** `<group> <user...>`, `[file]` for what may be left out, empty for none. */
export const usageOf = (shape: Pick<CommandShape, 'arguments'>): string =>
  (shape.arguments ?? [])
    .map(({ name, allowed, many, optional }) => {
      const text = `${allowed ? allowed.join('|') : name}${many === true ? '...' : ''}`
      return optional === true ? `[${text}]` : `<${text}>`
    })
    .join(' ')

/** What follows the beginning of a family, in the order of the commands. */
export const membersOf = (commands: readonly CommandShape[], family: string): readonly string[] =>
  commands.flatMap(({ name }) => (name.startsWith(`${family} `) ? [name.slice(family.length + 1)] : []))

/** What the word behind the beginning of a family can be. */
export const nextWords = (commands: readonly CommandShape[], family: string): readonly string[] => [
  ...new Set(membersOf(commands, family).map((rest) => rest.split(' ')[0] ?? rest)),
]

/** The longest beginning that all commands of a family share: `service-account key` for `service-account`. */
export function wholeFamily(commands: readonly CommandShape[], family: string): string {
  const [only, ...others] = nextWords(commands, family)
  const longer = `${family} ${only ?? ''}`
  return only !== undefined && others.length === 0 && membersOf(commands, longer).length > 0
    ? wholeFamily(commands, longer)
    : family
}

/** What the first word of a command line can be. */
export const firstWords = (commands: readonly CommandShape[]): readonly string[] => [
  ...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name)),
]
