import { ConnectorError } from '../../sdk/ground/errors.ts'
import { checkExpression } from './check-expression.ts'
import { compares } from './compare.ts'
import type { Expression, ExpressionProblem } from './expression.ts'
import { partsOf, printExpression } from './expression.ts'
import { convert, MAX_TEXT_CHARS } from './functions/convert.ts'
import type { MappingFunction, Surroundings } from './functions/define.ts'
import { findFunction, parameterAt } from './functions/registry.ts'
import { parseExpression } from './grammar.ts'
import type { Result, Value } from './value.ts'
import { Fault } from './value.ts'

/** What an expression sees: the object's attributes, the time and chance. */
export interface Scope extends Surroundings {
  /** `null` for an attribute that the object has not. */
  attribute(name: string): Value
}

/** An expression that is ready to be worked out. Nothing that an object holds makes it throw. */
export interface CompiledExpression {
  /** Spaced the same way whoever wrote it. */
  readonly text: string
  /** The attributes of the source that it reads. */
  readonly reads: readonly string[]
  /** Whether it gives another value each time, so that it may fill attributes at a create only. */
  readonly changes: boolean
  /** Whether it gives candidates of which the first that is free is taken. */
  readonly chooses: boolean
  /** Whether logs must not show its value. */
  readonly hides: boolean
  evaluate(scope: Scope): Result
}

/** Reads, checks and compiles an expression; every problem at once. */
export function compileExpression(
  source: string,
): { readonly compiled: CompiledExpression } | { readonly problems: readonly ExpressionProblem[] } {
  const parsed = parseExpression(source)
  if ('problem' in parsed) return { problems: [parsed.problem] }
  const { expression } = parsed
  const problems = checkExpression(expression)
  if (problems.length > 0) return { problems }
  const parts = [...partsOf(expression)]
  const functions = parts.flatMap((part) => (part.kind === 'call' ? [functionOf(part.name)] : []))
  return {
    compiled: {
      text: printExpression(expression),
      reads: [...new Set(parts.flatMap((part) => (part.kind === 'attribute' ? [part.name] : [])))],
      changes: functions.some(({ changes }) => changes === true),
      chooses: functions.some(({ top }) => top === true),
      hides: functions.some(({ hides }) => hides === true),
      evaluate: compile(expression),
    },
  }
}

type Evaluate = (scope: Scope) => Result

function compile(expression: Expression): Evaluate {
  switch (expression.kind) {
    case 'attribute': {
      const { name } = expression
      return (scope) => scope.attribute(name)
    }
    case 'constant': {
      const { value } = expression
      return () => value
    }
    case 'nothing':
      return () => null
    case 'comparison': {
      const { operator } = expression
      const left = compile(expression.left)
      const right = compile(expression.right)
      return (scope) => {
        const [a, b] = [left(scope), right(scope)]
        return a instanceof Fault ? a : b instanceof Fault ? b : compares(a, operator, b)
      }
    }
    case 'call':
      return compileCall(functionOf(expression.name), expression.args)
  }
}

type Argument = Value | (() => Result)

function compileCall(definition: MappingFunction, args: readonly Expression[]): Evaluate {
  const { name, parameters } = definition
  const compiled = args.map((argument, index) => {
    const parameter = parameterAt(definition, index) ?? { name: '', type: 'any' }
    return {
      parameter,
      evaluate: compile(argument),
      keepsNull: parameter.optional === true || parameter.nullable === true,
    }
  })
  const fixed = parameters.length
  return (scope) => {
    const values: Argument[] = []
    for (const { parameter, evaluate, keepsNull } of compiled) {
      if (parameter.type === 'branch') {
        values.push(() => evaluate(scope))
        continue
      }
      const value = evaluate(scope)
      if (value instanceof Fault) return value
      const converted = convert(value, parameter.type)
      if (converted instanceof Fault) return new Fault(`${parameter.name} ${converted.text}`, name)
      if (converted === null && !keepsNull) return null
      values.push(converted)
    }
    while (values.length < fixed) values.push(null)
    return bounded(name, definition.call(values.slice(0, fixed), scope, values.slice(fixed)))
  }
}

function bounded(name: string, result: Result): Result {
  if (result instanceof Fault) return result.by === undefined ? new Fault(result.text, name) : result
  if (typeof result === 'string' && result.length > MAX_TEXT_CHARS)
    return new Fault(`the text has more than ${MAX_TEXT_CHARS} characters`, name)
  return typeof result === 'number' && !Number.isFinite(result) ? new Fault('the result is no number', name) : result
}

function functionOf(name: string): MappingFunction {
  const result = findFunction(name)
  if ('found' in result) return result.found
  throw new ConnectorError('internal', 'compile a mapping', result.problem)
}
