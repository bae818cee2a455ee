import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Expression } from '../../../../src/scim/map/expression.ts'
import { OPERATORS, printExpression } from '../../../../src/scim/map/expression.ts'
import { MAX_DEPTH, MAX_EXPRESSION_CHARS, parseExpression } from '../../../../src/scim/map/grammar.ts'

const parse = (text: string): Expression => {
  const result = parseExpression(text)
  if ('problem' in result) throw new Error(`column ${result.problem.column}: ${result.problem.text}`)
  return result.expression
}

const problem = (text: string): string => {
  const result = parseExpression(text)
  return 'problem' in result ? `${result.problem.column}: ${result.problem.text}` : 'none'
}

/** Without columns, which spaces move. */
const bare = (expression: Expression): unknown =>
  JSON.parse(JSON.stringify(expression, (key, value) => (key === 'at' ? undefined : value)))

const operand = fc.letrec<{ operand: Expression; call: Expression; argument: Expression }>((tie) => ({
  operand: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .string({ unit: 'binary', minLength: 1, maxLength: 12 })
      .map((text) => text.replaceAll(/[[\]]/g, '').trim())
      .filter((name) => name !== '')
      .map((name): Expression => ({ kind: 'attribute', at: 0, name })),
    fc.string({ unit: 'binary', maxLength: 12 }).map((value): Expression => ({ kind: 'constant', at: 0, value })),
    fc.integer().map((value): Expression => ({ kind: 'constant', at: 0, value })),
    fc.integer({ min: 0, max: 99_999 }).map((value): Expression => ({ kind: 'constant', at: 0, value: value / 8 })),
    tie('call'),
  ),
  call: fc.record({
    kind: fc.constant('call' as const),
    at: fc.constant(0),
    name: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
    args: fc
      .array(tie('argument'), { maxLength: 4 })
      // One argument that is left out is no argument.
      .map((args) => (args.length === 1 && args[0]?.kind === 'nothing' ? [] : args)),
  }),
  argument: fc.oneof(
    { depthSize: 'small' },
    fc.constant<Expression>({ kind: 'nothing', at: 0 }),
    tie('operand'),
    fc.record({
      kind: fc.constant('comparison' as const),
      at: fc.constant(0),
      operator: fc.constantFrom(...OPERATORS),
      left: tie('operand'),
      right: tie('operand'),
    }),
  ),
}))

describe('an expression', () => {
  it('is read as it was written, whatever it holds', () => {
    fc.assert(
      fc.property(operand.operand, (expression) => {
        expect(bare(parse(printExpression(expression)))).toEqual(bare(expression))
      }),
    )
  })

  it('is read or refused in a sentence, and nothing else, whatever is typed', () => {
    const typed = fc.array(
      fc.constantFrom('[', ']', '"', '\\', '(', ')', ',', '<', '>', '=', '-', '1', 'a', ' ', '&H', '.', 'ü'),
      {
        maxLength: 30,
      },
    )
    fc.assert(
      fc.property(typed, (parts) => {
        const result = parseExpression(parts.join(''))
        if ('problem' in result) expect(result.problem.column).toBeGreaterThan(0)
        else expect(bare(parse(printExpression(result.expression)))).toEqual(bare(result.expression))
      }),
    )
  })

  it.each([
    ['ToLower( [mail] )', 'ToLower([mail])'],
    ['Replace([mail], "@a.b", , ,"", ,)', 'Replace([mail], "@a.b", , , "", , )'],
    ['IIF([a]="x",1,-2.5)', 'IIF([a] = "x", 1, -2.5)'],
    ['BitAnd(&HF, &HF7)', 'BitAnd(15, 247)'],
    [String.raw`"a \"b\" \\ c"`, String.raw`"a \"b\" \\ c"`],
    ['Guid()', 'Guid()'],
    ['InStr([a], "b", 1, vbTextCompare)', 'InStr([a], "b", 1, "vbTextCompare")'],
    ['[ mail ]', '[mail]'],
    ['\n  Left(\n    [a],\n    3)', 'Left([a], 3)'],
  ])('takes %s', (text, printed) => expect(printExpression(parse(text))).toBe(printed))

  it.each([
    ['', '1: the expression ends where a value should stand'],
    ['Left([a], 3', '12: the arguments of Left need a comma between them and a ) at the end'],
    ['Left([a] 3)', '10: the arguments of Left need a comma between them and a ) at the end'],
    ['[mail', '1: this [ has no ] that closes it'],
    ['[]', '1: a name belongs between [ and ]'],
    ['"abc', '1: this text has no " that closes it'],
    [String.raw`"\d+"`, String.raw`2: a backslash in a text is written \\`],
    ["Left('a', 1)", `6: "'" means nothing here; texts stand between " and "`],
    ['mail', '1: mail stands alone; write [mail] for an attribute, "mail" for a text, mail(…) for a function'],
    ['[a] [b]', '5: the expression should end here'],
    ['[a] = [b] = [c]', '11: only two values can be compared; put the rest into an IIF'],
    ['1.2.3', '1: a number is written like 12, -3, 0.5 or &HFF, with at most 18 digits'],
    ['Left(,', '7: the expression ends where a value should stand'],
    [
      'constructor',
      '1: constructor stands alone; write [constructor] for an attribute, "constructor" for a text, constructor(…) for a function',
    ],
  ])('refuses %s with its place', (text, expected) => expect(problem(text)).toBe(expected))

  it('has an end to its length and depth', () => {
    expect(problem(`"${'a'.repeat(MAX_EXPRESSION_CHARS)}"`)).toBe('1: an expression has at most 10000 characters')
    const nested = (depth: number): string => `${'Not('.repeat(depth)}[a]${')'.repeat(depth)}`
    expect(problem(nested(MAX_DEPTH))).toBe('none')
    expect(problem(nested(MAX_DEPTH + 1))).toBe('201: calls are nested at most 50 deep')
  })
})
