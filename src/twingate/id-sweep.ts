import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import type { ClientCall, TwingateClient } from './client.ts'
import { decodeToken } from './cursor.ts'
import { PageInfo } from './connection.ts'
import type { Place } from './overlap.ts'
import { isOpenRefusal } from './refused-thing.ts'

/** A list whose ids are asked for, many pages in one request. */
export interface IdSweep {
  readonly operation: string
  /** The field of the list, for example `users`. */
  readonly list: string
  /** The object that has the list: a field of the root with the variable `$id`, and what is asked of it besides; absent for a list of the root. */
  readonly within?: { readonly field: string; readonly fields: string }
  /** Fragments that the fields spread. @default none */
  readonly fragments?: string
  /** As in `Query`. */
  readonly lacks?: ReadonlySet<string>
  /** What is asked of each row besides its id, with the variables it uses; then a request that is refused proves nothing, and is no error. @default nothing */
  readonly row?: { readonly fields: string; readonly parameters: readonly string[] }
  /** What else is asked for together with the last rows, with the variables it uses; its fields must not begin with `p` or `o` and a number. */
  readonly beside?: { readonly fields: string; readonly parameters: readonly string[] } | undefined
}

/** All ids at one moment, and the last answer, which also holds what was asked beside the ids. */
export interface Swept {
  readonly ids: readonly string[]
  /** The rows with all that was asked of them, in the order of the ids. */
  readonly rows: readonly Row[]
  readonly answer: Readonly<Record<string, unknown>>
}

/** Where a page of the listing stands: at most `first` rows behind `after`. `before` is where the row that ended the page before is found. */
const Span = z.strictObject({
  after: z.string().optional(),
  first: z.number().int().positive(),
  before: z.string().optional(),
})
type Span = z.infer<typeof Span>

/**
 * Pages in one request. Each takes two fields, and nothing is published about how many are too many, so a request that is refused is halved.
 *
 * Why: so many rows ask for less than a page of users with their groups does, and what comes in one answer is of one moment.
 */
const MOST_AT_ONCE = 50

/** Rows of the last page, whose end may have moved on. */
const LAST_ROWS = 100

const Row = z.looseObject({ id: z.string() })
type Row = z.infer<typeof Row>

const Rows = z.object({
  totalCount: z.number().int().nonnegative(),
  pageInfo: PageInfo,
  edges: z.array(z.object({ cursor: z.string(), node: Row })),
})
type Rows = z.infer<typeof Rows>
const Before = z.object({ edges: z.array(z.object({ node: z.object({ id: z.string() }) })) }).optional()

/** The `place` of a page for which `size` rows were asked, for a later sweep; none where it held no row. */
export function placeOf({ after, overlap }: Place, size: number, rows: number): { readonly place?: string } {
  if (rows === 0) return {}
  const span: Span = {
    first: size,
    ...(after !== undefined && { after }),
    ...(overlap?.after !== undefined && { before: overlap.after }),
  }
  return { place: JSON.stringify(span) }
}

/** The document that sweeps `count` pages; exported for the test that checks it against the schema. */
export function sweepDocument(sweep: IdSweep, count: number): string {
  const { operation, list, within, row, beside, fragments = '' } = sweep
  const each = Array.from({ length: count }, (_, i) => i)
  const declared = [
    ...(within === undefined ? [] : ['$id: ID!']),
    ...each.flatMap((i) => [`$first${i}: Int!, $after${i}: String, $before${i}: String, $checks${i}: Boolean!`]),
    ...(row?.parameters ?? []),
    ...(beside?.parameters ?? []),
  ]
  const fields = each.map(
    (i) => `p${i}: ${list}(first: $first${i}, after: $after${i}) {
      totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id ${row?.fields ?? ''} } }
    }
    o${i}: ${list}(first: 1, after: $before${i}) @include(if: $checks${i}) { edges { node { id } } }`,
  )
  const lists =
    within === undefined
      ? fields.join('\n    ')
      : `${within.field} { ${within.fields}\n    ${fields.join('\n    ')}\n  }`
  return `query ${operation}(${declared.join(', ')}) {\n    ${lists}\n    ${beside?.fields ?? ''}\n}\n${fragments}`
}

/**
 * The ids of a whole list, as one moment showed them; `undefined` where they do not prove themselves.
 *
 * Shape: `places` are those of the pages of an earlier reading, in order. Cursors are opaque; if they point to other rows by now, nothing is proved.
 * Errors: as `client.query`. What stands beside is given up first where a request is refused. One for a single page proves nothing then, and is no error.
 * Why: two pages belong together where the row before the second, asked for behind it in the same request, is a row of the first; what follows it
 * there is in the second. A list is whole where all its pages belong together, no id came twice, and the API counts as many with the last page.
 * Where rows moved between two requests, the oldest answer is asked for again: the newest of each may belong together.
 */
export async function sweepIds(
  client: TwingateClient,
  sweep: IdSweep,
  places: readonly string[],
  variables: Readonly<Record<string, unknown>>,
  call: ClientCall,
): Promise<Swept | undefined> {
  const spans = places.map((place) => decodeToken(place, (value) => Span.parse(value)))
  const parts: Part[] = []
  let most = MOST_AT_ONCE
  let asked = sweep
  /** Asks for a part, for the first time or again, and joins it with the others. */
  const read = async (place: number, some: readonly Span[]): Promise<Joined | ConnectorError> => {
    const answer = await answerOrRefusal(client, asked, some, variables, call)
    if (ConnectorError.is(answer)) return answer
    parts[place] = { spans: some, answer }
    return joinPages(parts, answer)
  }
  for (let at = 0; at < spans.length;) {
    const some = lastLonger(spans.slice(at, at + most), at + most >= spans.length)
    const joined = await read(parts.length, some)
    if (ConnectorError.is(joined)) {
      if (asked.row) return undefined
      if (asked.beside) asked = { ...asked, beside: undefined }
      else if (some.length === 1) return undefined
      else most = Math.floor(some.length / 2)
      continue
    }
    at += some.length
    if (joined.kind === 'whole') return joined.swept
    if (at >= spans.length && joined.kind === 'longer') spans.push(joined.next)
  }
  if (parts.length === 1) return undefined
  for (let again = 0; again <= parts.length; again++) {
    const place = again % parts.length
    const joined = await read(place, parts[place]?.spans ?? [])
    if (ConnectorError.is(joined)) return undefined
    if (joined.kind === 'whole') return joined.swept
  }
  return undefined
}

/** One request for pages that follow each other. */
interface Part {
  readonly spans: readonly Span[]
  readonly answer: Readonly<Record<string, unknown>>
}

const lastLonger = (spans: readonly Span[], isEnd: boolean): readonly Span[] =>
  spans.map((span, i) => (isEnd && i === spans.length - 1 ? { ...span, first: LAST_ROWS } : span))

type Joined =
  | { readonly kind: 'whole'; readonly swept: Swept }
  /** All pages belong together, and there are more. */
  | { readonly kind: 'longer'; readonly next: Span }
  | { readonly kind: 'apart' }

const APART: Joined = Object.freeze({ kind: 'apart' })

/** The rows of all pages, where they belong together, with the newest answer. */
function joinPages(parts: readonly Part[], answer: Swept['answer']): Joined {
  const rows: Row[] = []
  let next: Span = { first: LAST_ROWS }
  for (const { page, before } of parts.flatMap(pagesOf)) {
    if (!page) return APART
    const { totalCount, pageInfo, edges } = page
    // A page may have been shorter when it was read first.
    if (rows.length > 0) {
      const end = before === undefined ? -1 : rows.findLastIndex(({ id }) => id === before)
      if (end < 0) return APART
      rows.length = end + 1
    }
    for (const { node } of edges) rows.push(node)
    if (!pageInfo.hasNextPage) {
      const ids = rows.map(({ id }) => id)
      const isWhole = new Set(ids).size === ids.length && ids.length === totalCount
      return isWhole ? { kind: 'whole', swept: { ids, rows, answer } } : APART
    }
    const [last, end] = [edges.at(-2)?.cursor, pageInfo.endCursor]
    if (edges.length === 0 || end === null) return APART
    next = { first: LAST_ROWS, after: end, ...(last !== undefined && { before: last }) }
  }
  return { kind: 'longer', next }
}

const pagesOf = ({
  spans,
  answer,
}: Part): readonly { readonly page: Rows | undefined; readonly before: string | undefined }[] =>
  spans.map((_, i) => ({
    page: answer[`p${i}`] as Rows | undefined,
    before: (answer[`o${i}`] as z.infer<typeof Before>)?.edges.at(-1)?.node.id,
  }))

/** The fields of the lists and of what stands beside; of an object that is gone, no page. */
async function answerOrRefusal(
  client: TwingateClient,
  sweep: IdSweep,
  spans: readonly Span[],
  variables: Readonly<Record<string, unknown>>,
  call: ClientCall,
): Promise<Readonly<Record<string, unknown>> | ConnectorError> {
  const { operation, within } = sweep
  const pages = z
    .object(
      Object.fromEntries(
        spans.flatMap((_, i) => [
          [`p${i}`, Rows],
          [`o${i}`, Before],
        ]),
      ),
    )
    .loose()
  const answer = within === undefined ? pages : z.record(z.string(), pages.nullable())
  const about = Object.fromEntries(
    spans.flatMap(({ first, after, before }, i) => [
      [`first${i}`, first],
      [`after${i}`, after],
      [`before${i}`, before],
      [`checks${i}`, i > 0 || after !== undefined],
    ]),
  )
  try {
    const data = await client.query<Readonly<Record<string, unknown>>>(
      { operation, document: sweepDocument(sweep, spans.length), answer, ...(sweep.lacks && { lacks: sweep.lacks }) },
      { ...variables, ...about },
      call,
    )
    if (within === undefined) return data
    // The caller can tell better whether the object is gone.
    return (Object.values(data)[0] as Readonly<Record<string, unknown>> | null) ?? {}
  } catch (caught) {
    const error = ConnectorError.from(caught, operation)
    if (isOpenRefusal(error)) return error
    throw error
  }
}
