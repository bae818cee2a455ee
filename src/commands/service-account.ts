import { TYPE_IDS } from '../twingate/type-ids.ts'
import { byId } from './by-id.ts'
import { CHANGE, type ChangeCommand, text } from './change-command.ts'

const WHERE = [
  { ...text('out', 'New file for the secret; - is standard output'), path: 'file' as const },
  text('to', 'Command that gets the secret on standard input'),
  text('expires-in', 'How long it is valid: 90d, at most 365d; never'),
]

const KEY_ID = 'U2VydmljZUFjY291bnRLZXk6NjE='

/** The commands of service accounts, in the order of the help. */
export const SERVICE_ACCOUNT_COMMANDS: readonly ChangeCommand[] = [
  {
    name: 'service-account key create',
    summary: 'create a key of a service account and hand over its secret',
    ...CHANGE,
    arguments: [{ name: 'account', names: [TYPE_IDS.serviceAccount] }],
    flags: [...WHERE, text('name', 'Name of the key; the time unless given')],
    keepsStdout: (flags) => flags.get('out') === '-',
    examples: `Examples:
  baton-twingate service-account key create Pipeline --out key.json
  baton-twingate service-account key create Pipeline --to "pass insert -m ci"`,
    load: async () => (await import('./run-key-create.ts')).keyCreateCommand,
  },
  {
    name: 'service-account key rotate',
    summary: 'put a new key in the place of one, hand over its secret, and revoke the old one',
    ...CHANGE,
    arguments: [{ name: 'id' }],
    flags: WHERE,
    keepsStdout: (flags) => flags.get('out') === '-',
    examples: `Examples:\n  baton-twingate service-account key rotate ${KEY_ID} --out k`,
    load: async () => (await import('./run-key-rotate.ts')).keyRotateCommand,
  },
  byId({
    ...{ family: 'service-account key', verb: 'revoke', id: KEY_ID },
    ...{ summary: 'end a key of a service account for good', outcomes: ['revoked', 'already-revoked'] },
  }),
]
