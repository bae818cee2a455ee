import { CHANGE, type ChangeCommand, FROM } from './change-command.ts'

const APPLY_EXAMPLES = `The first line of a csv file names its columns, in any order:
  operation,target,user
  grant,Engineering,ada@acme.example
  role,DEVOPS,"O'Brien, Conan"
Target and user: a group and a user, or a resource and who reaches it
(until, for, auto_lock, policy may follow); of role a role. Also as ndjson.

  hr-export | baton-twingate apply - --dry-run`

export const applyCommand: ChangeCommand = {
  name: 'apply',
  summary: 'carry out a file of grants, revokes and roles',
  ...CHANGE,
  arguments: [{ name: 'file', file: true }],
  withFlag: { flag: 'from', arguments: [] },
  flags: [{ ...FROM, description: 'File of changes, csv or ndjson; - is standard input' }],
  examples: APPLY_EXAMPLES,
  load: async () => (await import('./run-apply.ts')).applyCommand,
}
