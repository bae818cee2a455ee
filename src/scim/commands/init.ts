import { defineCommand } from '../../sdk/cli/command.ts'
import { DEFAULT_CONFIG, SCIM_FIELDS } from '../config/fields.ts'

export const initCommand = defineCommand({
  name: 'scim init',
  summary: `write a ${DEFAULT_CONFIG} after trying both ends`,
  fields: SCIM_FIELDS,
  examples: `Asks on a terminal for what the flags do not say. Both ends are read, neither is changed; a file that is there is never overwritten.`,
  async run(call) {
    const { runInit } = await import('./run-init.ts')
    return runInit(call, call.config)
  },
})
