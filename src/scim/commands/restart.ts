import { defineCommand } from '../../sdk/cli/command.ts'
import { STATE_FIELDS } from './state-file.ts'

/** What a restart can forget, in the words of the command line. */
export const RESETS = ['watermark', 'escrows', 'quarantine', 'links'] as const

export const restartCommand = defineCommand({
  name: 'scim restart',
  summary: 'start a full cycle now, and forget what blocks it',
  fields: [
    ...STATE_FIELDS,
    {
      name: 'reset',
      kind: 'string-list',
      displayName: 'Reset',
      description: `What to forget: ${RESETS.join(', ')}; the first three unless given`,
      sources: ['flag'],
      check: (item) => (RESETS.some((name) => name === item) ? undefined : `must be of ${RESETS.join(', ')}`),
    },
  ],
  examples: `watermark: read both ends in full. escrows: try failed objects at once. quarantine: cycles at their usual interval again.
links: forget which object is whose, and match anew by the matching attributes. Nothing is changed at the target by this command.`,
  async run(call) {
    const { restart } = await import('./leave-a-word.ts')
    return restart(call, call.config, call.config.reset)
  },
})
