import { defineCommand } from '../../sdk/cli/command.ts'
import { HEADING, READER_FIELDS, ROW_FIELDS } from './fields.ts'

const [FILE, SYNC] = READER_FIELDS

/** Forms that a snapshot can be exported to. */
export const EXPORTED = ['csv', 'ndjson'] as const

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'write who has access to what, a row for each person and grant',
  heading: HEADING,
  arguments: [{ name: 'form', allowed: EXPORTED }],
  fields: [
    FILE,
    SYNC,
    {
      name: 'out',
      kind: 'string',
      displayName: 'Output file',
      description: 'File to write, replaced as a whole (default standard output)',
      path: 'file',
      sources: ['flag'],
    },
    ...ROW_FIELDS,
  ],
  examples: `Examples:
  baton-twingate export csv --out access.csv
  baton-twingate export ndjson -f 'snapshots/*.c1z' | jq .path
People come first, also those who hold nothing, then groups and all others who hold something. Access through groups is
among the rows, see how and path. What a spreadsheet would take for a formula has an apostrophe before it.`,
  async run(call) {
    const { runExport } = await import('./run-export.ts')
    return runExport(call, call.config, call.words[0] === 'ndjson' ? 'ndjson' : 'csv')
  },
})
