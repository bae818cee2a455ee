import { ConnectorError } from '../sdk/ground/errors.ts'
import { answerErrors, answerErrorsOf, dataBeside, malformed, quotesName, refusedPlaces } from './graphql-errors.ts'
import { Answers, joinQueries, type JoinedPart, type JoinedQuery } from './joined-query.ts'
import type { Asked } from './query.ts'

export interface TogetherWays {
  /** Asks one question in a request of its own. */
  readonly alone: (asked: Asked) => Promise<unknown>
  /** Asks all of them in one. */
  readonly joined: (query: JoinedQuery) => Promise<Answers>
  /** Continues with one question after this error, which is about rows of its answer. */
  readonly onwards: (asked: Asked, error: ConnectorError) => Promise<unknown>
  /** Whether several questions can stand in one document at all. */
  readonly mayJoin: () => boolean
}

/** Answers of several questions from one request, as `TwingateClient.queryTogether` gives them. */
export async function askTogether(all: readonly Asked[], ways: TogetherWays): Promise<readonly unknown[]> {
  const answers = new Map<Asked, unknown>()
  for (let left = all; left.length > 0; left = left.filter((one) => !answers.has(one))) {
    if (left.length === 1 || !ways.mayJoin()) {
      const alone = left.map((one) =>
        ways.alone(one).catch((caught: unknown) => ConnectorError.from(caught, one.query.operation)),
      )
      for (const [i, answer] of (await Promise.all(alone)).entries()) set(i, answer)
      continue
    }
    const joined = joinQueries(left)
    const take = (data: Answers, i: number): unknown => answerOf(left[i], joined.parts[i], data)
    try {
      const data = await ways.joined(joined)
      for (const i of left.keys()) set(i, take(data, i))
    } catch (caught) {
      const error = ConnectorError.from(caught, joined.operation)
      const blamed = blamedIn(error, joined.parts)
      if (blamed.size === 0 || (blamed.size === left.length && !isInside(error))) throw error
      const beside = Answers.safeParse(dataBeside(error))
      for (const [i, one] of left.entries()) {
        if (blamed.has(i)) set(i, await pastRows(one, joined.parts[i], error, ways))
        else {
          const answer = beside.success ? take(beside.data, i) : undefined
          if (answer !== undefined && !ConnectorError.is(answer)) set(i, answer)
        }
      }
    }
    function set(i: number, answer: unknown): void {
      const one = left[i]
      if (one) answers.set(one, answer)
    }
  }
  return all.map((one) => answers.get(one))
}

/** The answer of one question in that of all, checked against its own form. */
function answerOf(asked: Asked | undefined, part: JoinedPart | undefined, data: Answers): unknown {
  if (!asked || !part) return undefined
  const own = Object.fromEntries([...part.names].map(([key, name]) => [key, data[name]]))
  const read = asked.query.answer.safeParse(own)
  if (read.success) return read.data
  const [issue] = read.error.issues
  return malformed(
    `Twingate sent an answer of another form than the Admin API's (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`,
    asked.query.operation,
    read.error,
  )
}

/** The result of a question that got an error. If the error is about rows, the question continues; otherwise the error is its result. */
async function pastRows(
  asked: Asked,
  part: JoinedPart | undefined,
  error: ConnectorError,
  { onwards }: TogetherWays,
): Promise<unknown> {
  const keys = new Map([...(part?.names ?? [])].map(([key, name]) => [name, key]))
  const own = answerErrorsOf(error).flatMap(({ path, ...said }) => {
    const [name, ...inside] = path ?? []
    const key = keys.get(String(name))
    return key === undefined ? [] : [{ ...said, path: [key, ...inside] }]
  })
  if (own.length === 0 || own.some(({ path }) => path.length === 1)) return error
  return onwards(asked, answerErrors(own, asked.query, false)).catch((caught: unknown) =>
    ConnectorError.from(caught, asked.query.operation),
  )
}

/** Whether all errors are about rows. Smaller pages do not help then; each question has to handle its own rows. */
const isInside = (error: ConnectorError): boolean => answerErrorsOf(error).every(({ path }) => (path?.length ?? 0) > 1)

const NOBODY: ReadonlySet<number> = new Set()

/**
 * The questions that the errors behind an error are about; none where one of the errors does not say so.
 *
 * Why: an error with a path leaves the fields beside it as they are (GraphQL, 6.4.4). A document that does not fit the schema is refused as a whole,
 * and names the places that do not fit.
 */
function blamedIn(error: ConnectorError, parts: readonly JoinedPart[]): ReadonlySet<number> {
  const errors = answerErrorsOf(error)
  const partOf = (isMeant: (part: JoinedPart) => boolean): number => parts.findIndex(isMeant)
  if (errors.length > 0 && errors.every(({ path }) => path))
    return known(errors.map(({ path }) => partOf(({ names }) => [...names.values()].includes(String(path?.[0])))))
  if (error.code !== 'internal') return NOBODY
  const places = refusedPlaces(error)
  if (places) return known(places.map(({ line }) => partOf(({ from, to }) => line >= from && line <= to)))
  return new Set(parts.flatMap(({ roots }, i) => (roots.some((root) => quotesName(error, root)) ? [i] : [])))
}

const known = (found: readonly number[]): ReadonlySet<number> => (found.includes(-1) ? NOBODY : new Set(found))
