import { defineCommand } from '../../sdk/cli/command.ts'
import { EXPORTED } from './exported.ts'
import { HEADING, READER_FIELDS, ROW_FIELDS } from './fields.ts'

const [FILE, SYNC] = READER_FIELDS

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
      description:
        'File to write, replaced as a whole; of parquet the folder (default standard output where it is text)',
      path: 'file',
      sources: ['flag'],
    },
    {
      name: 'scope',
      kind: 'string',
      displayName: 'Scope',
      description: 'Of openfga: only what leads to this group or resource, or what this person holds',
      sources: ['flag'],
    },
    ...ROW_FIELDS,
  ],
  examples: `Examples:
  baton-twingate export csv --out access.csv
  baton-twingate export ndjson -f 'snapshots/*.c1z' | jq .path
  baton-twingate export xlsx --out access.xlsx
  baton-twingate export parquet -f 'snapshots/*.c1z' --out fleet
  baton-twingate export openfga --scope 'Production database' --out store.fga.yaml
  baton-twingate export bloodhound --out access.json
  baton-twingate export c1z --sync 37gS6Q7j2QUCNry6Ip4PIeZ9X6m --out one.c1z
People come first, also those who hold nothing, then groups and all others who hold something. Access through groups is
among the rows, see how and path. What a spreadsheet would take for a formula has an apostrophe before it.`,
  async run(call) {
    const { runExport } = await import('./run-export.ts')
    const [form] = call.words
    return runExport(call, call.config, EXPORTED.find((word) => word === form) ?? 'csv')
  },
})
