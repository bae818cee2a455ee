import { nearest } from '../../sdk/edit-distance.ts'
import type { Kind } from '../model.ts'
import type { CompiledExpression } from './compile-expression.ts'
import { compileExpression } from './compile-expression.ts'
import type { AttributeMapping, CompiledAttribute, MatchAttribute, ObjectMapping } from './mapping.ts'
import { MATCH_ATTRIBUTES } from './mapping.ts'

/** One thing that is wrong with a mapping. */
export interface MappingProblem {
  /** Which line of the mapping, from 0; `undefined` where it is about the whole. */
  readonly line: number | undefined
  readonly key: keyof AttributeMapping | undefined
  /** One sentence without a full stop. */
  readonly text: string
}

export interface MappingRules {
  readonly profile: 'twingate' | 'generic'
  /** By what to match, the first first; `undefined` leaves that to the lines, and then to what is usual. */
  readonly match?: readonly MatchAttribute[] | undefined
}

/** What Twingate stores. Source: its documents of the SCIM endpoint. */
const TWINGATE_ATTRIBUTES: Readonly<Record<Kind, readonly string[]>> = {
  user: ['externalId', 'userName', 'active', 'emails[type eq "work"].value', 'name.givenName', 'name.familyName'],
  group: ['externalId', 'displayName'],
}

/** Without which an object cannot be. RFC 7643 asks for the name; Twingate for the external id of users, too. */
const REQUIRED = {
  twingate: { user: ['userName', 'externalId'], group: ['displayName'] },
  generic: { user: ['userName'], group: ['displayName'] },
} as const satisfies Readonly<Record<MappingRules['profile'], Readonly<Record<Kind, readonly string[]>>>>

/** Checks and compiles the mapping of a kind; every problem at once. */
export function compileMapping(
  kind: Kind,
  lines: readonly AttributeMapping[],
  rules: MappingRules,
): { readonly mapping: ObjectMapping } | { readonly problems: readonly MappingProblem[] } {
  const problems: MappingProblem[] = []
  const attributes: CompiledAttribute[] = []
  for (const [line, entry] of lines.entries()) {
    const found = compileLine(kind, entry, rules)
    if ('problems' in found) problems.push(...found.problems.map((problem) => ({ line, ...problem })))
    else attributes.push(found.attribute)
    if (lines.slice(0, line).some(({ target }) => target === entry.target))
      problems.push({ line, key: 'target', text: `${entry.target} is mapped twice` })
  }
  const match = matchOf(kind, lines, rules)
  problems.push(...match.problems, ...missing(kind, lines, rules))
  problems.push(...match.match.flatMap((path) => uniqueMatchProblem(path, attributes)))
  if (problems.length > 0) return { problems }
  const expressions = attributes.flatMap(({ expression }) => expression ?? [])
  return {
    mapping: {
      kind,
      attributes,
      match: match.match,
      reads: [...new Set(expressions.flatMap(({ reads }) => reads))].filter((name) => !COMPUTED.includes(name)),
      hidden: new Set(attributes.filter(({ expression }) => expression?.hides === true).map(({ path }) => path)),
      warnings: warningsOf(kind, attributes, rules),
    },
  }
}

/** Attributes that the engine works out for every object. */
export const COMPUTED: readonly string[] = ['IsSoftDeleted', 'objectId']

type LineProblem = Omit<MappingProblem, 'line'>

function compileLine(
  kind: Kind,
  entry: AttributeMapping,
  { profile }: MappingRules,
): { readonly attribute: CompiledAttribute } | { readonly problems: readonly LineProblem[] } {
  const { target, source, constant } = entry
  const problems: LineProblem[] = [...pathProblems(kind, target)]
  if ((source === undefined) === (constant === undefined))
    problems.push({ key: undefined, text: `${target} needs either a source or a constant` })
  if (constant !== undefined && entry.default !== undefined)
    problems.push({ key: 'default', text: `${target} has a constant, so its default is never used` })
  let expression: CompiledExpression | undefined
  if (source !== undefined) {
    const result = compileExpression(source)
    if ('compiled' in result) expression = result.compiled
    else
      problems.push(
        ...result.problems.map(({ column, text }): LineProblem => ({
          key: 'source',
          text: `the expression of ${target}, column ${column}: ${text}`,
        })),
      )
  }
  const apply = entry.apply ?? 'always'
  if (expression?.changes === true && apply === 'always')
    problems.push({
      key: 'apply',
      text: `the expression of ${target} gives another value each time; say apply: create, so that it is set once`,
    })
  const isBoolean = isBooleanPath(target)
  for (const key of ['constant', 'default'] as const) {
    const value = entry[key]
    if (value !== undefined && isBoolean !== (typeof value === 'boolean'))
      problems.push({ key, text: `${target} takes ${isBoolean ? 'true or false' : 'a text; put it in quotes'}` })
  }
  if (problems.length > 0) return { problems }
  return {
    attribute: {
      path: target,
      text: expression?.text ?? JSON.stringify(constant),
      expression,
      constant,
      default: entry.default,
      apply,
      isBoolean,
      isRequired: (REQUIRED[profile][kind] as readonly string[]).includes(target),
    },
  }
}

const isBooleanPath = (path: string): boolean => path === 'active' || path.endsWith('.primary')

/** Paths that no mapping may fill, with what to do instead. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  id: 'id is given by the target and cannot be mapped; map externalId',
  members: 'members are provisioned by themselves and cannot be mapped',
  schemas: 'schemas follow from the attributes and cannot be mapped',
  meta: 'meta is given by the target and cannot be mapped',
  groups: 'the groups of a user follow from the members of groups and cannot be mapped',
}

function pathProblems(kind: Kind, target: string): readonly LineProblem[] {
  const [root = ''] = target.split(/[.[]/)
  const forbidden = Object.hasOwn(FORBIDDEN, root) ? FORBIDDEN[root] : undefined
  if (forbidden !== undefined) return [{ key: 'target', text: forbidden }]
  // Names of attributes are told apart without case at the target, so that a slip in it would go unnoticed in comparisons.
  const known = TWINGATE_ATTRIBUTES[kind].find((path) => path.toLowerCase() === target.toLowerCase())
  return known === undefined || known === target ? [] : [{ key: 'target', text: `${target} is written ${known}` }]
}

function matchOf(
  kind: Kind,
  lines: readonly AttributeMapping[],
  { match }: MappingRules,
): { readonly match: readonly MatchAttribute[]; readonly problems: readonly MappingProblem[] } {
  const allowed: readonly string[] = MATCH_ATTRIBUTES[kind]
  const isAllowed = (path: string): path is MatchAttribute => allowed.includes(path)
  const problems: MappingProblem[] = []
  const marked = [...lines.entries()].filter(([, { matching }]) => matching !== undefined)
  for (const [line, { target, matching }] of marked) {
    if (!isAllowed(target))
      problems.push({
        line,
        key: 'matching',
        text: `${kind}s are matched by ${allowed.join(' or ')}, not by ${target}`,
      })
    if (match !== undefined)
      problems.push({ line, key: 'matching', text: 'the order of matching is in match already; keep one of them' })
    if (marked.some(([other, entry]) => other < line && entry.matching === matching))
      problems.push({
        line,
        key: 'matching',
        text: `two attributes have the matching ${matching}; each needs its own number`,
      })
  }
  const mapped = new Set(lines.map(({ target }) => target))
  for (const path of match ?? [])
    if (!mapped.has(path))
      problems.push({
        line: undefined,
        key: undefined,
        text: `${kind}s are matched by ${path}, which no line of the mapping fills`,
      })
  const byPriority = [...marked]
    .sort(([, a], [, b]) => (a.matching ?? 0) - (b.matching ?? 0))
    .map(([, { target }]) => target)
  const order = match ?? (byPriority.length > 0 ? byPriority : allowed.filter((path) => mapped.has(path)))
  if (order.length === 0)
    problems.push({
      line: undefined,
      key: undefined,
      text: `${kind}s have nothing to be matched by; map ${allowed.join(' or ')}`,
    })
  return { match: order.filter(isAllowed), problems }
}

function missing(kind: Kind, lines: readonly AttributeMapping[], { profile }: MappingRules): readonly MappingProblem[] {
  const mapped = new Set(lines.map(({ target }) => target))
  return REQUIRED[profile][kind]
    .filter((path) => !mapped.has(path))
    .map((path) => ({
      line: undefined,
      key: undefined,
      text: `${kind}s need ${path}, which no line of the mapping fills`,
    }))
}

const uniqueMatchProblem = (path: string, attributes: readonly CompiledAttribute[]): readonly MappingProblem[] =>
  attributes.some((attribute) => attribute.path === path && attribute.expression?.changes === true)
    ? [
        {
          line: undefined,
          key: undefined,
          text: `${path} is chosen anew at each create, so that nothing can be matched by it`,
        },
      ]
    : []

function warningsOf(
  kind: Kind,
  attributes: readonly CompiledAttribute[],
  { profile }: MappingRules,
): readonly string[] {
  const known = TWINGATE_ATTRIBUTES[kind]
  const warnings = attributes
    .filter(({ path }) => profile === 'twingate' && !known.includes(path))
    .map(({ path }) => {
      const [near] = nearest(path, known, 1)
      return `Twingate does not document the attribute ${path} of ${kind}s${near === undefined ? '' : `; did you mean ${near}?`}`
    })
  if (kind === 'user' && !attributes.some(({ path }) => path === 'active'))
    warnings.push('The mapping of users has no active, so that nobody can be disabled')
  return warnings
}
