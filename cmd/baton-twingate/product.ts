import { CHANGE_COMMANDS, FAMILIES } from '../../src/commands/index.ts'
import { TWINGATE_FIELDS } from '../../src/connector/config.ts'
import { CONNECTION, OWN_GROUPS, TWINGATE_RULES } from '../../src/connector/help.ts'
import { NAME } from '../../src/connector/name.ts'
import { PUBLISHED_READS } from '../../src/connector/published-limits.ts'
import type { Config } from '../../src/connector/settings.ts'
import { READER_COMMANDS } from '../../src/readers/commands/index.ts'
import { explorerCommand } from '../../src/explorer/server/command.ts'
import { SCIM_COMMANDS } from '../../src/scim/commands/index.ts'
import { expandCommand } from '../../src/sdk/cli/commands/expand.ts'
import type { Product } from '../../src/sdk/cli/product.ts'

const { program } = NAME

const EXAMPLES = `Examples:
  ${program} --domain acme --api-key-file ./key           sync the network acme to sync.c1z
  BATON_DOMAIN=acme BATON_API_KEY=… ${program} -f a.c1z   the same from the environment, to another file
  ${program} validate                                     try endpoint and key without syncing
  ${program} --sync-resources bid:r:group/R3JvdXA6MQ==    sync one group
  ${program} --output json | jq .counts                   the summary for a program
  ${program} grant Engineering ada@acme.example           make a user a member of a group
  ${program} --interval 1h --health-check                 sync every hour, watched over HTTP
  ${program} --client-id … --client-secret-file ./secret  work for a governance platform
  ${program} status                                       say what such a program does
  source <(${program} completion bash)                    complete commands and flags in this shell

Settings come from the flag, else the variable (--api-key is BATON_API_KEY, --config is
BATON_CONFIG_PATH), else the config file, else the default. All of them: docs/flags.md.
Exit codes: 0 done, 1 stopped, 3 wrong settings, 4 timeout, 5 not found, 7 no permission,
9 must not be done, 14 unavailable, 16 wrong key; the rest in docs/errors.md.`

/** This program: the Twingate connector with its own commands. Its parts are loaded when a run needs them. */
export const product: Product = {
  ...NAME,
  description:
    'Writes who has access to what in a Twingate network to a c1z snapshot that the Baton tools read, and gives and takes access.',
  examples: EXAMPLES,
  fields: TWINGATE_FIELDS,
  connection: CONNECTION,
  readsAMinute: PUBLISHED_READS.requests,
  tenants: { network: 'domain', key: 'api-key', url: 'base-url' },
  groups: OWN_GROUPS,
  rules: TWINGATE_RULES,
  families: {
    ...FAMILIES,
    scim: 'keep users and groups of a SCIM server, such as Twingate, in step with where people are managed',
  },
  describe: async () => (await import('../../src/connector/describe.ts')).describeTwingate(),
  async open(config, ambient, io, observers) {
    const { openTwingate } = await import('../../src/connector/open-twingate.ts')
    // The fields above declare what this type says; the core knows its own part of it only.
    const { connector, client, endpoint } = await openTwingate(config as Config, ambient, io, observers)
    return { connector, traffic: () => client.traffic(), place: endpoint }
  },
  changes: {
    shapes: CHANGE_COMMANDS,
    run: async (ambient) => (await import('../../src/commands/run-change.ts')).createChangeCommand(ambient),
  },
  commands: [...READER_COMMANDS, explorerCommand, ...SCIM_COMMANDS, expandCommand],
}
