import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Logger } from '../sdk/ground/ports.ts'
import { answerErrorsOf } from './graphql-errors.ts'
import { withoutFields } from './optional-fields.ts'

type Variables = Readonly<Record<string, unknown>>

/** As `Query` of the client, which stands above this file. */
interface ListQuery<T> {
  readonly operation: string
  readonly document: string
  readonly answer: z.ZodType<T>
  readonly lacks?: ReadonlySet<string>
}

type Ask = <T>(query: ListQuery<T>, variables: Variables) => Promise<T>

/** A field of an object that the API cannot show. */
interface Unreadable {
  /** The row of the list that is read page by page; absent where the answer holds no such list, or the object stands deeper than its rows. */
  readonly row?: number
  readonly name: string
  readonly path: readonly (string | number)[]
  readonly words: string
}

/**
 * Asks for an object, or a page of a list, in which the API may not be able to show a field, as where an enum has a value that its schema lacks.
 *
 * Shape: the rows before such a row come first, as a short page; then the row alone, without the field where `query.lacks` names it, with a warning.
 * Objects that are no rows, or stand deeper, lack the field in the whole answer: they may stand in many rows.
 * `came` is what came of it already, in place of asking first. Errors: those of `ask`; `unavailable`, with the object and the field, where the field is another one: a role decides a grant.
 * Why: GraphQL answers nothing of a page where one value of it cannot be printed, so that one row would keep a network from being synced.
 */
export async function askPastUnreadable<T>(
  query: ListQuery<T>,
  variables: Variables,
  log: Logger,
  ask: Ask,
  came?: ConnectorError,
): Promise<T> {
  try {
    if (came) throw came
    return await ask(query, variables)
  } catch (caught) {
    const error = ConnectorError.from(caught, query.operation)
    const found = unreadableIn(error)
    if (!found) throw caught
    if (found.row === undefined || typeof variables['first'] !== 'number')
      return askWithout(query, variables, found, error, { log, ask })
    if (found.row > 0) return askPastUnreadable(query, { ...variables, first: found.row }, log, ask)
    return askWithout(query, { ...variables, first: 1 }, found, error, { log, ask })
  }
}

async function askWithout<T>(
  query: ListQuery<T>,
  variables: Variables,
  { name, path, words }: Unreadable,
  error: ConnectorError,
  { log, ask }: { readonly log: Logger; readonly ask: Ask },
): Promise<T> {
  const field = fieldAt(query.document, path)
  if (field === undefined) throw error
  const document = withoutFields(query.document, new Set([field]))
  const row = idAt(await ask({ ...query, document, answer: z.unknown() }, variables), path)
  if (row === undefined) throw error
  if (!query.lacks?.has(field))
    throw new ConnectorError(
      'unavailable',
      query.operation,
      `Twingate cannot show the field ${name} of ${row}, and nothing is left out that decides who has access: ${words}`,
      error.cause,
      'malformed answer',
    )
  log.warn('Twingate cannot show a field of a row; it is left out there', { row, field: name, detail: words })
  return askPastUnreadable({ ...query, document }, variables, log, ask)
}

/** The first object that an error is about, with its own field. */
function unreadableIn(error: ConnectorError): Unreadable | undefined {
  const all = answerErrorsOf(error).map(({ path, message }): Unreadable | undefined => {
    const name = path?.at(-1)
    if (!path || typeof name !== 'string' || path.length < 2) return undefined
    const at = path.indexOf('edges')
    const row = path[at + 1]
    const isOwn = at >= 0 && path.length === at + 4 && typeof row === 'number'
    return { ...(isOwn && { row }), name, path, words: message }
  })
  const found = all.flatMap((one) => one ?? [])
  if (found.length === 0 || found.length < all.length) return undefined
  return found.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0))[0]
}

/**
 * The field of a fragment that a place of the answer is of, as `Type.field`. Fragments stand in the order in which their objects hold each other.
 */
function fieldAt(document: string, path: readonly (string | number)[]): string | undefined {
  const name = path.at(-1)
  const depth = path.filter((step) => step === 'edges').length - (path[1] === 'edges' ? 1 : 0)
  const fields = [...document.matchAll(/fragment \w+ on (\w+) \{\n([^}]*(?:\{[^}]*\}[^}]*)*)\n\}/g)].flatMap(
    ([, type, lines = '']) => (new RegExp(`^ *${name}\\b`, 'm').test(lines) ? [`${type ?? ''}.${name}`] : []),
  )
  return fields[Math.min(depth, fields.length - 1)]
}

function idAt(answer: unknown, path: readonly (string | number)[]): string | undefined {
  let value: unknown = answer
  for (const step of path.slice(0, -1))
    value = typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  return typeof id === 'string' ? id : undefined
}
