import { type Directory, type DirectoryObject } from './directory.ts'
import { type Habits, type Json, represent } from './delta-objects.ts'
import type { DeltaReply, DeltaService } from './delta-service.ts'

/** What Graph knows of an object. Any other name in `$select` is an error there, too. */
const PROPERTIES = {
  user: 'id,userPrincipalName,mail,mailNickname,displayName,givenName,surname,accountEnabled,department,companyName,employeeId,otherMails,onPremisesExtensionAttributes,jobTitle',
  group: 'id,displayName,mailNickname,securityEnabled,mailEnabled,description,members',
} as const

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, a text as it is. */
  readonly body: Json | string
}

export interface World {
  readonly directory: Directory
  readonly delta: DeltaService
  readonly habits: Habits
  readonly pageSize: number
  /** Application id of the enterprise application. */
  readonly application: string
  /** With the version, as links give it. */
  readonly baseUrl: string
}

/** What a request asks, apart from its attempt: faults name it. */
export type Operation =
  | 'token'
  | 'users/delta'
  | 'groups/delta'
  | 'appRoleAssignedTo'
  | 'user'
  | 'group'
  | 'users'
  | 'groups'
  | 'members'
  | 'memberOf'
  | 'unknown'

export const refusal = (status: number, code: string, message: string, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers,
  body: { error: { code, message, innerError: { 'request-id': '00000000-0000-4000-8000-000000000000' } } },
})

const ROUTES: readonly (readonly [RegExp, Operation])[] = [
  [/^\/users\/delta$/, 'users/delta'],
  [/^\/groups\/delta$/, 'groups/delta'],
  [/^\/servicePrincipals\(appId='[^']+'\)\/appRoleAssignedTo$/, 'appRoleAssignedTo'],
  [/^\/users$/, 'users'],
  [/^\/groups$/, 'groups'],
  [/^\/users\/[^/]+$/, 'user'],
  [/^\/groups\/[^/]+$/, 'group'],
  [/^\/groups\/[^/]+\/members$/, 'members'],
  [/^\/users\/[^/]+\/memberOf$/, 'memberOf'],
]

export const operationOf = (path: string): Operation => ROUTES.find(([pattern]) => pattern.test(path))?.[1] ?? 'unknown'

/** Answers a request to Graph whose token is good. */
export function answer(operation: Operation, path: string, query: URLSearchParams, world: World): Reply {
  const [, , id = ''] = path.split('/').map(decodeURIComponent)
  switch (operation) {
    case 'users/delta':
      return deltaReply('user', query, world)
    case 'groups/delta':
      return deltaReply('group', query, world)
    case 'appRoleAssignedTo':
      return path.includes(`'${world.application}'`) ? assignedReply(path, query, world) : notFound('')
    case 'user':
    case 'group':
      return oneReply(operation, id, query, world)
    case 'users':
    case 'groups':
      return listReply(operation === 'users' ? 'user' : 'group', path, query, world)
    case 'members': {
      const members = [...(world.directory.members.get(id.toLowerCase()) ?? [])]
      return world.directory.members.has(id.toLowerCase())
        ? pageReply(path, query, typed(members, world), world)
        : notFound(id)
    }
    case 'memberOf': {
      const groups = [...world.directory.members].filter(([, members]) => members.has(id.toLowerCase()))
      return pageReply(
        path,
        query,
        typed(
          groups.map(([group]) => group),
          world,
        ),
        world,
      )
    }
    case 'token':
    case 'unknown':
      return refusal(400, 'BadRequest', `Resource not found for the segment '${path}'.`)
  }
}

const notFound = (id: string): Reply =>
  refusal(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  )

function deltaReply(kind: 'user' | 'group', query: URLSearchParams, world: World): Reply {
  const { delta, baseUrl } = world
  const bad = [...query.keys()].find((name) => !['$select', '$deltatoken', '$skiptoken'].includes(name))
  if (bad !== undefined)
    return refusal(400, 'Request_UnsupportedQuery', `The query parameter ${bad} is not supported here.`)
  const select = query.get('$select') ?? 'id'
  const unknown = unknownProperty(kind, select)
  if (unknown !== undefined) return unknown
  const [skip, mark] = [query.get('$skiptoken'), query.get('$deltatoken')]
  const reply: DeltaReply = skip ? delta.next(skip) : mark ? delta.since(kind, mark) : delta.begin(kind, select)
  const address = `${baseUrl}/${kind}s/delta`
  if ('expired' in reply) {
    if (reply.expired === 'not-found')
      return refusal(400, 'SyncStateNotFound', 'The sync state generation is not found.')
    const location = `${address}?$select=${reply.select}&$deltatoken=`
    return refusal(410, 'resyncRequired', 'Resync required.', { location })
  }
  const link =
    reply.next === undefined
      ? { '@odata.deltaLink': `${address}?$deltatoken=${reply.last}` }
      : { '@odata.nextLink': `${address}?$skiptoken=${reply.next}` }
  return { status: 200, body: { '@odata.context': `${baseUrl}/$metadata#${kind}s`, ...link, value: reply.page } }
}

function unknownProperty(kind: 'user' | 'group', select: string): Reply | undefined {
  const known: readonly string[] = PROPERTIES[kind].split(',')
  const bad = select.split(',').find((name) => !known.includes(name))
  return bad === undefined
    ? undefined
    : refusal(400, 'BadRequest', `Could not find a property named '${bad}' on type 'microsoft.graph.${kind}'.`)
}

function assignedReply(path: string, query: URLSearchParams, world: World): Reply {
  const { directory, habits } = world
  const rows = directory.assignments.map(({ principal, role }, n) => {
    const kind = directory.objects.get(principal)?.kind
    return {
      id: `assignment-${n}`,
      appRoleId: role,
      principalId: habits.capitals ? principal.toUpperCase() : principal,
      principalType: kind === 'group' ? 'Group' : kind === 'user' ? 'User' : 'ServicePrincipal',
    }
  })
  return pageReply(path, query, rows, world)
}

const isLive = (object: DirectoryObject | undefined): object is DirectoryObject => object?.state === 'live'

function oneReply(kind: 'user' | 'group', id: string, query: URLSearchParams, world: World): Reply {
  const object = world.directory.objects.get(id.toLowerCase())
  if (!isLive(object) || object.kind !== kind) return notFound(id)
  const select = query.get('$select') ?? PROPERTIES[kind]
  const nulls = Object.fromEntries(select.split(',').map((name) => [name, null]))
  return unknownProperty(kind, select) ?? { status: 200, body: { ...nulls, ...represent(object, select.split(',')) } }
}

/** `a eq 'x' or b eq 'y'`, without case as Graph compares. */
function listReply(kind: 'user' | 'group', path: string, query: URLSearchParams, world: World): Reply {
  const clauses = (query.get('$filter') ?? '').split(' or ').map((clause) => /^(\w+) eq '(.*)'$/.exec(clause))
  if (clauses.some((clause) => clause === null)) return refusal(400, 'Request_UnsupportedQuery', 'Unsupported filter.')
  const isWanted = ({ properties }: DirectoryObject): boolean =>
    clauses.some((clause) => {
      const [, name = '', value = ''] = clause ?? []
      return String(properties[name]).toLowerCase() === value.replaceAll("''", "'").toLowerCase()
    })
  const select = (query.get('$select') ?? 'id').split(',')
  const found = [...world.directory.objects.values()].filter((one) => one.kind === kind && isLive(one) && isWanted(one))
  return pageReply(
    path,
    query,
    found.map((object) => represent(object, select)),
    world,
  )
}

const typed = (ids: readonly string[], { directory }: World): Json[] =>
  ids
    .map((id) => directory.objects.get(id))
    .filter(isLive)
    .map(({ id, kind }) => ({ '@odata.type': `#microsoft.graph.${kind}`, id }))

/** Pages of a collection that has no delta: the token is the number of rows before. */
function pageReply(path: string, query: URLSearchParams, rows: readonly Json[], { pageSize, baseUrl }: World): Reply {
  const start = Number(query.get('$skiptoken') ?? 0)
  const end = start + pageSize
  const next = new URLSearchParams([...query.entries()].filter(([name]) => name !== '$skiptoken'))
  next.set('$skiptoken', String(end))
  const link = end < rows.length && { '@odata.nextLink': `${baseUrl}${path}?${next.toString()}` }
  return { status: 200, body: { value: rows.slice(start, end), ...link } }
}
