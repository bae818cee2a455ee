import type { Field } from './field.ts'

/** How changes are carried out, whoever asks for them: a subcommand or a flag of Go connectors. */
export const CHANGE_FIELDS = [
  {
    name: 'dry-run',
    kind: 'bool',
    displayName: 'Dry run',
    description: 'Say what a change would do and send nothing but reads',
    // A variable left behind in an environment would silently undo every change that is asked for.
    sources: ['flag'],
  },
  {
    name: 'update-file',
    kind: 'bool',
    displayName: 'Update the file',
    description: 'After a change, bring --file up to date, as a new full sync',
    sources: ['flag'],
  },
  {
    name: 'yes',
    kind: 'bool',
    shorthand: 'y',
    displayName: 'Yes',
    description: 'Do not ask before what cannot be taken back',
    sources: ['flag'],
  },
] as const satisfies readonly Field[]
