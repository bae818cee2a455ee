import { defineCommand } from '../../sdk/cli/command.ts'
import { HEADING, JEWELS, READER_FIELDS } from './fields.ts'

const [FILE, SYNC] = READER_FIELDS
const sources = ['flag'] as const

export const reportCommand = defineCommand({
  name: 'report',
  summary: 'write the access review that a person decides and signs, as one HTML page or CSV',
  heading: HEADING,
  fields: [
    FILE,
    SYNC,
    {
      name: 'html',
      kind: 'string',
      displayName: 'HTML file',
      description: 'Page to write; it works offline (default access-review.html, unless --csv is given)',
      path: 'file',
      sources,
    },
    {
      name: 'csv',
      kind: 'string',
      displayName: 'CSV folder',
      description: 'Folder for access-review.csv and charts.csv, which say the same',
      path: 'file',
      sources,
    },
    JEWELS,
  ],
  examples: `Examples:
  baton-twingate report
  baton-twingate report --html review.html --csv review/ -f sync.c1z
  baton-twingate report --tag tier=0
Open the page, decide keep or revoke with a note, and export the decisions. Then, with the key of the network:
  baton-twingate apply --from decisions.csv --dry-run`,
  async run(call) {
    const { runReport } = await import('./run-report.ts')
    return runReport(call, call.config)
  },
})
