import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { Query } from './query.ts'
import { OVERLAP_PARAMETERS } from './overlap.ts'
import { isOpenRefusal } from './refused-thing.ts'

type Variables = Readonly<Record<string, unknown>>
type Ask = <T>(query: Query<T>, variables: Variables) => Promise<T>
type Json = Record<string, unknown>

/** After so many pages that came only without aliases, none are sent any more. A single one may have been a passing fault. */
const PAGES_WITHOUT = 2

/** Learns whether the API takes aliases. A page of a list has one: the row that ended the page before (overlap.ts). */
export interface AliasKeeper {
  /**
   * Requests a page; if a page of one row is refused, requests it without aliases. After two such pages, no page is requested with aliases.
   *
   * Errors: those of `ask`.
   */
  fit<T>(query: Query<T>, variables: Variables, ask: Ask): Promise<T>
  /** Whether pages are asked for without aliases from now on. */
  areRefused(): boolean
}

export function createAliasKeeper(): AliasKeeper {
  let without = 0
  return {
    areRefused: () => without >= PAGES_WITHOUT,

    async fit(query, variables, ask) {
      if (!query.document.includes(OVERLAP_PARAMETERS)) return ask(query, variables)
      if (without >= PAGES_WITHOUT) return askWithout(query, variables, ask)
      try {
        return await ask(query, variables)
      } catch (caught) {
        const error = ConnectorError.from(caught, query.operation)
        if (variables['first'] !== 1 || !isOpenRefusal(error)) throw caught
        const answer = await askWithout(query, variables, ask).catch((again: unknown) => {
          throw isOpenRefusal(ConnectorError.from(again, query.operation)) ? error : again
        })
        without++
        return answer
      }
    },
  }
}

/**
 * The same page without aliases. Where the overlap is one row the page begins with it; otherwise it is asked for behind the page, in a request of its
 * own, so that what vouches for the page is not older.
 */
async function askWithout<T>(query: Query<T>, variables: Variables, ask: Ask): Promise<T> {
  const { overlaps, overlapFirst, overlapAfter, ...own } = variables
  const plain = { ...query, document: withoutAliases(query.document) }
  const names = aliasesIn(query.document)
  const from = (turn: (holder: Json, list: Json) => void) =>
    z.preprocess((data) => restored(data, names, turn), query.answer)
  if (overlaps !== true) return ask({ ...plain, answer: from(() => {}) }, own)
  if (overlapFirst === 1) {
    const page = { ...own, first: Number(own['first']) + 1, after: overlapAfter }
    return ask({ ...plain, answer: from(firstApart) }, page)
  }
  const data = await ask({ ...plain, answer: z.unknown() }, own)
  const before = await ask({ ...plain, answer: z.unknown() }, { ...own, first: overlapFirst, after: overlapAfter })
  const rows = holderIn(before)?.list
  return from((holder) => void (rows && Object.assign(holder, { overlap: rows }))).parse(data)
}

function firstApart(holder: Json, list: Json): void {
  const [first, ...rest] = list['edges'] as readonly unknown[]
  list['edges'] = rest
  holder['overlap'] = { edges: first === undefined ? [] : [first] }
}

const ALIAS = /^(\s*|query [^{]*\{ )(\w+): (\w+)\(/

const withoutAliases = (document: string): string =>
  document
    .replace(`, ${OVERLAP_PARAMETERS}`, '')
    .split('\n')
    .filter((line) => !/^\s*overlap: /.test(line))
    .map((line) => line.replace(ALIAS, '$1$3(').replaceAll(KIND, TYPE_NAME))
    .join('\n')

/** What kind of object a row is, as documents call it and as GraphQL does. */
const KIND = 'kind: __typename'
const TYPE_NAME = '__typename'

/** The value with the kinds of all its objects under the name that documents use. */
function withKinds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withKinds)
  if (!isJson(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name === TYPE_NAME ? 'kind' : name, withKinds(child)]),
  )
}

/** The alias of each root field, by the name that the field has without an alias. */
const aliasesIn = (document: string): ReadonlyMap<string, string> =>
  new Map(
    document.split('\n').flatMap((line) => {
      const [, , alias = '', field = ''] = ALIAS.exec(line) ?? []
      return alias === '' || alias === 'overlap' ? [] : [[field, alias] as const]
    }),
  )

/** The answer as it would be with aliases; each request has its own. */
function restored(
  data: unknown,
  names: ReadonlyMap<string, string>,
  turn: (holder: Json, list: Json) => void,
): unknown {
  const found = holderIn(data)
  if (found) turn(found.holder, found.list)
  if (!isJson(data)) return data
  return withKinds(Object.fromEntries(Object.entries(data).map(([name, value]) => [names.get(name) ?? name, value])))
}

/** The list of an answer and what holds it: the root, or the object that has the list. */
function holderIn(value: unknown): { readonly holder: Json; readonly list: Json } | undefined {
  if (!isJson(value)) return undefined
  const own = Object.values(value).find((child) => isJson(child) && Array.isArray(child['edges']))
  if (isJson(own)) return { holder: value, list: own }
  return Object.values(value)
    .flatMap((child) => holderIn(child) ?? [])
    .at(0)
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
