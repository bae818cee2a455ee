import { defineCommand } from '../../sdk/cli/command.ts'
import { HEADING, READER_FIELDS } from './fields.ts'

const [FILE] = READER_FIELDS
const sources = ['flag'] as const

export const sanitizeCommand = defineCommand({
  name: 'sanitize',
  summary: 'write a copy with pseudonyms, which can be shared with support',
  heading: HEADING,
  fields: [
    FILE,
    {
      name: 'out',
      kind: 'string',
      displayName: 'Output file',
      description: 'File to write, replaced as a whole',
      default: 'sanitized.c1z',
      path: 'file',
      sources,
    },
    {
      name: 'key-file',
      kind: 'string',
      displayName: 'Key file',
      description: 'File of the key that pseudonyms follow from; made where there is none',
      default: 'sanitize.key',
      path: 'file',
      sources,
    },
  ],
  examples: `Examples:
  baton-twingate sanitize -f sync.c1z --out for-support.c1z
Names, addresses, ids, values of profiles, descriptions and annotations become pseudonyms: with one key always the same
ones. Kept are types, the usual slugs, states, who holds what by which path, and when syncs ran. Keep the key: whoever
has it can test guesses.`,
  async run(call) {
    const { runSanitize } = await import('./run-sanitize.ts')
    return runSanitize(call, call.config)
  },
})
