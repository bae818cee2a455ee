import { defineCommand } from '../../sdk/cli/command.ts'
import { SCIM_FIELDS } from '../config/fields.ts'
import { YES } from './fields.ts'

export const driftCommand = defineCommand({
  name: 'scim drift',
  summary: 'report what the target holds that the source does not explain',
  fields: [
    ...SCIM_FIELDS,
    {
      name: 'repair',
      kind: 'bool',
      displayName: 'Repair',
      description: 'Plan what brings linked objects and groups back to what the source wants, show it and ask',
      sources: ['flag'],
    },
    YES,
  ],
  examples: `Local: nobody at the source is this. Unassigned: somebody at the source is, who is out of scope. Both are never changed.
With --repair, values and members that others changed are set back; local users leave the groups that the source manages.
Exit codes: 0 for no drift, 10 where there is some; with --repair as scim apply.`,
  async run(call) {
    if (call.config.repair) {
      const { runApply } = await import('./run-apply.ts')
      return runApply(call, call.config, { yes: call.config.yes, file: undefined, repair: true })
    }
    const { runDrift } = await import('./run-drift.ts')
    return runDrift(call, call.config)
  },
})
