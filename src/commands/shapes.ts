import { TYPE_IDS } from '../twingate/type-ids.ts'
import type { StringField } from '../sdk/settings/field.ts'
import { COMMON_SETTINGS, SCIM_SETTINGS } from '../connector/help.ts'
import { CHANGE_SETTINGS } from '../sdk/cli/help-groups.ts'
import type { ArgumentShape, CommandShape } from '../sdk/cli/command-shape.ts'

const text = (name: string, description: string): StringField => ({
  name,
  kind: 'string',
  displayName: description,
  description,
  sources: ['flag'],
})

const NAMES = [text('first-name', 'First name'), text('last-name', 'Last name')]
const GROUP: ArgumentShape = { name: 'group', names: [TYPE_IDS.group] }
const USER: ArgumentShape = { name: 'user', names: [TYPE_IDS.user] }

/** The same flag in every command that has it. */
const FROM: StringField = { ...text('from', 'File to read; - is standard input'), path: 'file' }

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

const REFERENCES = `A group, resource or user is given by its id, its BID (bid:r:user/…), its exact
name or an e-mail address. What is so already is a success: run it again safely.`

const examples = (...lines: readonly string[]): string =>
  ['Examples:', ...lines.map((line) => `  baton-twingate ${line}`), '', REFERENCES].join('\n')

/** Without the words on references: its flags take the room of one screen. */
const GRANT_EXAMPLES = `Examples:
  baton-twingate grant Engineering ada@acme.example grace@acme.example
  baton-twingate grant "Production database" On-call --for 8h --dry-run`

const APPLY_EXAMPLES = `The first line of a csv file names its columns, in any order:
  operation,target,user
  grant,Engineering,ada@acme.example
  role,DEVOPS,"O'Brien, Conan"
Target and user: a group and a user, or a resource and who reaches it
(until, for, auto_lock, policy may follow); of role a role. Also as ndjson.

  hr-export | baton-twingate apply - --dry-run`

/** What all of them have in common. */
const CHANGE = {
  heading: 'Give and take access',
  settings: CHANGE_SETTINGS,
  common: ['file', 'c1z-temp-dir', ...COMMON_SETTINGS],
} as const

const ACCOUNT = { ...CHANGE, common: [...SCIM_SETTINGS, ...CHANGE.common] } as const

const account = (name: string, summary: string, line: string): CommandShape => ({
  name: `account ${name}`,
  summary,
  ...ACCOUNT,
  arguments: [USER],
  examples: examples(line),
})

const byId = (family: string, verb: string, summary: string, id: string): CommandShape => ({
  name: `${family} ${verb}`,
  summary,
  ...CHANGE,
  arguments: [{ name: 'id' }],
  examples: `Examples:\n  baton-twingate ${family} ${verb} ${id}`,
})

const device = (verb: string, summary: string): CommandShape => byId('device', verb, summary, 'RGV2aWNlOjgx')
const request = (verb: string, summary: string): CommandShape =>
  byId('access-request', verb, summary, 'QWNjZXNzUmVxdWVzdDox')

/** The commands that change something at Twingate. All keep to `--dry-run`, `--update-file` and `--output`. */
export const CHANGE_COMMANDS: readonly CommandShape[] = [
  {
    name: 'grant',
    summary: 'make users members of a group, let groups reach a resource',
    ...CHANGE,
    ...MEMBERS,
    flags: [...MEMBERS.flags, ...TERMS],
    examples: GRANT_EXAMPLES,
  },
  {
    name: 'revoke',
    summary: 'end memberships in a group, or the access of groups to a resource',
    ...CHANGE,
    ...MEMBERS,
    examples: examples('revoke Engineering ada@acme.example', 'revoke "Production database" On-call'),
  },
  {
    name: 'role',
    summary: 'give a user a role',
    ...CHANGE,
    arguments: [USER, { name: 'role', names: [TYPE_IDS.role] }],
    examples: examples('role ada@acme.example DEVOPS', 'role ada@acme.example MEMBER --dry-run'),
  },
  {
    name: 'apply',
    summary: 'carry out a file of grants, revokes and roles',
    ...CHANGE,
    arguments: [{ name: 'file', file: true }],
    withFlag: { flag: 'from', arguments: [] },
    flags: [{ ...FROM, description: 'File of changes, csv or ndjson; - is standard input' }],
    examples: APPLY_EXAMPLES,
  },
  {
    name: 'account create',
    summary: 'invite a user',
    ...ACCOUNT,
    arguments: [{ name: 'email' }],
    flags: [...NAMES, text('role', 'Role; Member unless given')],
    examples: examples('account create ada@acme.example --first-name Ada --role DEVOPS'),
  },
  account('enable', 'let a disabled user in again', 'account enable ada@acme.example'),
  account('disable', 'keep a user out without deleting the account', 'account disable ada@acme.example'),
  {
    ...account('update', 'change the name of a user', 'account update ada@acme.example --last-name Okafor-Berg'),
    flags: NAMES,
  },
  account('reset-mfa', 'let a user set up multi-factor authentication anew', 'account reset-mfa ada@acme.example'),
  account('delete', 'delete a user', 'account delete ada@acme.example --dry-run'),
  {
    name: 'offboard',
    summary: 'end everything a person holds',
    ...CHANGE,
    arguments: [USER],
    flags: [{ ...text('report', 'File for what the person held and what became of it, as JSON'), path: 'file' }],
    examples: examples('offboard ada@acme.example --dry-run', 'offboard ada@acme.example --report ada.json'),
  },
  device('trust', 'mark a device as trusted'),
  device('untrust', 'take the mark of trust off a device'),
  device('block', 'cut a device off at once'),
  device('unblock', 'let a blocked device in again'),
  device('archive', 'take a device out of use'),
  {
    name: 'access-request list',
    summary: 'list the requests for access that wait for a decision',
    ...CHANGE,
    examples: 'Examples:\n  baton-twingate access-request list --output json',
  },
  request('approve', 'give the access that a user asks for'),
  request('reject', 'refuse the access that a user asks for'),
  {
    name: 'group create',
    summary: 'create a group',
    ...CHANGE,
    arguments: [{ name: 'name' }],
    examples: examples('group create Engineering'),
  },
  {
    name: 'group rename',
    summary: 'give a group another name',
    ...CHANGE,
    arguments: [GROUP, { name: 'name' }],
    examples: examples('group rename Engineering "Product engineering"'),
  },
  {
    name: 'group delete',
    summary: 'delete a group',
    ...CHANGE,
    arguments: [GROUP],
    examples: examples('group delete Engineering --dry-run'),
  },
]

export const FAMILIES: Readonly<Record<string, string>> = {
  account: 'create, change and delete users',
  device: 'trust, block and archive devices',
  'access-request': 'list requests for access, and decide on them',
  group: 'create, rename and delete groups',
}

export const isChangeCommand = (name: string | undefined): boolean =>
  CHANGE_COMMANDS.some((shape) => shape.name === name)
