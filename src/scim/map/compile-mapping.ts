import type { Kind } from '../model.ts'
import { compileLine } from './compile-line.ts'
import type { AttributeMapping, CompiledAttribute, MappingProblem, MatchAttribute, ObjectMapping } from './mapping.ts'
import { matchOrder } from './match-order.ts'
import type { ProfileName } from './target-attributes.ts'
import { pathOf, requiredAttributes, unknownAttribute } from './target-attributes.ts'

export interface MappingRules {
  readonly profile: ProfileName
  /** By what to match, the first first; `undefined` leaves that to the lines, and then to what is usual. */
  readonly match?: readonly MatchAttribute[] | undefined
}

/** Attributes that the engine works out for every object. */
export const COMPUTED: readonly string[] = ['IsSoftDeleted', 'objectId']

/** Checks and compiles the mapping of a kind; every problem at once. */
export function compileMapping(
  kind: Kind,
  written: readonly AttributeMapping[],
  { profile, match }: MappingRules,
): { readonly mapping: ObjectMapping } | { readonly problems: readonly MappingProblem[] } {
  const problems: MappingProblem[] = []
  const lines = written.map((entry, line): AttributeMapping => {
    const result = pathOf(kind, entry.target)
    if ('path' in result) return { ...entry, target: result.path }
    problems.push({ line, key: 'target', text: result.problem })
    return entry
  })
  const attributes: CompiledAttribute[] = []
  for (const [line, entry] of lines.entries()) {
    const found = compileLine(kind, entry, profile)
    if ('problems' in found) problems.push(...found.problems.map((problem) => ({ line, ...problem })))
    else attributes.push(found.attribute)
    if (lines.slice(0, line).some(({ target }) => target === entry.target))
      problems.push({ line, key: 'target', text: `${entry.target} is mapped twice` })
  }
  const { order, problems: unmatched } = matchOrder(kind, lines, match)
  problems.push(...unmatched, ...wholeProblems(kind, attributes, lines, order, profile))
  if (problems.length > 0) return { problems }
  const expressions = attributes.flatMap(({ expression }) => expression ?? [])
  return {
    mapping: {
      kind,
      attributes,
      match: order,
      reads: [...new Set(expressions.flatMap(({ reads }) => reads))].filter((name) => !COMPUTED.includes(name)),
      hidden: new Set(attributes.filter(({ expression }) => expression?.hides === true).map(({ path }) => path)),
      warnings: warningsOf(kind, attributes, profile),
    },
  }
}

function wholeProblems(
  kind: Kind,
  attributes: readonly CompiledAttribute[],
  lines: readonly AttributeMapping[],
  order: readonly MatchAttribute[],
  profile: ProfileName,
): readonly MappingProblem[] {
  const mapped = new Set(lines.map(({ target }) => target))
  const missing = requiredAttributes(profile, kind)
    .filter((path) => !mapped.has(path))
    .map((path) => `${kind}s need ${path}, which no line of the mapping fills`)
  const changing = attributes
    .filter(({ path, expression }) => expression?.changes === true && order.some((matched) => matched === path))
    .map(({ path }) => `${path} gets another value at each create, so that nothing can be matched by it`)
  return [...missing, ...changing].map((text) => ({ line: undefined, key: undefined, text }))
}

function warningsOf(kind: Kind, attributes: readonly CompiledAttribute[], profile: ProfileName): readonly string[] {
  const warnings = attributes.flatMap(({ path }) => unknownAttribute(profile, kind, path) ?? [])
  if (kind === 'user' && !attributes.some(({ path }) => path === 'active'))
    warnings.push('The mapping of users has no active, so that nobody can be disabled')
  return warnings
}
