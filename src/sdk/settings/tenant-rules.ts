import type { Field } from './field.ts'
import { SDK_FIELDS } from './fields.ts'
import { ONE_SHOT_FIELDS } from './one-shot-fields.ts'
import { type Problem, problemOf } from './problem.ts'
import type { Rule } from './resolve-config.ts'
import { SERVICE_FIELDS } from './service-fields.ts'
import type { FlagTexts } from './setting.ts'
import { TENANT_FIELDS } from './tenant-fields.ts'

const [TENANTS, SHARD] = TENANT_FIELDS

/** Settings that mean one tenant, beside those of the connection. */
const OF_ONE: readonly Field[] = [
  ...SDK_FIELDS.filter(({ name }) => name === 'file' || name === 'sync-resources'),
  ...SERVICE_FIELDS.filter(({ name }) => name === 'client-id' || name === 'client-secret'),
  ...ONE_SHOT_FIELDS.filter(({ name }) => name !== 'provisioning'),
]

/** Conditions of a run for several tenants. `connection` are the fields that a tenant of the file fills in; none where the program has no tenants. */
export const tenantRules = (connection: readonly Field[]): readonly Rule[] => [
  (values) => {
    const isSet = ({ name }: Field): boolean => values.has(name) && values.get(name) !== false
    if (!isSet(TENANTS))
      return isSet(SHARD) ? [problemOf(SHARD, 'works only together with --tenants (BATON_TENANTS)')] : []
    if (connection.length === 0) return [problemOf(TENANTS, 'is not offered by this program')]
    return [...connection, ...OF_ONE]
      .filter(isSet)
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
