import type { Expression, ExpressionProblem, Operator } from './expression.ts'
import { OPERATORS } from './expression.ts'
import type { Token } from './tokens.ts'
import { Misspelt, tokensOf } from './tokens.ts'

export const MAX_EXPRESSION_CHARS = 10_000
/** Calls inside calls. */
export const MAX_DEPTH = 50

/** Words that stand without quotes, by what they mean. */
const WORDS: Readonly<Record<string, string>> = { vbTextCompare: 'vbTextCompare', vbBinaryCompare: 'vbBinaryCompare' }

/**
 * Reads an expression:
 *
 *     expression = operand [ operator operand ]
 *     operand    = "[" name "]" | text | number | name "(" [ argument { "," argument } ] ")"
 *     argument   = expression | nothing
 *     operator   = "=" | "<>" | ">" | ">=" | "<" | "<="
 *
 * Names of functions are looked up by `checkExpression`, not here.
 *
 * Source: Microsoft's reference for writing expressions of attribute mappings; the syntax is VBA's.
 */
export function parseExpression(
  text: string,
): { readonly expression: Expression } | { readonly problem: ExpressionProblem } {
  if (text.length > MAX_EXPRESSION_CHARS)
    return { problem: { column: 1, text: `an expression has at most ${MAX_EXPRESSION_CHARS} characters` } }
  try {
    const parser = new Parser(text)
    return { expression: parser.whole() }
  } catch (error) {
    if (error instanceof Misspelt) return { problem: error.problem }
    throw error
  }
}

class Parser {
  readonly #tokens: Generator<Token>
  #token: Token
  #depth = 0

  constructor(text: string) {
    this.#tokens = tokensOf(text)
    this.#token = this.#next()
  }

  whole(): Expression {
    const expression = this.#expression()
    if (this.#token.kind !== 'end') throw new Misspelt(this.#token.at, 'the expression should end here')
    return expression
  }

  #expression(): Expression {
    const left = this.#operand()
    const operator = this.#operator()
    if (operator === undefined) return left
    this.#take()
    const right = this.#operand()
    if (this.#operator() !== undefined)
      throw new Misspelt(this.#token.at, 'only two values can be compared; put the rest into an IIF')
    return { kind: 'comparison', at: left.at, operator, left, right }
  }

  #operand(): Expression {
    const token = this.#take()
    switch (token.kind) {
      case 'attribute':
        return { kind: 'attribute', at: token.at, name: token.text }
      case 'string':
        return { kind: 'constant', at: token.at, value: token.text }
      case 'number':
        return { kind: 'constant', at: token.at, value: token.value }
      case 'name':
        return this.#isSign('(') ? this.#call(token.text, token.at) : word(token.text, token.at)
      case 'sign':
        throw new Misspelt(token.at, `a value should stand here, not ${token.text}`)
      case 'end':
        throw new Misspelt(token.at, 'the expression ends where a value should stand')
    }
  }

  #call(name: string, at: number): Expression {
    if (++this.#depth > MAX_DEPTH) throw new Misspelt(at, `calls are nested at most ${MAX_DEPTH} deep`)
    this.#take()
    const args: Expression[] = []
    if (!this.#isSign(')')) {
      args.push(this.#argument())
      while (this.#isSign(',')) {
        this.#take()
        args.push(this.#argument())
      }
    }
    if (!this.#isSign(')'))
      throw new Misspelt(this.#token.at, `the arguments of ${name} need a comma between them and a ) at the end`)
    this.#take()
    this.#depth--
    return { kind: 'call', at, name, args }
  }

  #argument(): Expression {
    return this.#isSign(',') || this.#isSign(')') ? { kind: 'nothing', at: this.#token.at } : this.#expression()
  }

  #operator(): Operator | undefined {
    const token = this.#token
    return token.kind === 'sign' ? OPERATORS.find((operator) => operator === token.text) : undefined
  }

  #isSign(sign: string): boolean {
    return this.#token.kind === 'sign' && this.#token.text === sign
  }

  #take(): Token {
    const token = this.#token
    if (token.kind !== 'end') this.#token = this.#next()
    return token
  }

  #next(): Token {
    const { value, done } = this.#tokens.next()
    return done === true ? { kind: 'end', at: 0 } : value
  }
}

function word(text: string, at: number): Expression {
  const value = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined
  if (value === undefined)
    throw new Misspelt(
      at,
      `${text} stands alone; write [${text}] for an attribute, "${text}" for a text, ${text}(…) for a function`,
    )
  return { kind: 'constant', at, value }
}
