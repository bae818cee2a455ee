import { defineCommand } from '../../sdk/cli/command.ts'
import { HEADING, READER_FIELDS, ROW_FIELDS, TAG, TYPE } from './fields.ts'
import { LISTED } from './listed.ts'

export const listCommand = defineCommand({
  name: 'list',
  summary: 'list what a snapshot holds',
  heading: HEADING,
  arguments: [{ name: 'what', allowed: LISTED, otherwise: 'for another type of resource, list resources --type TYPE' }],
  fields: [...READER_FIELDS, ...ROW_FIELDS, TAG, { ...TYPE, description: 'Only resources of this type' }],
  examples: `Examples:
  baton-twingate list users --where status=disabled
  baton-twingate list groups --sort=-members --limit 10
  baton-twingate list resources --tag env=prod -f other.c1z
  baton-twingate list grants --output csv > grants.csv
Users, groups and roles are what the file's types say they are; resources are all of them.`,
  async run(call) {
    const { runList } = await import('./run-list.ts')
    const [what] = call.words
    return runList(call, call.config, LISTED.find((word) => word === what) ?? 'users')
  },
})
