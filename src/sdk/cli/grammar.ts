import type { Command } from './command.ts'
import type { CommandShape, Grammar } from './command-shape.ts'
import { COMMON_SETTINGS, FIELD_GROUPS, SYNC_SETTINGS } from './help-groups.ts'
import { CHANGE_COMMANDS, FAMILIES } from '../../commands/shapes.ts'
import { fieldsOf } from './run-command.ts'
import { withSecretFiles } from '../settings/secret-file.ts'
import { FIELDS } from '../../connector/settings.ts'
import { WATCH_COMMANDS } from './watch-shapes.ts'

const NAME = 'baton-twingate'

/** What the families of `commands` are for. */
const COMMAND_FAMILIES = {
  scim: 'keep users and groups of a SCIM server, such as Twingate, in step with where people are managed',
}

const EXAMPLES = `Examples:
  ${NAME} --domain acme --api-key-file ./key           sync the network acme to sync.c1z
  BATON_DOMAIN=acme BATON_API_KEY=… ${NAME} -f a.c1z   the same from the environment, to another file
  ${NAME} validate                                     try endpoint and key without syncing
  ${NAME} --sync-resources bid:r:group/R3JvdXA6MQ==    sync one group
  ${NAME} --output json | jq .counts                   the summary for a program
  ${NAME} grant Engineering ada@acme.example           make a user a member of a group
  ${NAME} --interval 1h --health-check                 sync every hour, watched over HTTP
  ${NAME} --client-id … --client-secret-file ./secret  work for a governance platform
  ${NAME} status                                       say what such a program does
  source <(${NAME} completion bash)                    complete commands and flags in this shell

Settings come from the flag, else the variable (--api-key is BATON_API_KEY, --config is
BATON_CONFIG_PATH), else the config file, else the default. All of them: docs/flags.md.
Exit codes: 0 done, 1 stopped, 3 wrong settings, 4 timeout, 5 not found, 7 no permission,
9 must not be done, 14 unavailable, 16 wrong key; the rest in docs/errors.md.`

/** What few need to set. */
const RARE = ['workers', 'c1z-temp-dir', 'storage-engine']

/** Does what the program does without a command. */
const SYNC: CommandShape = {
  name: 'sync',
  summary: 'read the network into the snapshot file; the same without a command',
  heading: 'Sync',
  settings: SYNC_SETTINGS.filter((name) => !RARE.includes(name)),
  common: [...RARE, ...COMMON_SETTINGS],
  examples: `For a schedule and for a platform see --interval and --client-id, in\n${NAME} --help.`,
}

const VALIDATE: CommandShape = {
  name: 'validate',
  summary: 'try the endpoint and the key without syncing',
  heading: 'Sync',
  common: COMMON_SETTINGS,
}

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

/** What the command line consists of; the source of parsing, help and completion. */
export const grammarOf = (version: string, commands: readonly Command[] = []): Grammar => ({
  name: NAME,
  version,
  description:
    'Writes who has access to what in a Twingate network to a c1z snapshot that the Baton tools read, and gives and takes access.',
  examples: EXAMPLES,
  fields: withSecretFiles(FIELDS),
  groups: FIELD_GROUPS,
  families: { ...FAMILIES, ...COMMAND_FAMILIES },
  commands: [SYNC, VALIDATE, ...CHANGE_COMMANDS, ...WATCH_COMMANDS, ...commands.map(shapeOf), ...DESCRIBING],
})

/** A command as the grammar sees it: what the program itself takes as a flag is not declared twice. */
function shapeOf(command: Command): CommandShape {
  const fields = withSecretFiles(fieldsOf(command))
  return {
    heading: 'Provision over SCIM',
    ...command,
    flags: fields.filter(({ name }) => !PROGRAM_FLAGS.has(name)),
    common: fields.filter(({ name }) => PROGRAM_FLAGS.has(name)).map(({ name }) => name),
  }
}

const PROGRAM_FLAGS = new Set(withSecretFiles(FIELDS).map(({ name }) => name))
