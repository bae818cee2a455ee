import { defineCommand } from '../../sdk/cli/command.ts'
import { isSince } from '../diff/since.ts'
import { HEADING, JEWELS, READER_FIELDS, ROW_FIELDS } from './fields.ts'

const [FILE, , OUTPUT] = READER_FIELDS
const sources = ['flag'] as const

export const diffCommand = defineCommand({
  name: 'diff',
  summary: 'show what changed between two snapshots or syncs',
  heading: HEADING,
  arguments: [
    { name: 'old', optional: true },
    { name: 'new', optional: true },
  ],
  fields: [
    FILE,
    {
      name: 'since',
      kind: 'string',
      displayName: 'Since',
      description:
        'Compare with the newest sync that is at least 7d, 12h or 2w old, or from before a day such as 2026-11-23',
      sources,
      check: (text) => (isSince(text) ? undefined : 'must be an age such as 7d or 12h, or a day such as 2026-11-23'),
    },
    {
      name: 'only',
      kind: 'string',
      displayName: 'Only',
      description: 'Only changes that touch administrators',
      allowed: ['admins'],
      sources,
    },
    {
      name: 'no-new-access',
      kind: 'bool',
      displayName: 'No new access',
      description: 'Only what lets somebody do more than before; exit code 0 if there is nothing',
      sources,
    },
    JEWELS,
    {
      name: 'format',
      kind: 'string',
      displayName: 'Format',
      description: 'Form of the text',
      allowed: ['text', 'markdown'],
      default: 'text',
      sources,
    },
    OUTPUT,
    ...ROW_FIELDS,
  ],
  examples: `Examples:
  baton-twingate diff old.c1z new.c1z
  baton-twingate diff                            the two syncs that ended last in sync.c1z
  baton-twingate diff --since 7d -f 'days/*.c1z'
  baton-twingate diff 37gS6Q7j2QUCNry6Ip4PIeZ9X6m 37gSB2hXWl9fV0tHcE3ZfYpGq1a
  baton-twingate diff old.c1z new.c1z --no-new-access --format markdown
OLD and NEW are files, or ids of syncs in the file of -f, see list syncs.
Exit codes: 0 the same, 10 something differs, 5 an unknown file or sync.`,
  async run(call) {
    const { runDiff } = await import('./run-diff.ts')
    return runDiff(call, call.config, call.words)
  },
})
