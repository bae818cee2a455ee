import { TWINGATE_FIELDS } from './config.ts'
import type { Field } from '../sdk/settings/field.ts'
import { CHANGE_FIELDS } from '../sdk/settings/change-fields.ts'
import type { ConfigOf } from '../sdk/settings/config-values.ts'
import { SDK_FIELDS } from '../sdk/settings/fields.ts'
import { ONE_SHOT_FIELDS } from '../sdk/settings/one-shot-fields.ts'
import { SERVICE_FIELDS } from '../sdk/settings/service-fields.ts'

/** Every setting, the connector's own first: what the program reads where it is called without a subcommand. */
export const FIELDS = [
  ...TWINGATE_FIELDS,
  ...SDK_FIELDS,
  ...SERVICE_FIELDS,
  ...CHANGE_FIELDS,
  ...ONE_SHOT_FIELDS,
] as const

/** What the subcommands read that work for Twingate once. */
export const RUN_FIELDS = [...TWINGATE_FIELDS, ...SDK_FIELDS, ...CHANGE_FIELDS, ...ONE_SHOT_FIELDS] as const

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
export const WATCH_FIELDS = [
  FILE_OF_DAEMON,
  ...named(SDK_FIELDS, ['config', 'output', 'c1z-temp-dir']),
  ...named(SERVICE_FIELDS, ['client-id', 'state-dir', 'health-check-port', 'health-check-bind-address']),
] as const

/** The settings of a single run after everything was checked, by flag name. */
export type Config = ConfigOf<typeof RUN_FIELDS>

/** All settings. */
export type ServeConfig = ConfigOf<typeof FIELDS>

export type WatchConfig = ConfigOf<typeof WATCH_FIELDS>
