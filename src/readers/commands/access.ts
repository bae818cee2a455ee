import { defineCommand } from '../../sdk/cli/command.ts'
import { HEADING, INDEX, READER_FIELDS, ROW_FIELDS, TAG, TYPE } from './fields.ts'

export const accessCommand = defineCommand({
  name: 'access',
  summary: 'show what a person can reach, and by which path',
  heading: HEADING,
  arguments: [{ name: 'user', names: ['user'] }],
  fields: [
    ...READER_FIELDS,
    ...ROW_FIELDS,
    TYPE,
    { ...TAG, description: 'Only access to what has this tag: key=value, or the key alone' },
    INDEX,
  ],
  examples: `Examples:
  baton-twingate access ada@acme.example
  baton-twingate access 'Ada Okafor' --where how=inherited
  baton-twingate access ada@acme.example --tag env=prod
USER is an address in any case, an exact name, an id or a BID; a group or a service account will do as well.
Exit codes: 0, 3 where several have the name, 5 where nobody has it.`,
  async run(call) {
    const { runAccess } = await import('./run-access.ts')
    return runAccess(call, call.config, call.words[0] ?? '')
  },
})
