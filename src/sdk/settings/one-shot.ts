import { newAccountOf } from '../provision/new-account.ts'
import type { NewAccount } from '../contract/provisioner.ts'
import type { ConfigOf } from './field.ts'
import { type ONE_SHOT_FIELDS, parseJsonObject } from './one-shot-fields.ts'
import { programName } from '../ground/program-name.ts'
import type { Problem } from './problem.ts'
import type { Rule } from './resolve-config.ts'

/** What a flag of Go connectors asks for instead of a sync. */
export type OneShot =
  | { readonly kind: 'grant'; readonly entitlement: string; readonly principal: string; readonly principalType: string }
  | { readonly kind: 'revoke'; readonly grant: string }
  | { readonly kind: 'create-account'; readonly facts: NewAccount }
  | { readonly kind: 'create-resource'; readonly type: string; readonly name: string }
  | { readonly kind: 'delete-resource'; readonly type: string; readonly id: string }
  | { readonly kind: 'invoke-action'; readonly name: string; readonly args: Readonly<Record<string, unknown>> }
  | { readonly kind: 'list-actions' }
  /** Without a start it is a day ago, where there is no cursor. */
  | { readonly kind: 'event-feed'; readonly feed?: string; readonly startAt?: Date; readonly cursor?: string }
  | { readonly kind: 'list-ticket-schemas' }
  | { readonly kind: 'get-ticket'; readonly id: string }

/** One operation a row, with the flags that belong to it. Any flag of a row asks for its operation. Source: connector-cli-and-sync.md, one-shot modes. */
const OPERATIONS = [
  ['grant-entitlement', 'grant-principal'],
  ['revoke-grant'],
  ['create-account-email', 'create-account-login', 'create-account-profile'],
  ['create-resource', 'create-resource-type'],
  ['delete-resource', 'delete-resource-type'],
  ['invoke-action'],
  ['list-action-schemas'],
  ['event-feed'],
  ['list-ticket-schemas'],
  ['get-ticket', 'ticket-id'],
] as const

/** Of these the ones that only read. */
const READS: ReadonlySet<string> = new Set(['list-action-schemas', 'event-feed', 'list-ticket-schemas', 'get-ticket'])

/** Rows of which every flag is needed. */
const TOGETHER = [OPERATIONS[0], OPERATIONS[3], OPERATIONS[4], OPERATIONS[9]]

/** Flags that mean something beside another only. */
const BELONGS_TO = [
  ['grant-principal-type', 'grant-entitlement'],
  ['create-account-resource-type', 'create-account-email'],
  ['invoke-action-args', 'invoke-action'],
  ['event-feed-id', 'event-feed'],
  ['event-feed-start-at', 'event-feed'],
  ['event-feed-cursor', 'event-feed'],
] as const

const subject = (name: string): string => `--${name}`

/** Conditions between the flags. `command` is the subcommand, which is an operation by itself. */
export const oneShotRules = (command: string | undefined, changes: boolean): readonly Rule[] => [
  (values) => {
    const isSet = (name: string): boolean => values.has(name) && values.get(name) !== false
    const asked = OPERATIONS.flatMap((names) => names.find(isSet) ?? [])
    const [first] = asked
    const problems: Problem[] = []
    for (const names of TOGETHER)
      if (names.some(isSet))
        for (const name of names)
          if (!isSet(name))
            problems.push({ subject: subject(name), text: `is needed together with --${names.find(isSet)}` })
    for (const [name, owner] of BELONGS_TO) {
      const owners: readonly string[] = OPERATIONS.find((names) => names.some((other) => other === owner)) ?? []
      if (isSet(name) && !owners.some(isSet))
        problems.push({ subject: subject(name), text: `works only together with --${owner}` })
    }
    if (asked.length > 1)
      problems.push({
        subject: asked.map((name) => `--${name}`).join(', '),
        text: 'one operation a run; keep one of them',
      })
    if (first !== undefined && command !== undefined)
      problems.push({ subject: subject(first), text: `one operation a run, and ${command} is one already` })
    const looks = first !== undefined && READS.has(first)
    if ((first === undefined || looks) && !changes)
      for (const name of looks ? ['update-file'] : ['dry-run', 'update-file', 'yes'])
        if (isSet(name))
          problems.push({ subject: `--${name}`, text: 'works only with a change, such as grant or revoke' })
    return problems
  },
  (values) => accountProblems(values),
]

/** What the flags ask for; `undefined` for a sync. The rules have been kept. */
export function oneShotOf(config: ConfigOf<typeof ONE_SHOT_FIELDS>): OneShot | undefined {
  const { 'grant-entitlement': entitlement, 'grant-principal': principal, 'revoke-grant': grant } = config
  const { 'create-resource': name, 'create-resource-type': newType } = config
  const { 'delete-resource': id, 'delete-resource-type': oldType, 'invoke-action': action } = config
  if (entitlement !== undefined && principal !== undefined)
    return { kind: 'grant', entitlement, principal, principalType: config['grant-principal-type'] }
  if (grant !== undefined) return { kind: 'revoke', grant }
  const facts = accountOf(new Map(Object.entries(config)))
  if (facts) return { kind: 'create-account', facts }
  if (name !== undefined && newType !== undefined) return { kind: 'create-resource', type: newType, name }
  if (id !== undefined && oldType !== undefined) return { kind: 'delete-resource', type: oldType, id }
  if (action !== undefined)
    return { kind: 'invoke-action', name: action, args: parseJsonObject(config['invoke-action-args']) ?? {} }
  return readOf(config)
}

/** What is only read. */
function readOf(config: ConfigOf<typeof ONE_SHOT_FIELDS>): OneShot | undefined {
  const { 'event-feed-id': feed, 'event-feed-start-at': start, 'event-feed-cursor': cursor, 'ticket-id': id } = config
  if (config['list-action-schemas']) return { kind: 'list-actions' }
  if (config['list-ticket-schemas']) return { kind: 'list-ticket-schemas' }
  if (config['get-ticket'] && id !== undefined) return { kind: 'get-ticket', id }
  if (!config['event-feed']) return undefined
  return {
    kind: 'event-feed',
    ...(feed !== undefined && { feed }),
    ...(start !== undefined && { startAt: new Date(start) }),
    ...(cursor !== undefined && { cursor }),
  }
}

const PROFILE_KEYS = ['email', 'login', 'first_name', 'last_name', 'role']

function profileOf(values: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> {
  const text = values.get('create-account-profile')
  return (typeof text === 'string' && parseJsonObject(text)) || {}
}

/** The same address wherever it stands: it is the login. */
function addressesOf(values: ReadonlyMap<string, unknown>): readonly string[] {
  const { email, login } = profileOf(values)
  return [values.get('create-account-email'), values.get('create-account-login'), email, login].filter(
    (text) => typeof text === 'string' && text !== '',
  ) as readonly string[]
}

const accountOf = (values: ReadonlyMap<string, unknown>): NewAccount | undefined =>
  newAccountOf({ profile: profileOf(values), addresses: addressesOf(values) })

function accountProblems(values: ReadonlyMap<string, unknown>): readonly Problem[] {
  if (!OPERATIONS[2].some((name) => values.has(name))) return []
  const problems: Problem[] = []
  const addresses = new Set(addressesOf(values).map((text) => text.toLowerCase()))
  if (addresses.size === 0)
    problems.push({ subject: subject('create-account-email'), text: 'is needed; the e-mail alone is enough' })
  if (addresses.size > 1)
    problems.push({
      subject: subject('create-account-login'),
      text: `must be the e-mail address wherever it is given: ${programName().source} has no other logins`,
    })
  for (const [key, value] of Object.entries(profileOf(values))) {
    if (!PROFILE_KEYS.includes(key))
      problems.push({
        subject: subject('create-account-profile'),
        text: `unknown key; there are ${PROFILE_KEYS.join(', ')}`,
      })
    else if (typeof value !== 'string')
      problems.push({ subject: subject('create-account-profile'), text: `${key} must be a text` })
  }
  return problems
}
