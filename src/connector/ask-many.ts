import { z } from 'zod'
import { ConnectorError } from '../sdk/errors.ts'
import type { ClientCall, TwingateClient } from './client.ts'

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
}

export type Variables = Readonly<Record<string, string | undefined>>

/** Root fields a request. Nothing is published about how many are too many, so a request that fails is halved. */
const MOST_AT_ONCE = 50

/** The document that asks for `count` things: variable `id` of the second one is `$id1`, its answer `a1`. */
export function documentFor({ operation, field, parameters, fragments }: ManyQuery<unknown>, count: number): string {
  const each = Array.from({ length: count }, (_, i) => i)
  const declared = each.flatMap((i) => Object.entries(parameters).map(([name, type]) => `$${name}${i}: ${type}`))
  const fields = each.map((i) => `a${i}: ${field.replaceAll(/\$\w+/g, (name) => `${name}${i}`)}`)
  return `query ${operation}(${declared.join(', ')}) {\n  ${fields.join('\n  ')}\n}\n${fragments}`
}

/**
 * Asks for every item, at most 50 in one request, and gives the answers in the items' order.
 *
 * Shape: `undefined` for an item whose id the API cannot read, which would else fail its neighbours, too.
 * Errors: as `client.query`, once a request for a single item fails.
 */
export async function askMany<T>(
  client: TwingateClient,
  query: ManyQuery<T>,
  items: readonly Variables[],
  call: ClientCall,
): Promise<readonly (T | undefined)[]> {
  const answers: (T | undefined)[] = []
  for (let at = 0; at < items.length; at += MOST_AT_ONCE)
    answers.push(...(await askChunk(client, query, items.slice(at, at + MOST_AT_ONCE), call)))
  return answers
}

async function askChunk<T>(
  client: TwingateClient,
  query: ManyQuery<T>,
  items: readonly Variables[],
  call: ClientCall,
): Promise<readonly (T | undefined)[]> {
  const keys = items.map((_, i) => `a${i}`)
  const answer = z.object(Object.fromEntries(keys.map((key) => [key, query.answer])))
  const variables = Object.fromEntries(
    items.flatMap((item, i) => Object.entries(item).map(([name, value]) => [`${name}${i}`, value])),
  )
  try {
    const { operation } = query
    const data = await client.query({ operation, document: documentFor(query, items.length), answer }, variables, call)
    return keys.map((key) => data[key])
  } catch (caught) {
    const error = ConnectorError.from(caught, query.operation)
    if (items.length === 1 && isUnreadableId(error)) return [undefined]
    if (items.length === 1 || !(isUnreadableId(error) || isTooMuch(error))) throw error
    const middle = Math.ceil(items.length / 2)
    return [
      ...(await askChunk(client, query, items.slice(0, middle), call)),
      ...(await askChunk(client, query, items.slice(middle), call)),
    ]
  }
}

const isUnreadableId = (error: ConnectorError): boolean =>
  error.code === 'not-found' && error.reason === 'graphql errors'

/** Failures that a smaller request may avoid. */
const isTooMuch = (error: ConnectorError): boolean =>
  error.code === 'deadline-exceeded' ||
  /^http (413|5\d\d)$/.test(error.reason) ||
  (error.reason === 'graphql errors' && /complex|depth|too (many|large|big)|maximum|exceed/i.test(error.detail))
