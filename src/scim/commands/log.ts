import { defineCommand } from '../../sdk/cli/command.ts'
import { parseDuration } from '../../sdk/text/duration.ts'
import { STATE_FIELDS } from './state-file.ts'

const sources = ['flag'] as const

export const logCommand = defineCommand({
  name: 'scim log',
  summary: 'show what was done with each object, why, and what changed',
  fields: [
    ...STATE_FIELDS,
    { name: 'failed', kind: 'bool', displayName: 'Failed', description: 'Only objects that failed', sources },
    {
      name: 'since',
      kind: 'string',
      displayName: 'Since',
      description: 'Only records since then: a duration such as 24h, or a time such as 2026-11-30T08:00:00Z',
      sources,
      check: (text) =>
        parseDuration(text) === undefined && Number.isNaN(Date.parse(text))
          ? 'must be a duration such as 24h or a time such as 2026-11-30T08:00:00Z'
          : undefined,
    },
    {
      name: 'follow',
      kind: 'bool',
      displayName: 'Follow',
      description: 'Go on with new records until stopped',
      sources,
    },
    { name: 'steps', kind: 'bool', displayName: 'Steps', description: 'Show the steps of each object', sources },
  ],
  examples: 'With --output json each record is one line. Records are kept for 30 days.',
  async run(call) {
    const { runLog } = await import('./run-log.ts')
    const { failed, since, follow, steps } = call.config
    return runLog(call, call.config, { failed, since, follow, steps })
  },
})
