/** An expression as it was written. `at` is the column of its first character, from 1. */
export type Expression =
  | { readonly kind: 'attribute'; readonly at: number; readonly name: string }
  | { readonly kind: 'constant'; readonly at: number; readonly value: string | number }
  | { readonly kind: 'call'; readonly at: number; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: 'comparison'
      readonly at: number
      readonly operator: Operator
      readonly left: Expression
      readonly right: Expression
    }
  /** An argument that was left out: `Switch([x], , "a", "b")`. */
  | { readonly kind: 'nothing'; readonly at: number }

export const OPERATORS = ['=', '<>', '>', '>=', '<', '<='] as const

export type Operator = (typeof OPERATORS)[number]

/** One thing that is wrong with an expression. */
export interface ExpressionProblem {
  /** From 1. */
  readonly column: number
  /** One sentence without a full stop. */
  readonly text: string
}

/** The expression as text, always spaced the same way; reading it gives the same expression. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'attribute':
      return `[${expression.name}]`
    case 'constant':
      return typeof expression.value === 'number' ? String(expression.value) : quoted(expression.value)
    case 'comparison':
      return `${printExpression(expression.left)} ${expression.operator} ${printExpression(expression.right)}`
    case 'call':
      return `${expression.name}(${expression.args.map(printExpression).join(', ')})`
    case 'nothing':
      return ''
  }
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** Every part of an expression, the whole first. */
export function* partsOf(expression: Expression): Generator<Expression> {
  yield expression
  const inner =
    expression.kind === 'call'
      ? expression.args
      : expression.kind === 'comparison'
        ? [expression.left, expression.right]
        : []
  for (const part of inner) yield* partsOf(part)
}
