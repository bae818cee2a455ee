import { z } from 'zod'
import type { Resource, ResourceType } from '../sdk/model/model.ts'
import type {
  Call,
  IdCall,
  IdLister,
  IdList,
  ListPage,
  PageCall,
  ResourceSyncer,
  Rows,
  TargetedGetter,
} from '../sdk/contract/syncer.ts'
import { documentFor, type ManyQuery } from '../twingate/ask-many.ts'
import type { Query, TwingateClient } from '../twingate/client.ts'
import { countedConnectionOf } from '../twingate/connection.ts'
import { getMany } from '../twingate/get-many.ts'
import { probeIdOf, type IdKind } from '../twingate/global-id.ts'
import { lackable } from '../twingate/optional-fields.ts'
import { placeOf, sweepDocument, sweepIds, type IdSweep } from '../twingate/id-sweep.ts'
import {
  overlapField,
  OVERLAP_PARAMETERS,
  OverlapRows,
  pageEnd,
  pageVariables,
  readPlace,
} from '../twingate/overlap.ts'
import { queryById } from '../twingate/query-by-id.ts'
import { whereKnown } from './where-known.ts'

/** A kind of thing that the API lists as a whole and finds by id, and whose node tells all there is to know. */
export interface ListedThing<Node extends { readonly id: string }> {
  readonly type: ResourceType
  /** Its name in ids, for example `RemoteNetwork`. */
  readonly kind: IdKind
  /** Root fields of the API, for example `remoteNetworks` and `remoteNetwork`. */
  readonly list: string
  readonly one: string
  /** Operations, by which requests are told apart. */
  readonly operations: { readonly list: string; readonly one: string }
  /** A fragment by its name, and the form of its answer. A field that may be absent there is left out of a row where the API cannot show it. */
  readonly fragment: { readonly name: string; readonly text: string }
  readonly node: z.ZodType<Node> & z.ZodObject
  /** Pure. */
  resourceOf(this: void, node: Node): Resource
  /** What can be held on it, and by whom it is; both follow from the node. Pure. @default nothing is held on it */
  heldOn?(this: void, node: Node): Pick<Rows, 'entitlements' | 'grants'>
}

interface Queries<Node> {
  readonly list: Query<Listing<Node>>
  readonly one: Query<{ readonly thing: Node | null }>
}

interface Listing<Node> {
  readonly things: {
    readonly totalCount: number
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
    readonly edges: readonly { readonly cursor: string; readonly node: Node }[]
  }
  readonly overlap?: z.infer<typeof OverlapRows>
}

/** The two documents of a listed thing; root fields answer under the names `things` and `thing`. */
export const listedQueries = <Node extends { readonly id: string }>(thing: ListedThing<Node>): Queries<Node> => ({
  list: {
    operation: thing.operations.list,
    document: `query ${thing.operations.list}($first: Int!, $after: String, ${OVERLAP_PARAMETERS}) {
    things: ${thing.list}(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { cursor node { ...${thing.fragment.name} } }
    }
    ${overlapField(thing.list)}
  }\n${thing.fragment.text}`,
    answer: z.object({ things: countedConnectionOf(thing.node), overlap: OverlapRows }),
    lacks: lacksOf(thing),
  },
  one: {
    operation: thing.operations.one,
    document: `query ${thing.operations.one}($id: ID!) { thing: ${thing.one}(id: $id) { ...${thing.fragment.name} } }\n${thing.fragment.text}`,
    answer: z.object({ thing: thing.node.nullable() }),
    lacks: lacksOf(thing),
  },
})

const lacksOf = ({
  kind,
  node,
}: Pick<ListedThing<never>, 'kind'> & { readonly node: z.ZodObject }): ReadonlySet<string> =>
  new Set(lackable(kind, node))

const sweepOf = <Node extends { readonly id: string }>({ operations, list }: ListedThing<Node>): IdSweep => ({
  operation: `${operations.one}Ids`,
  list,
})

const manyOf = <Node extends { readonly id: string }>(thing: ListedThing<Node>): ManyQuery<Node | null> => ({
  operation: `${thing.operations.list}Again`,
  field: `${thing.one}(id: $id) { ...${thing.fragment.name} }`,
  parameters: { id: 'ID!' },
  fragments: thing.fragment.text,
  answer: thing.node.nullable(),
  lacks: lacksOf(thing),
  probe: { id: probeIdOf(thing.kind) },
})

/** All of them, for the test that checks documents against the schema. */
export function documentsOf<Node extends { readonly id: string }>(
  thing: ListedThing<Node>,
): readonly { readonly operation: string; readonly document: string }[] {
  const { list, one } = listedQueries(thing)
  const [sweep, many] = [sweepOf(thing), manyOf(thing)]
  return [
    ...[list, one],
    { operation: sweep.operation, document: sweepDocument(sweep, 2) },
    { operation: many.operation, document: documentFor(many, 2) },
  ]
}

/** Reads a listed thing: its listing is proved by its own count, and rows that move are noticed. */
export function listedResource<Node extends { readonly id: string }>(
  client: TwingateClient,
  thing: ListedThing<Node>,
): ResourceSyncer & TargetedGetter & IdLister {
  const queries = listedQueries(thing)
  return whereKnown(thing.list, {
    type: thing.type,

    async list(call: PageCall): Promise<ListPage> {
      const place = readPlace(call.token)
      const variables = pageVariables(place, call.size)
      const { things, overlap } = await client.query(queries.list, variables, call)
      return {
        ...rowsOf(
          thing,
          things.edges.map(({ node }) => node),
        ),
        total: things.totalCount,
        ...placeOf(place, call.size, things.edges.length),
        ...pageEnd(things, overlap, place, queries.list.operation),
      }
    },

    async get(id: string, call: Call): Promise<ListPage | undefined> {
      const objectIn = (answer: { readonly thing: Node | null }): Node | null => answer.thing
      const node = await queryById(client, { kind: thing.kind, id, query: queries.one, variables: {}, objectIn }, call)
      return node ? rowsOf(thing, [node]) : undefined
    },

    async ids({ places, ...call }: IdCall): Promise<IdList | undefined> {
      const swept = await sweepIds(client, sweepOf(thing), places, {}, call)
      return swept && { ids: swept.ids, holders: [] }
    },

    async getMany(ids: readonly string[], call: Call): Promise<readonly (ListPage | undefined)[]> {
      const nodes = await getMany(client, manyOf(thing), ids, call)
      return nodes.map((node) => node && rowsOf(thing, [node]))
    },
  })
}

function rowsOf<Node extends { readonly id: string }>(thing: ListedThing<Node>, nodes: readonly Node[]): Rows {
  const held = nodes.flatMap((node) => thing.heldOn?.(node) ?? [])
  return {
    resources: nodes.map((node) => thing.resourceOf(node)),
    entitlements: held.flatMap(({ entitlements }) => entitlements),
    grants: held.flatMap(({ grants }) => grants),
  }
}
