import { defineCommand } from '../../sdk/cli/command.ts'
import { SCIM_FIELDS } from '../config/fields.ts'

export const onDemandCommand = defineCommand({
  name: 'scim on-demand',
  summary: 'provision one user, or one group with up to five members, and show each step',
  arguments: [{ name: 'object' }, { name: 'user', many: true, optional: true }],
  fields: [
    ...SCIM_FIELDS,
    {
      name: 'kind',
      kind: 'string',
      displayName: 'Kind',
      description: 'What the object is, where a user and a group have the same name',
      allowed: ['user', 'group'],
      sources: ['flag'],
    },
    {
      name: 'dry-run',
      kind: 'bool',
      displayName: 'Dry run',
      description: 'Show the steps and change nothing',
      sources: ['flag'],
    },
  ],
  examples: `Objects are named by their id at the source, their userName, e-mail address or display name.
A group with users: they are provisioned before, and only their memberships are changed. A group alone: all its memberships of users who are provisioned.
Exit codes: 0 for a success or an object that is left out for the reason shown, 10 for a failure, 5 where the source has no such object.`,
  async run(call) {
    const { runOnDemand } = await import('./run-on-demand.ts')
    const { kind, 'dry-run': dryRun } = call.config
    return runOnDemand(call, call.config, { kind, dryRun })
  },
})
