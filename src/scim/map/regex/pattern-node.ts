/** A pattern taken apart. */
export type PatternNode =
  | { readonly kind: 'char'; readonly fits: CharTest }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  /** `index` counts from 1; 0 is the whole match. */
  | { readonly kind: 'group'; readonly index: number; readonly body: PatternNode }
  | {
      readonly kind: 'repeat'
      readonly body: PatternNode
      readonly least: number
      readonly most: number
      readonly isLazy: boolean
    }
  | { readonly kind: 'place'; readonly place: Place }

/** Whether a code point is one of a set. */
export type CharTest = (codePoint: number) => boolean

/** `end` is the end or before a line break at the end, `very-end` only the end. */
export type Place = 'start' | 'end' | 'very-end' | 'boundary' | 'no-boundary'

/** Thrown inside of this folder only. */
export class UnfitPattern extends Error {}
