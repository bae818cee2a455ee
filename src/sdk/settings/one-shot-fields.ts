import type { Field } from './field.ts'

const JSON_OBJECT = 'must be a JSON object, for example {"name": "value"}'

/** The members of a JSON object; `undefined` for any other text. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    // Why it is no JSON would quote the text; the form that is wanted helps more.
    return undefined
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isJsonObject = (text: string): string | undefined => (parseJsonObject(text) ? undefined : JSON_OBJECT)

const isTime = (text: string): string | undefined =>
  /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text))
    ? undefined
    : 'must be a time such as 2026-01-31T08:00:00Z'

const describedBy = <const Name extends string>(name: Name, displayName: string, description: string) =>
  ({ name, displayName, description, kind: 'string', hidden: true, sources: ['flag'] }) as const

/**
 * One change a run, in the words of Go connectors; for people there are subcommands. Each enables provisioning by itself.
 * They are read from the command line only: a variable left in a shared environment must not turn a sync into a change.
 *
 * Source: baton-sdk `pkg/field/defaults.go`.
 */
export const ONE_SHOT_FIELDS = [
  describedBy('grant-entitlement', 'Grant', 'Give this entitlement, as <type>:<id>:<slug>, to --grant-principal'),
  describedBy('grant-principal', 'Principal', 'Id of the resource that is given the entitlement'),
  {
    ...describedBy('grant-principal-type', 'Principal type', 'Resource type of --grant-principal'),
    default: 'user',
  },
  describedBy('revoke-grant', 'Revoke', 'Take away this grant, as <entitlement>:<principal type>:<principal id>'),
  describedBy('create-account-email', 'Account e-mail', 'Create an account with this address'),
  describedBy('create-account-login', 'Account login', 'The same as --create-account-email; there is no other login'),
  {
    ...describedBy(
      'create-account-profile',
      'Account profile',
      'JSON object with email, login, first_name, last_name and role',
    ),
    check: isJsonObject,
  },
  {
    ...describedBy('create-account-resource-type', 'Account type', 'Resource type of the account'),
    allowed: ['user'],
  },
  describedBy('create-resource', 'Create', 'Create a resource of this name'),
  {
    ...describedBy('create-resource-type', 'Type to create', 'Resource type of --create-resource'),
    allowed: ['group'],
  },
  describedBy('delete-resource', 'Delete', 'Delete the resource with this id'),
  {
    ...describedBy('delete-resource-type', 'Type to delete', 'Resource type of --delete-resource'),
    allowed: ['user', 'group', 'service-account-key'],
  },
  describedBy('invoke-action', 'Action', 'Carry out this action, see --list-action-schemas'),
  {
    ...describedBy('invoke-action-args', 'Arguments', 'Arguments of --invoke-action, as a JSON object'),
    check: isJsonObject,
    default: '{}',
  },
  {
    name: 'list-action-schemas',
    kind: 'bool',
    displayName: 'List actions',
    description: 'Print the actions there are with their arguments, as JSON',
    hidden: true,
  },
  {
    name: 'event-feed',
    kind: 'bool',
    displayName: 'Event feed',
    description: 'Print the events of a feed as JSON lines, and the cursor to go on with',
    hidden: true,
    sources: ['flag'],
  },
  describedBy('event-feed-id', 'Feed', 'Id of the feed, where there is more than one'),
  {
    ...describedBy('event-feed-start-at', 'Events from', 'Time of the first event, RFC 3339; a day ago unless given'),
    check: isTime,
  },
  describedBy('event-feed-cursor', 'Cursor', 'Go on behind this place, which an earlier run printed'),
  {
    name: 'list-ticket-schemas',
    kind: 'bool',
    displayName: 'List ticket schemas',
    description: 'Print the kinds of tickets and the states they have, as JSON',
    hidden: true,
    sources: ['flag'],
  },
  {
    name: 'get-ticket',
    kind: 'bool',
    displayName: 'Get ticket',
    description: 'Print the ticket --ticket-id, as JSON',
    hidden: true,
    sources: ['flag'],
  },
  describedBy('ticket-id', 'Ticket', 'Id of the ticket, that of a request for access'),
  {
    name: 'provisioning',
    kind: 'bool',
    shorthand: 'p',
    displayName: 'Provisioning',
    description: 'Allow changes in service mode; commands and flags that make one change do not need this',
  },
] as const satisfies readonly Field[]
