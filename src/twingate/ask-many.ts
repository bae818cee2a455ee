import { z } from 'zod'
import { ConnectorError, httpStatusOf, isServerFault } from '../sdk/ground/errors.ts'
import type { ClientCall, TwingateClient } from './client.ts'
import { answerErrorsOf } from './graphql-errors.ts'
import { isOpenRefusal, judgeRefused } from './refused-thing.ts'

/** A question that is asked for many things at once, one alias each. Values travel as variables only. */
export interface ManyQuery<T> {
  readonly operation: string
  /** One root field with its selection. Its variables are named as in `parameters`. */
  readonly field: string
  /** GraphQL type by name of the variable; the names hold no digits. */
  readonly parameters: Readonly<Record<string, string>>
  /** Fragments that `field` spreads, or `''`. */
  readonly fragments: string
  readonly answer: z.ZodType<T>
  /** As in `Query`, for a thing that is asked for alone. */
  readonly lacks?: ReadonlySet<string>
  /** A thing that the API can answer for at any time, if only by saying that it does not exist. */
  readonly probe: Variables
}

export type Variables = Readonly<Record<string, string | undefined>>

/** Root fields a request. Nothing is published about how many are too many, so a request that fails is halved. */
const MOST_AT_ONCE = 50

/** The name of one answer among `count`. A single one has no alias: a server may allow none. */
const keyOf = (field: string, i: number, count: number): string =>
  count === 1 ? (/^\w+/.exec(field)?.[0] ?? field) : `a${i}`

/** The document that asks for `count` things: variable `id` of the second one is `$id1`, its answer `a1`. */
export function documentFor(
  {
    operation,
    field,
    parameters,
    fragments,
  }: Pick<ManyQuery<unknown>, 'operation' | 'field' | 'parameters' | 'fragments'>,
  count: number,
): string {
  const each = Array.from({ length: count }, (_, i) => i)
  const declared = each.flatMap((i) => Object.entries(parameters).map(([name, type]) => `$${name}${i}: ${type}`))
  const fields = each.map((i) => {
    const numbered = field.replaceAll(/\$\w+/g, (name) => `${name}${i}`)
    return count === 1 ? numbered : `${keyOf(field, i, count)}: ${numbered}`
  })
  return `query ${operation}(${declared.join(', ')}) {\n  ${fields.join('\n  ')}\n}\n${fragments}`
}

/**
 * Asks for every item, at most 50 in one request, and gives the answers in the items' order.
 *
 * Shape: an error in the place of an answer says that the API refuses this item alone (`judgeRefused`), which would else fail its neighbours, too.
 * Errors: as `client.query`, once a request for a single item fails.
 */
export const askMany = <T>(
  client: TwingateClient,
  query: ManyQuery<T>,
  items: readonly Variables[],
  call: ClientCall,
): Promise<readonly (T | ConnectorError)[]> => askAll({ client, query, call, most: MOST_AT_ONCE, answers: 0 }, items)

interface Asking<T> {
  readonly client: TwingateClient
  readonly query: ManyQuery<T>
  readonly call: ClientCall
  /** Items in one request; less where more were refused. */
  most: number
  /** Requests that were answered. */
  answers: number
}

/** For items that were refused together with others: how many requests were answered before. */
type Doubt = { readonly answers: number } | undefined

async function askAll<T>(
  asking: Asking<T>,
  items: readonly Variables[],
  doubt?: Doubt,
): Promise<readonly (T | ConnectorError)[]> {
  const answers: (T | ConnectorError)[] = []
  while (answers.length < items.length)
    answers.push(...(await askChunk(asking, items.slice(answers.length, answers.length + asking.most), doubt)))
  return answers
}

async function askChunk<T>(
  asking: Asking<T>,
  items: readonly Variables[],
  doubt: Doubt,
): Promise<readonly (T | ConnectorError)[]> {
  const before: Doubt = doubt ?? { answers: asking.answers }
  try {
    return await askOnce(asking, items)
  } catch (caught) {
    const error = ConnectorError.from(caught, asking.query.operation)
    const [item] = items
    if (item && items.length === 1) return [await judge(asking, item, error, doubt)]
    if (!isOpenRefusal(error) && !isTooMuch(error)) throw error
    const named = namedIn(error, items)
    if (named.size > 0 && named.size < items.length) return askApart(asking, items, named, before)
    const middle = Math.ceil(items.length / 2)
    const halves = [
      ...(await askAll(asking, items.slice(0, middle), before)),
      ...(await askAll(asking, items.slice(middle), before)),
    ]
    // If no single item is to blame, the number of items was.
    if (!halves.some((answer) => ConnectorError.is(answer))) asking.most = Math.min(asking.most, middle)
    return halves
  }
}

/** Items that the refusal names are asked for alone, after all others together. */
async function askApart<T>(
  asking: Asking<T>,
  items: readonly Variables[],
  named: ReadonlySet<Variables>,
  doubt: Doubt,
): Promise<readonly (T | ConnectorError)[]> {
  const others = items.filter((item) => !named.has(item))
  const answers = new Map<Variables, T | ConnectorError>()
  for (const [i, answer] of (await askAll(asking, others)).entries()) {
    const item = others[i]
    if (item) answers.set(item, answer)
  }
  for (const item of named) for (const answer of await askChunk(asking, [item], doubt)) answers.set(item, answer)
  return items.map((item) => answers.get(item) as T | ConnectorError)
}

async function askOnce<T>(asking: Asking<T>, items: readonly Variables[]): Promise<readonly T[]> {
  const { client, query, call } = asking
  const { operation, field } = query
  const keys = items.map((_, i) => keyOf(field, i, items.length))
  const answer = z.object(Object.fromEntries(keys.map((key) => [key, query.answer])))
  const variables = Object.fromEntries(
    items.flatMap((item, i) => Object.entries(item).map(([name, value]) => [`${name}${i}`, value])),
  )
  const document = documentFor(query, items.length)
  const lacks = items.length === 1 ? query.lacks : undefined
  const data = await client.query({ operation, document, answer, ...(lacks && { lacks }) }, variables, call)
  asking.answers++
  return keys.map((key) => data[key] as T)
}

const judge = <T>(
  asking: Asking<T>,
  item: Variables,
  error: ConnectorError,
  doubt: Doubt,
): Promise<T | ConnectorError> =>
  judgeRefused<T>({
    error,
    thing: Object.values(item)
      .flatMap((value) => (value === undefined ? [] : [JSON.stringify(value)]))
      .join(' '),
    ...(!doubt && { again: async () => (await askOnce(asking, [item]))[0] as T }),
    ...((!doubt || doubt.answers === asking.answers) && { probe: () => askOnce(asking, [asking.query.probe]) }),
  })

/** The items whose answers the errors are about. */
function namedIn(error: ConnectorError, items: readonly Variables[]): ReadonlySet<Variables> {
  const keys = new Set(answerErrorsOf(error).map(({ path }) => path?.[0]))
  if (keys.has(undefined)) return new Set()
  return new Set(items.filter((_, i) => keys.has(keyOf('', i, items.length))))
}

/** Failures that a smaller request may avoid. */
const isTooMuch = (error: ConnectorError): boolean =>
  error.code === 'deadline-exceeded' || httpStatusOf(error.reason) === 413 || isServerFault(error.reason)
