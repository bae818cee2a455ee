import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Logger } from '../sdk/ground/ports.ts'
import { answerErrorsOf, malformed } from './graphql-errors.ts'
import { withoutFields } from './optional-fields.ts'
import type { Query } from './query.ts'

type Variables = Readonly<Record<string, unknown>>
type Ask = <T>(query: Query<T>, variables: Variables) => Promise<T>
type Path = readonly (string | number)[]

/** A field of an object that the API cannot show. */
interface Unreadable {
  readonly path: Path
  readonly words: string
  /** The line that asks for it, as `Type.field`; absent where it stands outside of fragments. */
  readonly field?: string
  /** The row of the list that is read page by page; absent where the answer holds no such list. */
  readonly row?: number
  /** Its place in a list of that row. */
  readonly nested?: number
}

/** Rows that are read alone for the sake of one field. With more of them the field is left out of whole pages, so that a new value costs two requests a page. */
const MOST_ALONE = 10

/** Reads what the API cannot show as a whole. */
export interface UnreadableKeeper {
  /**
   * Asks for an object, or a page of a list, in which the API may not be able to show a field, as where an enum has a value that its schema lacks.
   *
   * Shape: the rows before such a row come first, as a short page; then the row alone, without the field where `query.lacks` names it, with a
   * warning. Fields that `query.shares` names, and those of objects that are no rows, are left out of the whole answer.
   * `came` is an earlier error, used in place of the first request. Errors: those of `ask`; `unavailable`, with the object and the field, where the field
   * is one that is never left out, such as a role, which decides a grant.
   * Why: GraphQL answers nothing of a page where one value of it cannot be printed, so that one row would keep a network from being synced.
   */
  ask<T>(query: Query<T>, variables: Variables, log: Logger, ask: Ask, came?: ConnectorError): Promise<T>
}

export function createUnreadableKeeper(): UnreadableKeeper {
  const alone = new Map<string, number>()

  const askPast: UnreadableKeeper['ask'] = async (query, variables, log, ask, came) => {
    try {
      if (came) throw came
      return await ask(query, variables)
    } catch (caught) {
      const error = ConnectorError.from(caught, query.operation)
      const found = await unreadableIn(error, query)
      if (!found) throw caught
      const { field, row, nested } = found
      if (field === undefined) throw inPlace(error, found)
      const read = alone.get(field) ?? 0
      if (row === undefined || typeof variables['first'] !== 'number' || query.shares?.has(field) || read >= MOST_ALONE)
        return askWithout(query, variables, [found], log, ask)
      if (row > 0) return askPast(query, { ...variables, first: row }, log, ask)
      if (nested !== undefined && nested > 0 && query.nested !== undefined)
        return askPast(query, { ...variables, first: 1, [query.nested]: nested }, log, ask)
      const isNested = nested !== undefined && query.nested !== undefined
      alone.set(field, read + 1)
      return askWithout(query, { ...variables, first: 1, ...(isNested && { [query.nested]: 1 }) }, [found], log, ask)
    }
  }
  return { ask: askPast }
}

/** Asks without the fields that cannot be shown, and says which they are. */
async function askWithout<T>(
  query: Query<T>,
  variables: Variables,
  gone: readonly Unreadable[],
  log: Logger,
  ask: Ask,
): Promise<T> {
  const fields = new Set(gone.flatMap(({ field }) => field ?? []))
  const document = withoutFields(query.document, fields)
  let answer: unknown
  try {
    answer = await ask({ ...query, document, answer: z.unknown() }, variables)
  } catch (caught) {
    const more = await unreadableIn(ConnectorError.from(caught, query.operation), query)
    if (more?.field === undefined || fields.has(more.field)) throw caught
    return askWithout(query, variables, [...gone, more], log, ask)
  }
  for (const one of gone) {
    const row = nameIn(answer, one.path) ?? idOf(variables) ?? placeOf(one.path)
    if (!query.lacks?.has(one.field ?? '')) throw notShown(query, one, row)
    log.warn('Twingate cannot show a field of a row; it is left out there', {
      row,
      field: labelOf(one),
      detail: one.words,
      ...(isWholePage(one, variables) && { also_left_out: 'of all other rows of this answer' }),
    })
  }
  const parsed = query.answer.safeParse(answer)
  if (parsed.success) return parsed.data
  throw malformed("Twingate sent an answer of another form than the Admin API's", query.operation, parsed.error)
}

const isWholePage = ({ row }: Unreadable, variables: Variables): boolean =>
  row !== undefined && variables['first'] !== 1

const notShown = ({ operation }: Query<unknown>, found: Unreadable, row: string): ConnectorError =>
  new ConnectorError(
    'unavailable',
    operation,
    `Twingate cannot show the field ${labelOf(found)} of ${row}, and nothing is left out that decides who has access: ${found.words}`,
    undefined,
    'unshown field',
  )

/** The same refusal with its place: what stands outside of fragments may be a list that is too long, so a smaller page may help. */
const inPlace = (error: ConnectorError, found: Unreadable): ConnectorError =>
  error.with({
    detail: `Twingate cannot show the field ${labelOf(found)} of ${placeOf(found.path)}: ${found.words}`,
    cause: error.cause,
  })

/** The first object that an error is about, with its own field. */
async function unreadableIn(error: ConnectorError, { document }: Query<unknown>): Promise<Unreadable | undefined> {
  const errors = answerErrorsOf(error)
  if (errors.length === 0) return undefined
  // It reads documents with a package that is seldom needed.
  const { fragmentFieldAt } = await import('./selection.ts')
  const all = errors.map(({ path, message }): Unreadable | undefined => {
    if (!path || path.length < 2 || typeof path.at(-1) !== 'string') return undefined
    const field = fragmentFieldAt(document, path)
    const [row, nested] = path.filter((step, i): step is number => typeof step === 'number' && path[i - 1] === 'edges')
    return {
      ...{ path, words: message },
      ...(field !== undefined && { field }),
      ...(row !== undefined && { row }),
      ...(nested !== undefined && { nested }),
    }
  })
  const found = all.flatMap((one) => one ?? [])
  if (found.length === 0 || found.length < all.length) return undefined
  return found.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0) || (a.nested ?? 0) - (b.nested ?? 0))[0]
}

/** The field with what stands inside it: `type`, `address.type`. */
function labelOf({ path, field }: Unreadable): string {
  const name = field?.slice(field.indexOf('.') + 1)
  const from = name === undefined ? -1 : path.lastIndexOf(name)
  return path
    .slice(from)
    .filter((step) => typeof step === 'string')
    .join('.')
}

/** A place of an answer in words, for an object whose id is not known. */
const placeOf = (path: Path): string => path.slice(0, -1).join('.')

const idOf = ({ id }: Variables): string | undefined => (typeof id === 'string' ? id : undefined)

/** The id of the nearest object around a place; of an edge that has none of its own, with the object that it leads to. */
function nameIn(answer: unknown, path: Path): string | undefined {
  let value: unknown = answer
  let name: string | undefined
  for (const step of path.slice(0, -1)) {
    value = memberOf(value, step)
    const id = memberOf(value, 'id')
    const leadsTo = memberOf(memberOf(value, 'node'), 'id')
    if (typeof id === 'string') name = id
    else if (typeof leadsTo === 'string') name = name === undefined ? leadsTo : `${name} (${leadsTo})`
  }
  return name
}

const memberOf = (value: unknown, step: string | number): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined
