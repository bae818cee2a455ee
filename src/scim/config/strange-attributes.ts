import { nearest } from '../../sdk/text/edit-distance.ts'
import { COMPUTED } from '../map/compile-mapping.ts'
import { KINDS } from '../model.ts'
import type { SourceFacts } from '../source.ts'
import type { ScimConfig } from './config.ts'
import type { Mappings } from './mappings.ts'

/** A sentence for each attribute that the configuration names and the source does not know: it is empty for everybody. */
export function strangeAttributes(
  mappings: Mappings,
  { scope, users, groups }: ScimConfig,
  { attributes }: SourceFacts,
  sourceName: string,
): readonly string[] {
  if (!attributes) return []
  return KINDS.flatMap((kind) => {
    const known = [...attributes[kind], ...COMPUTED]
    // A source that shows none of a kind has none, or has not looked.
    if (attributes[kind].length === 0) return []
    const filtered = scope.filters[kind].flatMap(({ all }) => all.map(({ attribute }) => attribute))
    // The source's own mapping names what it may have.
    const isOwn = (kind === 'user' ? users : groups).mapping === undefined
    const used = new Set([...(isOwn ? [] : mappings[kind].reads), ...filtered])
    return [...used]
      .filter((name) => !known.includes(name))
      .map((name) => {
        const [near] = nearest(name, known, 1)
        const hint = near === undefined ? '' : `; did you mean ${near}?`
        return `${sourceName} gives no attribute ${name} of ${kind}s, so that it is empty for every ${kind}${hint}`
      })
  })
}
