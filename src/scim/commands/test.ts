import { defineCommand } from '../../sdk/cli/command.ts'
import { SCIM_FIELDS } from '../config/fields.ts'

export const testCommand = defineCommand({
  name: 'scim test',
  summary: 'try both ends with reads alone, and remember what the target can do',
  fields: SCIM_FIELDS,
  examples:
    'Exit codes: 0 where both ends answer; otherwise that of the first failure. Both ends are tried in any case.',
  async run(call) {
    const { runTest } = await import('./run-test.ts')
    return runTest(call, call.config)
  },
})
