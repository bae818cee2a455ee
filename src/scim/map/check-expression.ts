import type { Expression, ExpressionProblem } from './expression.ts'
import { convert } from './functions/convert.ts'
import type { ConstantArgument, MappingFunction, Parameter, ParameterType } from './functions/define.ts'
import { arityOf, findFunction, parameterAt, signatureOf } from './functions/registry.ts'
import { Fault } from './value.ts'

/** Everything that is wrong with an expression and can be said before there is an object: names, arguments, types of constants. */
export function checkExpression(expression: Expression, isTop = true): readonly ExpressionProblem[] {
  if (expression.kind === 'comparison')
    return [...checkExpression(expression.left, false), ...checkExpression(expression.right, false)]
  if (expression.kind !== 'call') return []
  const inner = expression.args.flatMap((argument) => checkExpression(argument, false))
  const result = findFunction(expression.name)
  if ('problem' in result) return [{ column: expression.at, text: result.problem }, ...inner]
  return [...checkCall(expression, result.found, isTop), ...inner]
}

type Call = Extract<Expression, { kind: 'call' }>

function checkCall(call: Call, definition: MappingFunction, isTop: boolean): readonly ExpressionProblem[] {
  if (definition.top === true && !isTop)
    return [{ column: call.at, text: `${call.name} must be the whole expression, not a part of another one` }]
  const { least, most } = arityOf(definition)
  const count = call.args.length
  if (count < least || count > most)
    return [{ column: call.at, text: `${signatureOf(definition)} ${takes(least, most, count)}` }]
  if (definition.repeats === 'pair' && (count - definition.parameters.length) % 2 !== 0)
    return [
      { column: call.at, text: `${signatureOf(definition)} takes its last two arguments in pairs; one is left over` },
    ]
  const wrongTypes = call.args.flatMap((argument, index) => {
    const parameter = parameterAt(definition, index)
    const text = parameter && typeProblem(argument, parameter)
    return text === undefined ? [] : [{ column: argument.at, text: `${call.name}: ${text}` }]
  })
  if (wrongTypes.length > 0) return wrongTypes
  const wrong = definition.check?.(call.args.map(constantOf))
  if (!wrong) return []
  if (wrong.argument === undefined) return [{ column: call.at, text: wrong.text }]
  const argument = call.args[wrong.argument]
  const name = parameterAt(definition, wrong.argument)?.name ?? ''
  return [{ column: argument?.at ?? call.at, text: `${call.name}: ${name} ${wrong.text}` }]
}

function takes(least: number, most: number, count: number): string {
  const plural = (n: number): string => (n === 1 ? '1 argument' : `${n} arguments`)
  const range =
    most === least ? plural(least) : most === Infinity ? `at least ${plural(least)}` : `${least} to ${plural(most)}`
  return `takes ${range}, not ${count}`
}

const constantOf = (argument: Expression): ConstantArgument =>
  argument.kind === 'constant' ? argument.value : argument.kind === 'nothing' ? null : undefined

function typeProblem(argument: Expression, parameter: Parameter): string | undefined {
  const { name, type } = parameter
  if (type === 'branch' || type === 'any') return undefined
  if (argument.kind === 'nothing')
    return parameter.optional === true || parameter.nullable === true ? undefined : `${name} is missing`
  if (argument.kind === 'constant') {
    const converted = convert(argument.value, type)
    if (converted instanceof Fault) return `${name} ${converted.text}`
    return converted === null && parameter.nullable !== true && argument.value === '' && type !== 'text'
      ? `${name} is empty`
      : undefined
  }
  const given =
    argument.kind === 'comparison' ? 'boolean' : argument.kind === 'call' ? returnsOf(argument.name) : undefined
  return given === undefined || CAN_BE[given].includes(type)
    ? undefined
    : `${name} is to be ${WORDS[type]}, and ${argument.kind === 'call' ? argument.name : 'a comparison'} gives ${WORDS[given]}`
}

function returnsOf(name: string): MappingFunction['returns'] | undefined {
  const result = findFunction(name)
  return 'found' in result ? result.found.returns : undefined
}

/** What a result can be turned into; what is not here never works for any object. */
const CAN_BE: Readonly<Record<MappingFunction['returns'], readonly ParameterType[]>> = {
  any: ['text', 'number', 'boolean', 'date', 'list'],
  text: ['text', 'number', 'boolean', 'date', 'list'],
  number: ['text', 'number', 'boolean', 'list'],
  boolean: ['text', 'boolean', 'list'],
  date: ['text', 'date', 'list'],
  list: ['text', 'list', 'number', 'boolean', 'date'],
}

const WORDS: Readonly<Record<Exclude<ParameterType, 'branch'>, string>> = {
  any: 'any value',
  text: 'a text',
  number: 'a number',
  boolean: 'True or False',
  date: 'a date',
  list: 'a list',
}
