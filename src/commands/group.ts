import { CHANGE, type ChangeCommand, examples, GROUP } from './change-command.ts'

/** The commands of groups, in the order of the help. */
export const GROUP_COMMANDS: readonly ChangeCommand[] = [
  {
    name: 'group create',
    summary: 'create a group',
    ...CHANGE,
    arguments: [{ name: 'name' }],
    examples: examples('group create Engineering'),
    load: async () => (await import('./run-group-create.ts')).groupCreateCommand,
  },
  {
    name: 'group rename',
    summary: 'give a group another name',
    ...CHANGE,
    arguments: [GROUP, { name: 'name' }],
    examples: examples('group rename Engineering "Product engineering"'),
    load: async () => (await import('./run-group-rename.ts')).groupRenameCommand,
  },
  {
    name: 'group delete',
    summary: 'delete a group',
    ...CHANGE,
    arguments: [GROUP],
    examples: examples('group delete Engineering --dry-run'),
    load: async () => (await import('./run-delete.ts')).deleteCommand('group'),
  },
]
