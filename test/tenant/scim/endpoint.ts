import type { Reply } from '../reply.ts'
import type { Tenant } from '../tenant.ts'
import { groupBody, groupPatch, userBody, userPatch } from './body.ts'
import { ScimRefusal } from './refusal.ts'
import { ScimDirectory } from './resources.ts'

export const SCIM_PATH = '/api/scim/v2'

/** The token of a test tenant's identity provider connection. */
export const SCIM_TOKEN = 'tenant-scim-token'

export interface ScimRequest {
  readonly method: string
  /** With its query. */
  readonly url: string
  readonly authorization: string | undefined
  readonly body: string
}

const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0'
const MOST_PER_PAGE = 100

/** Answers SCIM requests for the SYNCED users and groups of a tenant: `/Users` and `/Groups`, nothing else, as Twingate documents it. */
export function scimEndpoint(tenant: Tenant, token: () => string): (request: ScimRequest) => Reply {
  const directory = new ScimDirectory(tenant)
  return (request) => {
    try {
      if (request.authorization !== `Bearer ${token()}`) throw new ScimRefusal(401, undefined, 'Unauthorized')
      return route(directory, request)
    } catch (error) {
      if (!(error instanceof ScimRefusal)) throw error
      const { status, scimType, message } = error
      return reply(status, {
        schemas: [`${MESSAGES}:Error`],
        status: String(status),
        ...(scimType !== undefined && { scimType }),
        detail: message,
      })
    }
  }
}

function route(directory: ScimDirectory, { method, url, body }: ScimRequest): Reply {
  const { pathname, searchParams } = new URL(url, 'http://tenant')
  const [type = '', id, ...rest] = pathname
    .slice(SCIM_PATH.length + 1)
    .split('/')
    .map(decodeURIComponent)
  if ((type !== 'Users' && type !== 'Groups') || rest.length > 0) throw new ScimRefusal(404, undefined, 'not found')
  const users = type === 'Users'
  if (id === undefined) {
    if (method === 'GET')
      return users
        ? list(directory.users.map(directory.showUser), searchParams)
        : list(directory.groups.map(directory.showGroup), searchParams)
    if (method !== 'POST') throw new ScimRefusal(405, undefined, 'method not allowed')
    return users ? createUser(directory, body) : createGroup(directory, body)
  }
  return users ? oneUser(directory, method, id, body) : oneGroup(directory, method, id, body)
}

function createUser(directory: ScimDirectory, body: string): Reply {
  return reply(201, directory.showUser(directory.createUser(userBody(body))))
}

function createGroup(directory: ScimDirectory, body: string): Reply {
  const { displayName, externalId, members } = groupBody(body)
  const joining = (members ?? []).map(({ value }) => value)
  joining.forEach((member) => directory.user(member))
  const group = directory.createGroup(displayName, externalId ?? null)
  directory.changeMembers(group, joining, [])
  return reply(201, directory.showGroup(group))
}

function oneUser(directory: ScimDirectory, method: string, id: string, body: string): Reply {
  const user = directory.user(id)
  if (method === 'DELETE') {
    directory.removeUser(user)
    return reply(204)
  }
  if (method === 'PATCH') directory.changeUser(user, userPatch(body))
  else if (method === 'PUT') directory.changeUser(user, { active: true, ...userBody(body) })
  else if (method !== 'GET') throw new ScimRefusal(405, undefined, 'method not allowed')
  return reply(200, directory.showUser(user))
}

function oneGroup(directory: ScimDirectory, method: string, id: string, body: string): Reply {
  const group = directory.group(id)
  if (method === 'DELETE') {
    directory.removeGroup(group)
    return reply(204)
  }
  if (method === 'PATCH') {
    const { add, remove, ...fields } = groupPatch(body)
    directory.changeMembers(group, add, remove)
    directory.changeGroup(group, fields)
  } else if (method === 'PUT') {
    const { displayName, externalId, members } = groupBody(body)
    const wanted = (members ?? []).map(({ value }) => value)
    const present = directory.showGroup(group).members.map(({ value }) => value)
    directory.changeMembers(
      group,
      wanted,
      present.filter((member) => !wanted.includes(member)),
    )
    directory.changeGroup(group, {
      ...(displayName !== undefined && { displayName }),
      ...(typeof externalId === 'string' && { externalId }),
    })
  } else if (method !== 'GET') throw new ScimRefusal(405, undefined, 'method not allowed')
  return reply(200, directory.showGroup(group))
}

/** One page. The only filter is one `eq`; `externalId` is the attribute that Twingate's users are documented to be found by. */
function list(resources: readonly object[], query: URLSearchParams): Reply {
  const filter = query.get('filter')
  const hits = filter === null ? resources : resources.filter(matching(filter))
  const startIndex = Math.max(1, Number(query.get('startIndex') ?? 1) || 1)
  const asked = Number(query.get('count') ?? MOST_PER_PAGE)
  const count = Math.min(MOST_PER_PAGE, Math.max(0, Number.isNaN(asked) ? MOST_PER_PAGE : asked))
  const page = hits.slice(startIndex - 1, startIndex - 1 + count)
  return reply(200, {
    schemas: [`${MESSAGES}:ListResponse`],
    totalResults: hits.length,
    startIndex,
    itemsPerPage: page.length,
    Resources: page,
  })
}

function matching(filter: string): (resource: object) => boolean {
  const [, attribute, literal = '""'] = /^(externalId|userName|displayName) eq ("(?:[^"\\]|\\.)*")$/.exec(filter) ?? []
  if (attribute === undefined)
    throw new ScimRefusal(400, 'invalidFilter', 'one eq on externalId, userName or displayName')
  const value: unknown = JSON.parse(literal)
  return (resource) => attribute in resource && resource[attribute as keyof typeof resource] === value
}

const reply = (status: number, body?: object): Reply => ({
  status,
  headers: { 'content-type': 'application/scim+json; charset=utf-8' },
  body: body === undefined ? '' : JSON.stringify(body),
  manner: 'whole',
})
