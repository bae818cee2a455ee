import { z } from 'zod'
import type { Grant, ResourceType } from '../sdk/model/model.ts'
import type {
  HolderCount,
  HolderLister,
  HoldersPage,
  IdCall,
  IdLister,
  IdList,
  ListPage,
  PageCall,
  ResourceSyncer,
  Scope,
  SizedCall,
  TargetedGetter,
} from '../sdk/contract/syncer.ts'
import type { Query, TwingateClient } from '../twingate/client.ts'
import { decodeToken } from '../twingate/cursor.ts'
import { countedConnectionOf, PageInfo } from '../twingate/connection.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { documentFor, type ManyQuery } from '../twingate/ask-many.ts'
import { getMany } from '../twingate/get-many.ts'
import { probeIdOf } from '../twingate/global-id.ts'
import { placeOf, sweepDocument, sweepIds, type IdSweep } from '../twingate/id-sweep.ts'
import {
  hasMoved,
  overlapField,
  OVERLAP_PARAMETERS,
  OverlapRows,
  pageEnd,
  pageVariables,
  Place,
  placeAfter,
  placeBehind,
  readPlace,
} from '../twingate/overlap.ts'
import { queryById } from '../twingate/query-by-id.ts'
import {
  ACCESS_FIELDS,
  ACCESS_LACKS,
  accessEntitlementId,
  AccessEdge,
  accessGrant,
  networkResourceId,
} from './access-edge.ts'
import {
  accessEntitlement,
  NETWORK_RESOURCE_FIELDS,
  NETWORK_RESOURCE_LACKS,
  networkResourceFromNode,
  NetworkResourceNode,
} from './network-resource-node.ts'

export const networkResourceType: ResourceType = Object.freeze({
  id: TYPE_IDS.networkResource,
  displayName: 'Resource',
  description: 'Something that people and services reach over Twingate: an address, a cluster, a web app',
  traits: [],
  skipEntitlementsAndGrants: false,
} as const)

const Access = z.object({
  totalCount: z.number().int().nonnegative(),
  pageInfo: PageInfo,
  edges: z.array(AccessEdge),
})
const WithAccess = NetworkResourceNode.extend({ access: Access.optional() })
type WithAccess = z.infer<typeof WithAccess>

const FRAGMENTS = `${NETWORK_RESOURCE_FIELDS}\n${ACCESS_FIELDS}`
const LACKS: ReadonlySet<string> = new Set([...NETWORK_RESOURCE_LACKS, ...ACCESS_LACKS])

const ACCESS_PAGE = `{ totalCount pageInfo { hasNextPage endCursor } edges { ...AccessFields } }`

/** A page of resources as a sync asks for it, with the variables `access` and `withAccess`, and its answer. */
export const RESOURCES_PAGE = `{
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { cursor node { ...ResourceFields access(first: $access) @include(if: $withAccess) ${ACCESS_PAGE} } }
    }`
export const ResourcesPage = countedConnectionOf(WithAccess)

const Resources: Query<{ resources: z.infer<typeof ResourcesPage>; overlap?: z.infer<typeof OverlapRows> }> = {
  operation: 'Resources',
  document: `query Resources($first: Int!, $after: String, $access: Int!, $withAccess: Boolean!, ${OVERLAP_PARAMETERS}) {
    resources(first: $first, after: $after) ${RESOURCES_PAGE}
    ${overlapField('resources')}
  }\n${FRAGMENTS}`,
  answer: z.object({ resources: ResourcesPage, overlap: OverlapRows }),
  lacks: LACKS,
  nested: 'access',
}

interface Answer<T> {
  readonly resource: T | null
}

const resourceIn = <T>({ resource }: Answer<T>): T | null => resource

const Resource: Query<Answer<WithAccess>> = {
  operation: 'Resource',
  document: `query Resource($id: ID!, $access: Int!, $withAccess: Boolean!) {
    resource(id: $id) { ...ResourceFields access(first: $access) @include(if: $withAccess) ${ACCESS_PAGE} }
  }\n${FRAGMENTS}`,
  answer: z.object({ resource: WithAccess.nullable() }),
  lacks: LACKS,
}

/** Rows of the overlap are principals, which have an id in each of their kinds. */
const Holders = z.object({ id: z.string(), access: Access, overlap: OverlapRows })
type Holders = z.infer<typeof Holders>

const ResourceAccess: Query<Answer<Holders>> = {
  operation: 'ResourceAccess',
  document: `query ResourceAccess($id: ID!, $first: Int!, $after: String, ${OVERLAP_PARAMETERS}) {
    resource(id: $id) {
      id
      access(first: $first, after: $after) ${ACCESS_PAGE}
      ${overlapField('access', '', '... on Group { id } ... on ServiceAccount { id }')}
    }
  }\n${ACCESS_FIELDS}`,
  answer: z.object({ resource: Holders.nullable() }),
  lacks: LACKS,
}

const ResourceIds: IdSweep = { operation: 'ResourceIds', list: 'resources' }

const resourcesById = (access: number, withAccess: boolean): ManyQuery<WithAccess | null> => ({
  operation: 'ResourcesAgain',
  field: `resource(id: $id) { ...ResourceFields ${withAccess ? `access(first: ${access}) ${ACCESS_PAGE}` : ''} }`,
  parameters: { id: 'ID!' },
  fragments: withAccess ? FRAGMENTS : NETWORK_RESOURCE_FIELDS,
  answer: WithAccess.nullable(),
  lacks: LACKS,
  probe: { id: probeIdOf('Resource') },
})

/** Every document of this file, for the test that checks them against the schema. */
export const networkResourceQueries = [
  ...[Resources, Resource, ResourceAccess],
  { operation: 'ResourceIds', document: sweepDocument(ResourceIds, 2) },
  { operation: 'ResourcesAgain', document: documentFor(resourcesById(100, true), 2) },
]

/** The next page of resources, or, with `accessOf`, of those who reach one; `pass` counts how often the latter were begun. */
const AccessToken = Place.extend({ accessOf: z.string(), pass: z.number().int().positive() })
const Token = z.union([Place.required({ after: true }), AccessToken])
type AccessToken = z.infer<typeof AccessToken>

/** How often those who reach one resource are read from their start before the whole listing is said to be in doubt. */
const MOST_PASSES = 3

const wantsAccess = ({ grants, types }: Scope): boolean =>
  grants && (types.has(TYPE_IDS.group) || types.has(TYPE_IDS.serviceAccount))

/**
 * Resources with who reaches them, and how many those are: a page of 100 resources brings up to 10,000 edges in one request, and only
 * those of a resource beyond the hundredth cost further ones.
 */
export function networkResource(client: TwingateClient): ResourceSyncer & TargetedGetter & HolderLister & IdLister {
  return Object.freeze({
    type: networkResourceType,

    async list(call: PageCall): Promise<ListPage> {
      const place: Place | AccessToken = call.token === '' ? {} : decodeToken(call.token, (value) => Token.parse(value))
      if ('accessOf' in place) return accessOf(client, place, call)
      const variables = { ...pageVariables(place, call.size), ...accessVariables(call) }
      const { resources, overlap } = await client.query(Resources, variables, call)
      return {
        ...pageOf(resources.edges.map(({ node }) => node)),
        total: resources.totalCount,
        ...placeOf(place, call.size, resources.edges.length),
        ...pageEnd(resources, overlap, place, Resources.operation),
      }
    },

    async get(id: string, call: SizedCall): Promise<ListPage | undefined> {
      const variables = accessVariables(call)
      const question = { kind: 'Resource', id, query: Resource, variables, objectIn: resourceIn<WithAccess> } as const
      const resource = await queryById(client, question, call)
      return resource ? pageOf([resource]) : undefined
    },

    async ids({ places, ...call }: IdCall): Promise<IdList | undefined> {
      const swept = await sweepIds(client, ResourceIds, places, {}, call)
      return swept && { ids: swept.ids, holders: [] }
    },

    async getMany(ids: readonly string[], call: SizedCall): Promise<readonly (ListPage | undefined)[]> {
      const resources = await getMany(client, resourcesById(call.size, wantsAccess(call.scope)), ids, call)
      return resources.map((resource) => resource && pageOf([resource]))
    },

    async holders(id: string, call: PageCall): Promise<HoldersPage | undefined> {
      const place = readPlace(call.token)
      const variables = pageVariables(place, call.size)
      const question = {
        kind: 'Resource',
        id,
        query: ResourceAccess,
        variables,
        objectIn: resourceIn<Holders>,
      } as const
      const found = await queryById(client, question, call)
      if (!found) return undefined
      return {
        resources: [],
        entitlements: [],
        grants: grantsOf(id, found.access.edges),
        holders: [countOf(id, found.access.totalCount)],
        ...pageEnd(found.access, found.overlap, place, ResourceAccess.operation),
      }
    },
  })
}

const accessVariables = ({ size, scope }: SizedCall) => ({ access: size, withAccess: wantsAccess(scope) })

const countOf = (id: string, count: number): HolderCount => {
  const resource = networkResourceId(id)
  return { entitlementId: accessEntitlementId(resource), resource, count }
}

const grantsOf = (id: string, edges: readonly AccessEdge[]): readonly Grant[] =>
  edges.flatMap((edge) => accessGrant(networkResourceId(id), edge) ?? [])

const pageOf = (nodes: readonly WithAccess[]): ListPage => ({
  resources: nodes.map(networkResourceFromNode),
  entitlements: nodes.map(accessEntitlement),
  grants: nodes.flatMap(({ id, access }) => grantsOf(id, access?.edges ?? [])),
  holders: nodes.flatMap(({ id, access }) => (access ? [countOf(id, access.totalCount)] : [])),
  more: nodes.flatMap(overflow),
})

/** The token for the rest of those who reach a resource, where one page did not hold them. */
function overflow({ id, access }: WithAccess): readonly string[] {
  const rest = access && placeBehind(access, Resources.operation)
  return rest ? [JSON.stringify({ accessOf: id, pass: 1, ...rest } satisfies AccessToken)] : []
}

/** Edges that moved meanwhile are read from their start again: there are few of them, and many resources. */
async function accessOf(client: TwingateClient, token: AccessToken, call: PageCall): Promise<ListPage> {
  const { accessOf: id, pass, ...place } = token
  const nothing: ListPage = { resources: [], entitlements: [], grants: [] }
  const variables = { id, ...pageVariables(place, call.size) }
  const { resource } = await client.query(ResourceAccess, variables, call)
  // A resource deleted meanwhile is reached by nobody; the listing's own count shows that it is gone.
  if (!resource) return nothing
  if (hasMoved(place, resource.overlap)) {
    if (pass >= MOST_PASSES) return { ...nothing, moved: true }
    return { ...nothing, next: JSON.stringify({ accessOf: id, pass: pass + 1 } satisfies AccessToken) }
  }
  const next = placeAfter(resource.access, place, ResourceAccess.operation)
  return {
    ...nothing,
    grants: grantsOf(id, resource.access.edges),
    holders: [countOf(id, resource.access.totalCount)],
    ...(next && { next: JSON.stringify({ accessOf: id, pass, ...next } satisfies AccessToken) }),
  }
}
