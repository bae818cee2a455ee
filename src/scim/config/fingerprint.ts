import { createHash } from 'node:crypto'
import type { ObjectMapping } from '../map/mapping.ts'
import type { CompiledFilter } from '../scope/filter.ts'
import type { ScimConfig } from './config.ts'
import type { Mappings } from './mappings.ts'

/**
 * Changes exactly when what is in scope or how it is mapped changes, so that a full cycle is due; not with spaces, names of filters or anything else.
 *
 * Shape: 32 hexadecimal digits.
 */
export function fingerprint(config: ScimConfig, mappings: Mappings): string {
  const { scope, nestedGroups, groups } = config
  const meaning = {
    mode: scope.mode,
    defaultAccess: scope.defaultAccess,
    nestedGroups,
    users: { filters: filtersOf(scope.filters.user), mapping: mappingOf(mappings.user) },
    groups: groups.enabled && { filters: filtersOf(scope.filters.group), mapping: mappingOf(mappings.group) },
  }
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 32)
}

const filtersOf = (filters: readonly CompiledFilter[]) =>
  filters.map(({ all }) => all.map(({ attribute, operator, value }) => [attribute, operator, value]))

/** Lines in any order mean the same; the order of matching does not. */
const mappingOf = ({ attributes, match }: ObjectMapping) => ({
  match,
  lines: attributes
    .map(({ path, text, expression, default: ifEmpty, apply }) => [
      path,
      expression !== undefined,
      text,
      ifEmpty,
      apply,
    ])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
})
