import { CHANGE_FIELDS, SDK_FIELDS } from './fields.ts'
import type { ConfigOf, Field } from './field.ts'
import { ONE_SHOT_FIELDS } from './one-shot-fields.ts'
import { SERVICE_FIELDS } from './service-fields.ts'
import { TENANT_FIELDS } from './tenant-fields.ts'

/** What every connector reads that works once, beside its own settings. */
export const RUN_SETTINGS = [...SDK_FIELDS, ...CHANGE_FIELDS, ...ONE_SHOT_FIELDS] as const

/** What every connector reads where it is called without a subcommand, beside its own settings. */
export const ALL_SETTINGS = [
  ...SDK_FIELDS,
  ...SERVICE_FIELDS,
  ...TENANT_FIELDS,
  ...CHANGE_FIELDS,
  ...ONE_SHOT_FIELDS,
] as const

/** What `validate` reads beside the connector's own settings. */
export const VALIDATE_SETTINGS = [...RUN_SETTINGS, ...TENANT_FIELDS] as const

const named = <F extends Field, const N extends string>(fields: readonly F[], names: readonly N[]) =>
  fields.filter((field): field is Extract<F, { readonly name: N }> => names.some((name) => name === field.name))

/** The file of a daemon on schedule. It has no default: without it the daemon is looked for. */
const FILE_OF_DAEMON = {
  name: 'file',
  kind: 'string',
  shorthand: 'f',
  displayName: 'Snapshot file',
  description: 'Snapshot file that the daemon writes',
  path: 'file',
} as const satisfies Field

/** What `status` and `health-check` read: where the daemon is. Nothing that only the daemon needs can stop them. */
export const WATCH_SETTINGS = [
  FILE_OF_DAEMON,
  ...named(SDK_FIELDS, ['config', 'output', 'c1z-temp-dir']),
  ...named(SERVICE_FIELDS, ['client-id', 'state-dir', 'health-check-port', 'health-check-bind-address']),
  ...named(TENANT_FIELDS, ['tenants', 'shard']),
] as const

/** What says which snapshot is read. */
export const SNAPSHOT_SETTINGS = named(SDK_FIELDS, ['config', 'file'])

/** The settings of a single run after everything was checked, by flag name; the connector's own stand beside them. */
export type RunConfig = ConfigOf<typeof RUN_SETTINGS>

/** As `RunConfig`, where several tenants may be named. */
export type TenantsConfig = RunConfig & ConfigOf<typeof TENANT_FIELDS>

/** All settings that every connector has. */
export type ServeConfig = ConfigOf<typeof ALL_SETTINGS>

export type WatchConfig = ConfigOf<typeof WATCH_SETTINGS>
