import { TYPE_IDS } from '../twingate/type-ids.ts'
import { CHANGE, type ChangeCommand, examples, USER } from './change-command.ts'

export const roleCommand: ChangeCommand = {
  name: 'role',
  summary: 'give a user a role',
  ...CHANGE,
  arguments: [USER, { name: 'role', names: [TYPE_IDS.role] }],
  examples: examples('role ada@acme.example DEVOPS', 'role ada@acme.example MEMBER --dry-run'),
  load: async () => (await import('./run-role.ts')).roleCommand,
}
