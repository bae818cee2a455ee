import { defineCommand } from '../../sdk/cli/command.ts'
import { HEADING, READER_FIELDS, ROW_FIELDS } from './fields.ts'

export const lintCommand = defineCommand({
  name: 'lint',
  summary: 'find contradictions in a snapshot of any connector',
  heading: HEADING,
  fields: [...READER_FIELDS, ...ROW_FIELDS],
  examples: `Examples:
  baton-twingate lint
  baton-twingate lint -f 'snapshots/*.c1z' --output json
Finds grants, entitlements and resources that name what is not there, doubled grants and ids, empty and too long names,
cycles, damaged rows, statistics that are wrong, unfinished and hidden syncs. Sizes are on stderr.
Exit codes: 0 no contradictions, 10 some.`,
  async run(call) {
    const { runLint } = await import('./run-lint.ts')
    return runLint(call, call.config)
  },
})
