import type { Kind } from '../model.ts'
import type { Attributes } from './paths.ts'
import type { TargetProfile } from './profile.ts'
import type { SchemaFacts } from './schema-facts.ts'

/** Asked for in any case: the id comes always. */
const LEAST = ['displayName', 'externalId', 'members', 'meta']

/** What a read of this kind asks for besides the usual, for a server that gives the members of groups on request alone. Source: RFC 7644 §3.9. */
export const readQuery = (kind: Kind, { groupAttributes }: TargetProfile): Readonly<Record<string, string>> =>
  kind === 'group' && groupAttributes !== undefined ? { attributes: groupAttributes.join(',') } : {}

/** What to ask for so that the members come too: all that a group shows as usual, and them. */
export const namesWithMembers = (shown: Attributes): readonly string[] => [
  ...new Set([...LEAST, ...Object.keys(shown)]),
]

/** The same by the schema, where it says that members are given on request alone; else `undefined`. Source: RFC 7643 §7. */
export function namesBySchema(facts: SchemaFacts | undefined): readonly string[] | undefined {
  if (facts?.get('members')?.returned !== 'request') return undefined
  const known = new Set(LEAST.map((name) => name.toLowerCase()))
  const others = [...facts].filter(([path, { returned }]) => !path.includes('.') && returned !== 'never')
  return [...LEAST, ...others.map(([path]) => path).filter((path) => !known.has(path))]
}
