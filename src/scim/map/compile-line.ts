import type { Kind } from '../model.ts'
import type { CompiledExpression } from './compile-expression.ts'
import { compileExpression } from './compile-expression.ts'
import type { AttributeMapping, CompiledAttribute, MappingProblem } from './mapping.ts'
import type { ProfileName } from './target-attributes.ts'
import { isBooleanPath, requiredAttributes } from './target-attributes.ts'

type LineProblem = Omit<MappingProblem, 'line'>

/** Checks and compiles one line of a mapping, whose target is spelt right already. */
export function compileLine(
  kind: Kind,
  entry: AttributeMapping,
  profile: ProfileName,
): { readonly attribute: CompiledAttribute } | { readonly problems: readonly LineProblem[] } {
  const { target, source, constant } = entry
  const problems: LineProblem[] = [...valueProblems(entry)]
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
      key: entry.apply === undefined ? 'source' : 'apply',
      text: `the expression of ${target} gives another value each time; say apply: create, so that it is set once`,
    })
  if (expression?.chooses === true && isBooleanPath(target))
    problems.push({ key: 'source', text: `SelectUniqueValue gives a text, and ${target} takes true or false` })
  if (problems.length > 0) return { problems }
  return {
    attribute: {
      path: target,
      text: expression?.text ?? JSON.stringify(constant),
      expression,
      constant,
      default: entry.default,
      apply,
      isBoolean: isBooleanPath(target),
      isRequired: requiredAttributes(profile, kind).includes(target),
    },
  }
}

function* valueProblems(entry: AttributeMapping): Generator<LineProblem> {
  const { target, source, constant } = entry
  if ((source === undefined) === (constant === undefined))
    yield { key: undefined, text: `${target} needs either a source or a constant` }
  if (constant !== undefined && entry.default !== undefined)
    yield { key: 'default', text: `${target} has a constant, so its default is never used` }
  for (const key of ['constant', 'default'] as const) {
    const value = entry[key]
    const isBoolean = isBooleanPath(target)
    if (value !== undefined && isBoolean !== (typeof value === 'boolean'))
      yield { key, text: `${target} takes ${isBoolean ? 'true or false, without quotes' : 'a text; put it in quotes'}` }
    if (value === '') yield { key, text: `an empty ${key} of ${target} sets nothing; leave it out` }
  }
}
