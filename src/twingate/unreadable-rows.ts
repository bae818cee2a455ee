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

/** A field of one row of a list that the API cannot show. */
interface Unreadable {
  readonly row: number
  readonly name: string
  readonly path: readonly (string | number)[]
  readonly words: string
}

/**
 * Asks for a page of a list in which the API may not be able to show a field of some row, as where an enum has a value that its schema lacks.
 *
 * Shape: the rows before such a row come first, as a short page; then the row alone, without the field where `query.lacks` names it, with a warning.
 * Errors: those of `ask`; `unavailable`, with the row and the field, where the field is another one: a role decides a grant.
 * Why: GraphQL answers nothing of a page where one value of it cannot be printed, so that one row would keep a network from being synced.
 */
export async function askPastUnreadable<T>(
  query: ListQuery<T>,
  variables: Variables,
  log: Logger,
  ask: Ask,
): Promise<T> {
  try {
    return await ask(query, variables)
  } catch (caught) {
    const error = ConnectorError.from(caught, query.operation)
    const found = unreadableIn(error)
    if (!found || typeof variables['first'] !== 'number') throw caught
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
  const field = fieldsNamed(query.document, name)
  const lacks = field.filter((one) => query.lacks?.has(one))
  const document = withoutFields(query.document, new Set(lacks.length > 0 ? lacks : field))
  if (document === query.document) throw error
  const row = idAt(await ask({ ...query, document, answer: z.unknown() }, variables), path)
  if (row === undefined) throw error
  if (lacks.length === 0)
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

/** The first row of a list that an error is about, with its own field. */
function unreadableIn(error: ConnectorError): Unreadable | undefined {
  const all = answerErrorsOf(error).map(({ path, message }): Unreadable | undefined => {
    const at = path?.indexOf('edges') ?? -1
    const [row, node, name, ...deeper] = path?.slice(at + 1) ?? []
    if (!path || at < 0 || typeof row !== 'number' || node !== 'node') return undefined
    return typeof name === 'string' && deeper.length === 0 ? { row, name, path, words: message } : undefined
  })
  const found = all.flatMap((one) => one ?? [])
  return found.length === 0 || found.length < all.length ? undefined : found.toSorted((a, b) => a.row - b.row)[0]
}

/** Fields of this name in the fragments of a document, as `Type.field`. */
const fieldsNamed = (document: string, name: string): readonly string[] =>
  [...document.matchAll(/fragment \w+ on (\w+) \{\n([^}]*(?:\{[^}]*\}[^}]*)*)\n\}/g)].flatMap(([, type, lines = '']) =>
    new RegExp(`^ *${name}\\b`, 'm').test(lines) ? [`${type ?? ''}.${name}`] : [],
  )

function idAt(answer: unknown, path: readonly (string | number)[]): string | undefined {
  let value: unknown = answer
  for (const step of path.slice(0, -1))
    value = typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined
  return typeof id === 'string' ? id : undefined
}
