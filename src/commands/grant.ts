import type { CommandShape } from '../sdk/cli/command-shape.ts'
import type { StringField } from '../sdk/settings/field.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { CHANGE, type ChangeCommand, examples, FROM, GROUP, text } from './change-command.ts'

/** Conditions of the access to a resource. */
const TERMS = [
  text('until', 'End of the access: a date, or a time with its zone'),
  text('for', 'How long it lasts from now: 8h, 90m, 14d'),
  text('auto-lock', 'Time without use that locks it: 14d'),
  text('policy', 'Its security policy'),
]

/** `GROUP USER…`, or `GROUP… --from FILE` for everybody in a file. */
const MEMBERS: Pick<CommandShape, 'arguments' | 'withFlag'> & { readonly flags: readonly StringField[] } = {
  arguments: [
    { name: 'target', names: [TYPE_IDS.group, TYPE_IDS.networkResource] },
    { name: 'principal', names: [TYPE_IDS.user, TYPE_IDS.group, TYPE_IDS.serviceAccount], many: true },
  ],
  withFlag: { flag: 'from', arguments: [{ ...GROUP, many: true }] },
  flags: [{ ...FROM, description: 'Csv file of users with a column email; - is standard input' }],
}

/** Without the words on references: its flags take the room of one screen. */
const GRANT_EXAMPLES = `Examples:
  baton-twingate grant Engineering ada@acme.example grace@acme.example
  baton-twingate grant "Production database" On-call --for 8h --dry-run`

export const grantCommand: ChangeCommand = {
  name: 'grant',
  summary: 'make users members of a group, let groups reach a resource',
  ...CHANGE,
  ...MEMBERS,
  flags: [...MEMBERS.flags, ...TERMS],
  examples: GRANT_EXAMPLES,
  load: async () => (await import('./run-membership.ts')).membershipCommand('grant'),
}

export const revokeCommand: ChangeCommand = {
  name: 'revoke',
  summary: 'end memberships in a group, or the access of groups to a resource',
  ...CHANGE,
  ...MEMBERS,
  examples: examples('revoke Engineering ada@acme.example', 'revoke "Production database" On-call'),
  load: async () => (await import('./run-membership.ts')).membershipCommand('revoke'),
}
