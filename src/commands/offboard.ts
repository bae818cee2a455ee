import { CHANGE, type ChangeCommand, examples, text, USER } from './change-command.ts'

export const offboardCommand: ChangeCommand = {
  name: 'offboard',
  summary: 'end everything a person holds',
  ...CHANGE,
  arguments: [USER],
  flags: [{ ...text('report', 'File for what the person held and what became of it, as JSON'), path: 'file' }],
  examples: examples('offboard ada@acme.example --dry-run', 'offboard ada@acme.example --report ada.json'),
  load: async () => (await import('./run-offboard.ts')).offboardCommand,
}
