import type { Kind } from '../model.ts'
import type { AttributeMapping, MappingProblem, MatchAttribute } from './mapping.ts'
import { MATCH_ATTRIBUTES } from './mapping.ts'

/** The attributes that objects are matched by: those of `match`, else the numbered lines, else all mapped ones that may be used. */
export function matchOrder(
  kind: Kind,
  lines: readonly AttributeMapping[],
  match: readonly MatchAttribute[] | undefined,
): { readonly order: readonly MatchAttribute[]; readonly problems: readonly MappingProblem[] } {
  const allowed: readonly string[] = MATCH_ATTRIBUTES[kind]
  const isAllowed = (path: string): path is MatchAttribute => allowed.includes(path)
  const mapped = new Set(lines.map(({ target }) => target))
  const numbered = [...lines.entries()].filter(([, { matching }]) => matching !== undefined)
  const byNumber = [...numbered]
    .sort(([, a], [, b]) => (a.matching ?? 0) - (b.matching ?? 0))
    .map(([, { target }]) => target)
  const usual = allowed.filter((path) => mapped.has(path))
  const order = match ?? (byNumber.length > 0 ? byNumber : usual)
  const problems = [
    ...numberingProblems(numbered, match !== undefined, (path) =>
      isAllowed(path) ? undefined : `${kind}s are matched by ${allowed.join(' or ')}, not by ${path}`,
    ),
    ...(match ?? [])
      .filter((path) => !mapped.has(path))
      .map((path) => whole(`${kind}s are matched by ${path}, which no line of the mapping fills`)),
    ...(order.length === 0 ? [whole(`${kind}s have nothing to be matched by; map ${allowed.join(' or ')}`)] : []),
  ]
  return { order: [...new Set(order.filter(isAllowed))], problems }
}

const whole = (text: string): MappingProblem => ({ line: undefined, key: undefined, text })

function numberingProblems(
  numbered: readonly (readonly [number, AttributeMapping])[],
  hasList: boolean,
  notAllowed: (path: string) => string | undefined,
): readonly MappingProblem[] {
  return numbered.flatMap(([line, { target, matching }]) => {
    const isDouble = numbered.some(([other, entry]) => other < line && entry.matching === matching)
    const texts = [
      notAllowed(target),
      hasList ? 'the order of matching is in match already; keep one of them' : undefined,
      isDouble ? `two attributes have the matching ${matching}; each needs its own number` : undefined,
    ]
    return texts.filter((text) => text !== undefined).map((text) => ({ line, key: 'matching' as const, text }))
  })
}
