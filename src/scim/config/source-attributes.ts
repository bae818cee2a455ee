import { compileMapping } from '../map/compile-mapping.ts'
import type { Kind } from '../model.ts'
import type { KindConfig, ScimConfig } from './config.ts'

/** Names of the source's attributes that mappings and filters use, besides those of the source's own mapping. */
export function sourceAttributes(config: ScimConfig): Readonly<Record<Kind, readonly string[]>> {
  const of = (kind: Kind, { mapping, match }: KindConfig): readonly string[] => {
    const compiled = compileMapping(kind, mapping ?? [], { profile: config.target.profile, match })
    const mapped = 'mapping' in compiled ? compiled.mapping.reads : []
    const filtered = config.scope.filters[kind].flatMap(({ all }) => all.map(({ attribute }) => attribute))
    return [...new Set([...mapped, ...filtered])]
  }
  return { user: of('user', config.users), group: of('group', config.groups) }
}
