import { defineCommand } from '../../sdk/cli/command.ts'
import { HEADING, INDEX, READER_FIELDS, ROW_FIELDS, TYPE } from './fields.ts'

export const whoCanCommand = defineCommand({
  name: 'who-can',
  summary: 'show who can reach a resource, people first',
  heading: HEADING,
  arguments: [{ name: 'name', names: ['group', 'role'] }],
  fields: [
    ...READER_FIELDS,
    {
      name: 'entitlement',
      kind: 'string',
      displayName: 'Entitlement',
      description: 'Only this entitlement of the resource, by its slug or id',
      sources: ['flag'],
    },
    ...ROW_FIELDS,
    TYPE,
    INDEX,
  ],
  examples: `Examples:
  baton-twingate who-can Engineering
  baton-twingate who-can 'Production database' --entitlement access --output csv
NAME is an exact name, an id or a BID of a group, a role or a resource. Groups are among the holders and marked as such.
Exit codes: 0, 3 where several have the name, 5 where nothing has it.`,
  async run(call) {
    const { runWhoCan } = await import('./run-who-can.ts')
    return runWhoCan(call, call.config, call.words[0] ?? '')
  },
})
