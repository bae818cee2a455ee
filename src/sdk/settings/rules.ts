import type { Field } from './field.ts'
import { oneOf, type Plain } from './field-value.ts'
import { SDK_FIELDS } from './fields.ts'
import { ONE_SHOT_FIELDS } from './one-shot-fields.ts'
import { type Problem, problemOf } from './problem.ts'
import type { Rule } from './resolve-config.ts'
import { withSecretFiles } from './secret-file.ts'
import { SERVICE_FIELDS } from './service-fields.ts'
import type { FlagTexts } from './setting.ts'
import type { ResourceType } from '../model/model.ts'
import { parseResourceBid } from '../model/ids.ts'
import { maySay } from '../text/refused-word.ts'
import { TENANT_FIELDS } from './tenant-fields.ts'

type Values = ReadonlyMap<string, Plain>

const isSet = (values: Values, name: string): boolean => values.has(name) && values.get(name) !== false

const only = (fields: readonly Field[], ...names: readonly string[]): readonly Field[] =>
  fields.filter(({ name }) => names.includes(name))

/** Flags that ask for one operation. */
const OPERATIONS = ONE_SHOT_FIELDS.filter(({ name }) => name !== 'provisioning')

/** Settings that narrow one sync and mean nothing to a daemon. */
const NARROWING = only(SDK_FIELDS, 'sync-resources', 'skip-grants', 'skip-entitlements-and-grants')

/** Settings that change nothing where the program does one thing and ends. */
const DAEMON_ONLY = only(
  SERVICE_FIELDS,
  'health-check',
  'explorer',
  'skip-full-sync',
  'task-concurrency',
  'shutdown-grace',
)

/** Conditions between the settings of service mode, of the schedule and of a single run. */
export const serviceRules: readonly Rule[] = [
  (values) =>
    [...only(SERVICE_FIELDS, 'client-id', 'client-secret')].flatMap((field, _, pair) => {
      const other = pair.find((candidate) => candidate !== field)?.name ?? ''
      const isMissing = !isSet(values, field.name) && isSet(values, other)
      return isMissing ? [problemOf(field, `is needed together with --${other}`)] : []
    }),
  (values) => (isSet(values, 'client-id') || isSet(values, 'interval') ? daemonProblems(values) : []),
]

function daemonProblems(values: Values): readonly Problem[] {
  const inService = isSet(values, 'client-id')
  const asked = inService ? '--client-id (BATON_CLIENT_ID)' : '--interval (BATON_INTERVAL)'
  const taken = (fields: readonly Field[]): readonly Field[] => fields.filter(({ name }) => isSet(values, name))
  return [
    ...(inService ? taken(only(SERVICE_FIELDS, 'interval')) : []).map((field) =>
      problemOf(field, `works only without ${asked}: in service mode the platform asks for syncs`),
    ),
    ...taken(OPERATIONS).map((field) =>
      problemOf(field, `asks for one operation, ${asked} for a program that keeps running; leave one of them out`),
    ),
    ...taken(NARROWING).map((field) =>
      problemOf(field, `works for a single run only, not together with ${asked}; leave it out`),
    ),
  ]
}

/** Flags of a daemon that were given to a subcommand. Variables of the same names may stand in its environment. */
export const strayServiceFlags = (flags: FlagTexts, command: string): readonly Problem[] =>
  withSecretFiles(SERVICE_FIELDS)
    .filter(({ name }) => flags.has(name))
    .map((field) =>
      problemOf(field, `starts or serves a program that keeps running, and ${command} does not; leave it out`),
    )

/** A sentence about settings that were made for a daemon and have no effect in a single run; `undefined` where there are none. */
export function idleSettings(config: Readonly<Record<string, unknown>>): string | undefined {
  const idle = DAEMON_ONLY.filter((field) => {
    const value = config[field.name]
    return value !== undefined && value !== ('default' in field ? field.default : false)
  }).map(({ name }) => `--${name}`)
  return idle.length === 0
    ? undefined
    : `${idle.join(', ')} ${idle.length === 1 ? 'has' : 'have'} no effect in a single run; --client-id or --interval start a program that keeps running.`
}

/** Conditions between the settings of a sync. `types` are asked for only when one of them is named. */
export const syncRules = (types: () => Promise<readonly ResourceType[]>): readonly Rule[] => [
  (values) =>
    values.get('skip-grants') === true && !values.has('sync-resources')
      ? [
          {
            subject: '--skip-grants (BATON_SKIP_GRANTS)',
            text: 'works only together with --sync-resources (BATON_SYNC_RESOURCES)',
          },
        ]
      : [],
  async (values) => {
    const named = listOf(values.get('sync-resource-types'))
    return named.length === 0 ? [] : unknownTypes('sync-resource-types', named, await types())
  },
  async (values) => {
    const named = listOf(values.get('sync-resources')).map((bid) => parseResourceBid(bid).resource.type)
    return named.length === 0 ? [] : unknownTypes('sync-resources', [...new Set(named)], await types())
  },
]

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

function unknownTypes(flag: string, named: readonly string[], types: readonly ResourceType[]): readonly Problem[] {
  const ids = types.map((type) => type.id).sort()
  return named
    .filter((id) => !ids.includes(id))
    .map((id) => ({
      subject: `--${flag} (BATON_${flag.toUpperCase().replaceAll('-', '_')})`,
      text: `unknown resource type${maySay(id, ids) ? ` ${JSON.stringify(id)}` : ''}; there are ${oneOf(ids).replace(' or ', ' and ')}`,
    }))
}

const [TENANTS, SHARD] = TENANT_FIELDS

/** Settings that mean one tenant, beside those of the connection. */
const OF_ONE: readonly Field[] = [
  ...only(SDK_FIELDS, 'file', 'sync-resources'),
  ...only(SERVICE_FIELDS, 'client-id', 'client-secret'),
  ...OPERATIONS,
]

/** Conditions of a run for several tenants. `connection` are the fields that a tenant of the file fills in; none where the program has no tenants. */
export const tenantRules = (connection: readonly Field[]): readonly Rule[] => [
  (values) => {
    if (!isSet(values, TENANTS.name))
      return isSet(values, SHARD.name) ? [problemOf(SHARD, 'works only together with --tenants (BATON_TENANTS)')] : []
    if (connection.length === 0) return [problemOf(TENANTS, 'is not offered by this program')]
    return [...connection, ...OF_ONE]
      .filter(({ name }) => isSet(values, name))
      .map((field) =>
        problemOf(field, 'means one tenant, and --tenants (BATON_TENANTS) several; leave one of them out'),
      )
  },
]

/** Flags of several tenants that were given to a command for one. Variables of the same names may stand in its environment. */
export const strayTenantFlags = (flags: FlagTexts, command: string): readonly Problem[] =>
  TENANT_FIELDS.filter(({ name }) => flags.has(name)).map((field) =>
    problemOf(field, `is for a sync, validate and status, and ${command} works for one tenant; leave it out`),
  )
