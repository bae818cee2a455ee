import { defineCommand } from '../../sdk/cli/command.ts'
import { HEADING, INDEX, READER_FIELDS, TYPE } from './fields.ts'

export const showCommand = defineCommand({
  name: 'show',
  summary: 'show everything about one user, group, role or resource',
  heading: HEADING,
  arguments: [{ name: 'name', names: ['user', 'group', 'role'] }],
  fields: [...READER_FIELDS, TYPE, INDEX],
  examples: `Examples:
  baton-twingate show ada@acme.example
  baton-twingate show Engineering --output json
NAME is an exact name, an address in any case, an id or a BID.
Exit codes: 0, 3 where several have the name, 5 where nothing has it.`,
  async run(call) {
    const { runShow } = await import('./run-show.ts')
    return runShow(call, call.config, call.words[0] ?? '')
  },
})
