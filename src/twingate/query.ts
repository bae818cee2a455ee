import type { z } from 'zod'

/** A GraphQL query with the form of its answer. Values travel as variables only, never in `document`. */
export interface Query<T> {
  readonly operation: string
  /** What the document calls itself. @default `operation` */
  readonly name?: string
  readonly document: string
  readonly answer: z.ZodType<T>
  /** Fields that an object may lack where the API cannot show them, as `Type.field`; see `UnreadableKeeper`. @default none, and such an object is an error */
  readonly lacks?: ReadonlySet<string>
  /** Those of them whose objects stand in many rows: they are left out of a whole page at once. */
  readonly shares?: ReadonlySet<string>
  /** The variable that says how many things of a list inside a row are asked for; the rest of that list is read later. */
  readonly nested?: string
}

/** A mutation with the form of its `entity`; `z.null()` or `z.undefined()` where it has none. The document has one root field. */
export interface Mutation<T> {
  readonly operation: string
  readonly document: string
  readonly entity: z.ZodType<T>
  /** What `entity` describes: the payload's field of that name, or the payload as a whole where more stands beside it. @default entity */
  readonly shows?: 'payload'
}

/** A query with its variables. */
export interface Asked {
  readonly query: Query<unknown>
  readonly variables: Readonly<Record<string, unknown>>
}
