import { TYPE_IDS } from '../twingate/type-ids.ts'
import type { StringField } from '../sdk/settings/field.ts'
import { COMMON_SETTINGS } from '../connector/help.ts'
import { CHANGE_SETTINGS } from '../sdk/cli/help-groups.ts'
import type { ArgumentShape, CommandShape } from '../sdk/cli/command-shape.ts'
import type { ChangeRunner } from './context.ts'

/** A command that changes something at Twingate, as one value: words, flags, help, behaviour. All keep to `--dry-run`, `--update-file` and `--output`. */
export interface ChangeCommand extends CommandShape {
  /** Gives what carries it out, which is loaded when it is called. */
  readonly load: () => Promise<ChangeRunner>
  /** Whether something else stands on stdout, so that what became of the change is told on stderr. @default never */
  readonly keepsStdout?: (flags: ReadonlyMap<string, string>) => boolean
}

/** A flag of a command. */
export const text = (name: string, description: string): StringField => ({
  name,
  kind: 'string',
  displayName: description,
  description,
  sources: ['flag'],
})

export const GROUP: ArgumentShape = { name: 'group', names: [TYPE_IDS.group] }
export const USER: ArgumentShape = { name: 'user', names: [TYPE_IDS.user] }

/** The same flag in every command that has it. */
export const FROM: StringField = { ...text('from', 'File to read; - is standard input'), path: 'file' }

const REFERENCES = `A group, resource or user is given by its id, its BID (bid:r:user/…), its exact
name or an e-mail address. What is so already is a success: run it again safely.`

export const examples = (...lines: readonly string[]): string =>
  ['Examples:', ...lines.map((line) => `  baton-twingate ${line}`), '', REFERENCES].join('\n')

/** What all of them have in common. */
export const CHANGE = {
  heading: 'Give and take access',
  settings: CHANGE_SETTINGS,
  common: ['file', 'c1z-temp-dir', ...COMMON_SETTINGS],
} as const
