import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { MappingRules } from '../map/compile-mapping.ts'
import { compileMapping } from '../map/compile-mapping.ts'
import type { AttributeMapping, ObjectMapping } from '../map/mapping.ts'
import type { Kind } from '../model.ts'
import type { DefaultMapping } from '../source.ts'
import type { KindConfig, ScimConfig } from './config.ts'

export type DefaultMappings = Readonly<Record<Kind, readonly DefaultMapping[]>>

export type Mappings = Readonly<Record<Kind, ObjectMapping>>

/**
 * The mappings of a configuration, compiled; the source's own where it has none.
 *
 * Errors: `invalid-argument` with every problem on a line of its own.
 */
export function mappingsOf(config: ScimConfig, defaults: DefaultMappings): Mappings {
  const problems: string[] = []
  const compiled = (kind: Kind, settings: KindConfig): ObjectMapping => {
    const rules: MappingRules = { profile: config.target.profile, match: settings.match }
    const result = compileMapping(kind, linesOf(kind, settings, defaults), rules)
    if ('mapping' in result) return result.mapping
    problems.push(...result.problems.map(({ text }) => `${kind}s: ${text}`))
    return NO_MAPPING
  }
  const mappings: Mappings = { user: compiled('user', config.users), group: compiled('group', config.groups) }
  if (problems.length > 0)
    throw new ConnectorError('invalid-argument', 'configuration', `${config.origin}: ${problems.join('\n  ')}`)
  return mappings
}

/** What is odd and not wrong, of the kinds that are provisioned. */
export const warningsOf = ({ user, group }: Mappings, { groups }: ScimConfig): readonly string[] => [
  ...user.warnings,
  ...(groups.enabled ? group.warnings : []),
]

/** The lines of a kind's mapping. A source that says nothing about `active` leaves that to what the engine knows. */
export function linesOf(kind: Kind, settings: KindConfig, defaults: DefaultMappings): readonly AttributeMapping[] {
  if (settings.mapping) return settings.mapping
  const lines = defaults[kind]
  return kind === 'group' || lines.some(({ target }) => target === 'active') ? lines : [...lines, ACTIVE]
}

const ACTIVE: AttributeMapping = { target: 'active', source: 'Not([IsSoftDeleted])' }

const NO_MAPPING: ObjectMapping = {
  kind: 'user',
  attributes: [],
  match: [],
  reads: [],
  hidden: new Set(),
  warnings: [],
}
