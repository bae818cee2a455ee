import { TWINGATE_FIELDS } from './config.ts'
import { ALL_SETTINGS, RUN_SETTINGS } from '../sdk/settings/catalog.ts'
import type { ConfigOf } from '../sdk/settings/field.ts'

/** Every setting, the connector's own first: what the program reads where it is called without a subcommand. */
export const FIELDS = [...TWINGATE_FIELDS, ...ALL_SETTINGS] as const

/** What the subcommands read that work for Twingate once. */
const RUN_FIELDS = [...TWINGATE_FIELDS, ...RUN_SETTINGS] as const

/** The settings of a single run after everything was checked, by flag name. */
export type Config = ConfigOf<typeof RUN_FIELDS>
