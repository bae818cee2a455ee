import { defineCommand } from '../../sdk/cli/command.ts'
import { durationBetween } from '../../sdk/text/duration.ts'
import { HEALTH_FIELDS } from '../../sdk/health/health-fields.ts'
import { EXPLORER_FIELDS } from '../../sdk/settings/explorer-fields.ts'
import { SCIM_FIELDS } from '../config/fields.ts'

const sources = ['flag'] as const

export const runCommand = defineCommand({
  name: 'scim run',
  summary: 'keep the target in step: a full cycle, then what changes, every 40 minutes',
  fields: [
    ...SCIM_FIELDS,
    { name: 'once', kind: 'bool', displayName: 'Once', description: 'Run the cycle that is due, and end', sources },
    {
      name: 'interval',
      kind: 'string',
      displayName: 'Interval',
      description: 'Time from the start of one cycle to the start of the next; else that of the configuration, 40m',
      check: durationBetween('1s', '168h'),
    },
    ...HEALTH_FIELDS,
    ...EXPLORER_FIELDS,
  ],
  examples: `SIGTERM ends it between two operations; the next start goes on. scim status, log, pause, resume, restart and allow-deletes work beside it.
Exit codes of --once: as scim apply.`,
  async run(call) {
    const { runEngine } = await import('./run-engine.ts')
    return runEngine(call, call.config)
  },
})
