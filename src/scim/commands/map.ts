import { defineCommand } from '../../sdk/cli/command.ts'
import { SCIM_FIELDS } from '../config/fields.ts'

export const mapCommand = defineCommand({
  name: 'scim map',
  summary: 'show how attributes are mapped, or the way of each value of one person',
  fields: [
    ...SCIM_FIELDS,
    {
      name: 'explain',
      kind: 'string',
      displayName: 'Explain',
      description: 'User whose values to explain, by id, user name or e-mail',
      sources: ['flag'],
    },
    {
      name: 'explain-group',
      kind: 'string',
      displayName: 'Explain group',
      description: 'Group whose values to explain, by id or name',
      sources: ['flag'],
    },
  ],
  examples: `Reads the source alone; the target is not asked and no token is needed.`,
  async run(call) {
    const { runMap } = await import('./run-map.ts')
    return runMap(call, call.config)
  },
})
