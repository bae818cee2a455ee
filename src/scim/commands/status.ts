import { defineCommand } from '../../sdk/cli/command.ts'
import { STATE_FIELDS } from './state-file.ts'

export const statusCommand = defineCommand({
  name: 'scim status',
  summary: 'show where the cycle is, the last cycles, and what is in quarantine and why',
  fields: STATE_FIELDS,
  examples: 'Exit codes: 0, 5 where there is no state, 10 in quarantine.',
  async run(call) {
    const { runStatus } = await import('./run-status.ts')
    return runStatus(call, call.config)
  },
})
