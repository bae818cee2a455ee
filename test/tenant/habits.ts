import type { FilterHabits } from './filters.ts'

/** How another server than the usual one behaves, within the same schema. What is left out is as usual. */
export interface Habits {
  readonly filters?: FilterHabits
  /** The words for an id that cannot be read. Default those of the live API. */
  readonly unreadableId?: string
  /** A list that is asked for more rows is refused with an error, instead of cut. */
  readonly firstLimit?: number
  /** A document with more aliases is refused. */
  readonly aliasLimit?: number
  /** The words of that error, and its code. */
  readonly overLimit?: { readonly message: string; readonly code?: string }
  /** Values of enums that the server cannot print, so that the answer is an error about their place. */
  readonly unprintable?: readonly string[]
  /** Fields, as `Type.field`, that the server fails to show: of one object by its id, or of all. */
  readonly unshown?: readonly { readonly field: string; readonly of?: string }[]
  /** Fields that the schema does not have, as `Type.field`. */
  readonly withoutFields?: readonly string[]
  /** An object is found by the number in its id, however that is spelt. */
  readonly looseIds?: boolean
  /** Errors do not say which field they are about. */
  readonly pathless?: boolean
}
