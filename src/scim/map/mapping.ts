import type { Kind, TargetValue } from '../model.ts'
import type { CompiledExpression } from './compile-expression.ts'

/** When an attribute is set: whenever it differs, or at the create alone. */
export const APPLIES = ['always', 'create'] as const

export type Apply = (typeof APPLIES)[number]

/** Attributes by which an object is looked for at the target. No combined keys; each is tried alone. */
export const MATCH_ATTRIBUTES = {
  user: ['externalId', 'userName'],
  group: ['externalId', 'displayName'],
} as const satisfies Readonly<Record<Kind, readonly string[]>>

export type MatchAttribute = 'externalId' | 'userName' | 'displayName'

/** One line of a mapping as people write it: where it goes, and an expression or a constant. */
export interface AttributeMapping {
  /** The target's path: `userName`, `emails[type eq "work"].value`. */
  readonly target: string
  readonly source?: string | undefined
  readonly constant?: TargetValue | undefined
  /** Set at a create where the source gives no value. */
  readonly default?: TargetValue | undefined
  /** @default always */
  readonly apply?: Apply | undefined
  /** The place in the order in which attributes are tried for a match, from 1. */
  readonly matching?: number | undefined
}

/** One thing that is wrong with a mapping. */
export interface MappingProblem {
  /** Which line of the mapping, from 0; `undefined` where it is about the whole. */
  readonly line: number | undefined
  readonly key: keyof AttributeMapping | undefined
  /** One sentence without a full stop. */
  readonly text: string
}

/** A line of a mapping that is ready to be worked out. */
export interface CompiledAttribute {
  readonly path: string
  /** The expression or the constant, as text for people. */
  readonly text: string
  readonly expression: CompiledExpression | undefined
  readonly constant: TargetValue | undefined
  readonly default: TargetValue | undefined
  readonly apply: Apply
  /** Whether the target takes true or false there, and no text. */
  readonly isBoolean: boolean
  /** Whether the object cannot be provisioned without it. */
  readonly isRequired: boolean
}

/** The mapping of one kind, checked and compiled. */
export interface ObjectMapping {
  readonly kind: Kind
  readonly attributes: readonly CompiledAttribute[]
  /** By what an object is matched, the first first. */
  readonly match: readonly MatchAttribute[]
  /** Attributes of the source that it reads, without `IsSoftDeleted` and `objectId`, which are worked out. */
  readonly reads: readonly string[]
  /** Paths whose values logs must not show. */
  readonly hidden: ReadonlySet<string>
  /** Sentences for people about what is odd and not wrong. */
  readonly warnings: readonly string[]
}

/** Why an attribute has no value; it is left alone at the target. */
export interface LeftOut {
  readonly path: string
  /** The end of a sentence that begins with the path. */
  readonly reason: string
  /** Whether that is a mistake in the data, and not just an empty value. */
  readonly isFault: boolean
}

/** What an object is to be at the target. */
export interface Mapped {
  /** Compared with the target, whenever the object is looked at. */
  readonly values: TargetValuesOf
  /** Set at a create, besides `values`. */
  readonly onCreate: TargetValuesOf
  /** Set at a create to the first candidate that nobody at the target has. */
  readonly candidates: Readonly<Record<string, readonly string[]>>
  readonly leftOut: readonly LeftOut[]
  /** Why the object cannot be provisioned, as a sentence; `undefined` where it can. */
  readonly refusal: string | undefined
}

type TargetValuesOf = Readonly<Record<string, TargetValue>>
