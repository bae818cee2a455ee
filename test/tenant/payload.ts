import { GraphQLError } from './graphql.ts'
import { isGlobalId } from './global-id.ts'

/** What every mutation answers. A refusal is data, not an error. */
export interface Payload<T> {
  readonly ok: boolean
  readonly error: string | null
  readonly entity: T | null
}

/** Thrown inside a mutation to answer `ok: false` with this text. */
export class Refusal extends Error {}

export function answer<T>(change: () => T | null): Payload<T> {
  try {
    return { ok: true, error: null, entity: change() }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, error: error.message, entity: null }
    throw error
  }
}

/** Passes a missing row through, but not an id that cannot be read: the API answers that one with a GraphQL error. */
export function present<T>(
  row: T | undefined,
  id: string,
  field = 'id',
  words = `{'${field}': ['Unable to parse global ID']}`,
): T | undefined {
  if (row === undefined && !isGlobalId(id)) throw new GraphQLError(words)
  return row
}

export function found<T>(row: T | undefined, id: string, field: string, kind: string): T {
  const existing = present(row, id, field)
  if (existing === undefined) throw new Refusal(`Field '${field}' ${kind} with id '${id}' does not exist.`)
  return existing
}
