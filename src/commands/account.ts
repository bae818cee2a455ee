import { SCIM_SETTINGS } from '../connector/help.ts'
import { CHANGE, type ChangeCommand, examples, text, USER } from './change-command.ts'
import type { ChangeRunner } from './context.ts'

const NAMES = [text('first-name', 'First name'), text('last-name', 'Last name')]

const ACCOUNT = { ...CHANGE, common: [...SCIM_SETTINGS, ...CHANGE.common] } as const

const account = (name: string, summary: string, line: string, load: () => Promise<ChangeRunner>): ChangeCommand => ({
  name: `account ${name}`,
  summary,
  ...ACCOUNT,
  arguments: [USER],
  examples: examples(line),
  load,
})

/** `harms` marks a command that takes something away from the user: for a wrong name, no other user is suggested. */
const invoking =
  (action: string, verb: string, done: string, settled: string, harms = false) =>
  async () =>
    (await import('./run-account-action.ts')).accountActionCommand({
      operation: `account ${verb}`,
      ...{ action, done, settled, harms },
    })

const createCommand: ChangeCommand = {
  name: 'account create',
  summary: 'invite a user',
  ...ACCOUNT,
  arguments: [{ name: 'email' }],
  flags: [...NAMES, text('role', 'Role; Member unless given')],
  examples: examples('account create ada@acme.example --first-name Ada --role DEVOPS'),
  load: async () => (await import('./run-account-create.ts')).accountCreateCommand,
}

/** The commands of accounts, in the order of the help. */
export const ACCOUNT_COMMANDS: readonly ChangeCommand[] = [
  createCommand,
  account(
    'enable',
    'let a disabled user in again',
    'account enable ada@acme.example',
    invoking('enable_user', 'enable', 'enabled', 'already-enabled'),
  ),
  account(
    'disable',
    'keep a user out without deleting the account',
    'account disable ada@acme.example',
    invoking('disable_user', 'disable', 'disabled', 'already-disabled', true),
  ),
  {
    ...account(
      'update',
      'change the name of a user',
      'account update ada@acme.example --last-name Okafor-Berg',
      invoking('update_user', 'update', 'updated', 'already-so'),
    ),
    flags: NAMES,
  },
  account(
    'reset-mfa',
    'let a user set up multi-factor authentication anew',
    'account reset-mfa ada@acme.example',
    invoking('reset_mfa', 'reset-mfa', 'reset', 'already-reset', true),
  ),
  account('delete', 'delete a user', 'account delete ada@acme.example --dry-run', async () =>
    (await import('./run-delete.ts')).deleteCommand('user'),
  ),
]
