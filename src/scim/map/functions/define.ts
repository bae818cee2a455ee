import type { RandomBytes } from '../../../sdk/ground/ports.ts'
import type { Result, Value } from '../value.ts'

/** What a parameter takes. A `branch` is worked out only where it is needed; all others are turned into their type before the call. */
export interface TypeOf {
  readonly any: Value
  readonly text: string
  readonly number: number
  readonly boolean: boolean
  readonly date: Date
  readonly list: readonly string[]
  readonly branch: () => Result
}

export type ParameterType = keyof TypeOf

export interface Parameter {
  readonly name: string
  readonly type: ParameterType
  /** It may be left out; the function gets `null` then. */
  readonly optional?: true
  /** The function is called with `null` if there is no value. Without this, a missing value means no result, and no call is made. */
  readonly nullable?: true
}

type ArgumentOf<P extends Parameter> =
  TypeOf[P['type']] | (P extends { readonly optional: true } | { readonly nullable: true } ? null : never)

export type ArgumentsOf<Ps extends readonly Parameter[]> = { readonly [K in keyof Ps]: ArgumentOf<Ps[K]> }

/** What the world outside of an expression gives it. */
export interface Surroundings {
  readonly now: Date
  readonly random: RandomBytes
}

/** A constant argument; `undefined` for one that is known only when an object is there. */
export type ConstantArgument = string | number | null | undefined

export interface ArgumentProblem {
  /** Which argument, from 0; `undefined` for the call as a whole. */
  readonly argument: number | undefined
  /** The end of a sentence that begins with the argument's name; of the call as a whole, the sentence. */
  readonly text: string
}

export interface MappingFunction<Ps extends readonly Parameter[] = readonly Parameter[]> {
  readonly name: string
  /** One sentence without a full stop, for the table in the documents. */
  readonly summary: string
  readonly parameters: Ps
  /** The last parameter, or the last two as a pair, may come again and again. */
  readonly repeats?: 'last' | 'pair'
  readonly returns: Exclude<ParameterType, 'branch'>
  /** Gives another value each time, so that it may fill attributes at a create only. */
  readonly changes?: true
  /** Stands at the top of an expression only. */
  readonly top?: true
  /** Keeps the values of its attribute out of logs. */
  readonly hides?: true
  /** What is wrong with the arguments that are known beforehand. */
  readonly check?: (constants: readonly ConstantArgument[]) => ArgumentProblem | undefined
  /** `rest` are the arguments of the repeated parameters after their first appearance. */
  // A method, so that functions of other parameters are one type to the registry.
  call(args: ArgumentsOf<Ps>, surroundings: Surroundings, rest: readonly ArgumentOf<Ps[number]>[]): Result
}

/** Keeps the types of the parameters for `call`; the registry forgets them. */
export const defineFunction = <const Ps extends readonly Parameter[]>(
  definition: MappingFunction<Ps>,
): MappingFunction => definition
