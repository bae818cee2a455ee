import { defineCommand } from '../command.ts'
import { DEFAULT_FILE, SDK_FIELDS } from '../../settings/fields.ts'

const shared = SDK_FIELDS.filter(({ name }) => name === 'c1z-temp-dir' || name === 'decoder-max-decoded-size-mb')

export const expandCommand = defineCommand({
  name: 'expand',
  summary: 'add the grants that people hold through groups to a snapshot',
  heading: 'Work with a snapshot',
  fields: [
    {
      name: 'file',
      kind: 'string',
      shorthand: 'f',
      displayName: 'Snapshot file',
      description: 'Snapshot to expand, of any Baton connector (v1)',
      path: 'file',
      default: DEFAULT_FILE,
      sources: ['flag'],
    },
    {
      name: 'out',
      kind: 'string',
      displayName: 'Expanded snapshot',
      description: 'Where the expanded snapshot goes; it may be the same file',
      path: 'file',
      required: true,
      sources: ['flag'],
    },
    ...shared,
  ],
  examples: `Needs no key and no network. The last finished full sync of the file is expanded, as the official engine does it; others are taken over.
A file that is expanded already stays as it is. Groups that are members of each other are reported; they pass no members on to each other.
  baton-twingate expand -f sync.c1z --out expanded.c1z`,
  async run(call) {
    const { runExpand } = await import('./run-expand.ts')
    return runExpand(call, call.config)
  },
})
