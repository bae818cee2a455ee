import { parse } from 'scim2-parse-filter'
import { membersChanged, type PatchOperation, type RecordedRequest } from './recorded-request.ts'

/** What a server would have to offer before a request may use it. */
export interface RuleOptions {
  /** @default PUT is never sent */
  readonly mayPut?: boolean
  /** @default If-Match is never sent */
  readonly mayMatch?: boolean
  /** Removals by `members` and values, for a server that refused the other spelling. @default refused */
  readonly mayRemoveByValue?: boolean
  /** @default 100 */
  readonly mostMembers?: number
}

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:'

/** Holds a request against what ten real servers taught; see docs/scim-targets.md. Gives a sentence for each breach. */
export function breaches(request: RecordedRequest, options: RuleOptions = {}): readonly string[] {
  return [
    ...addressBreaches(request),
    ...headerBreaches(request, options),
    ...queryBreaches(request),
    ...bodyBreaches(request),
    ...operationBreaches(request),
    ...memberBreaches(request, options),
    ...(request.method === 'PUT' && !options.mayPut ? ['PUT where PATCH is offered'] : []),
  ]
}

function* addressBreaches({ method, path, query }: RecordedRequest): Generator<string> {
  if (path.endsWith('/')) yield 'a trailing slash'
  if (WRITES.has(method) && query !== undefined) yield 'a query on a write'
  if (/[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/.test(path)) yield 'a path that is not percent-encoded'
}

function* headerBreaches({ method, headers, body }: RecordedRequest, { mayMatch }: RuleOptions): Generator<string> {
  if (!/^Bearer \S+$/.test(headers['authorization'] ?? '')) yield 'no bearer token'
  if (headers['accept'] !== 'application/scim+json') yield 'another Accept than application/scim+json'
  if (!/^baton-twingate\/\S+$/.test(headers['user-agent'] ?? '')) yield 'no User-Agent'
  const type = headers['content-type']
  if (body === undefined ? type !== undefined : type !== 'application/scim+json')
    yield 'another Content-Type than application/scim+json'
  if (method === 'DELETE' && body !== undefined) yield 'a body in a DELETE'
  if (headers['if-match'] !== undefined && !mayMatch) yield 'If-Match where it was not advertised'
}

function* queryBreaches({ method, query }: RecordedRequest): Generator<string> {
  if (method !== 'GET' || query === undefined) return
  const parameters = new URLSearchParams(query)
  if (query.includes('+')) yield 'a + in a query, which some read as a blank and others do not'
  for (const name of parameters.keys())
    if (!['filter', 'startIndex', 'count'].includes(name)) yield `the query parameter ${name}`
  if (parameters.get('count') === '0') yield 'count=0'
  const filter = parameters.get('filter')
  if (filter !== null) yield* filterBreaches(filter)
}

function* filterBreaches(filter: string): Generator<string> {
  const parsed = parse(filter)
  if (parsed.op !== 'eq') {
    yield `the operator ${parsed.op} in a filter`
    return
  }
  if (!('attrPath' in parsed) || !['externalId', 'userName', 'displayName'].includes(parsed.attrPath))
    yield `a filter on another attribute: ${filter}`
}

function* nulls(value: unknown, at: string): Generator<string> {
  if (value === null) yield `null at ${at}`
  else if (typeof value === 'object')
    for (const [key, inner] of Object.entries(value)) yield* nulls(inner, `${at}.${key}`)
}

function* bodyBreaches({ method, kind, body }: RecordedRequest): Generator<string> {
  if (body === undefined) return
  yield* nulls(body, 'body')
  if (method !== 'POST' && method !== 'PUT') return
  const resource = body as Readonly<Record<string, unknown>>
  const schemas = (resource['schemas'] ?? []) as readonly string[]
  const core = `${CORE}${kind === 'user' ? 'User' : 'Group'}`
  const extensions = Object.keys(resource).filter((key) => key.startsWith('urn:'))
  if (JSON.stringify(schemas.toSorted()) !== JSON.stringify([core, ...extensions].toSorted()))
    yield `schemas that are not those of the data: ${schemas.join()}`
  if ('active' in resource && typeof resource['active'] !== 'boolean') yield 'active that is no boolean'
  if (method === 'PUT' && kind === 'user' && !('active' in resource)) yield 'a PUT without active'
  if (method === 'POST' && 'id' in resource) yield 'a create with an id'
  if (method === 'POST' && 'members' in resource) yield 'a group created with members'
}

function* operationBreaches({ method, body, operations }: RecordedRequest): Generator<string> {
  if (method !== 'PATCH') return
  const { schemas } = body as { readonly schemas?: unknown }
  if (JSON.stringify(schemas) !== '["urn:ietf:params:scim:api:messages:2.0:PatchOp"]')
    yield 'a PATCH without the schema of one'
  if (operations.length === 0) yield 'a PATCH without operations'
  const paths = operations.map(({ op, path }) => `${op === 'remove'}${path}`)
  if (new Set(paths).size !== paths.length) yield 'two operations on one path'
  for (const operation of operations) yield* oneOperation(operation)
}

function* oneOperation({ op, path, value }: PatchOperation): Generator<string> {
  if (!['add', 'replace', 'remove'].includes(op)) yield `the operation ${op}`
  if (path === undefined || path === '') {
    yield 'an operation without a path'
    return
  }
  if (path.startsWith(CORE)) yield `the URN of a core schema in ${path}`
  if (/\b(?:and|or|not)\b/.test(path.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'))) yield `more than one eq in ${path}`
  if (op === 'remove' ? value !== undefined && path !== 'members' : value === undefined)
    yield `a ${op} with the wrong value`
  if (path === 'active' && typeof value !== 'boolean') yield 'active that is no boolean'
  if (op === 'replace' && path === 'members') yield 'replace members'
  const isList = path === 'members' || (op === 'add' && Array.isArray(value))
  if (typeof value === 'object' && !isList) yield `a value of several attributes at ${path}`
}

function* memberBreaches({ operations }: RecordedRequest, options: RuleOptions): Generator<string> {
  const { mostMembers = 100, mayRemoveByValue } = options
  const { add, remove } = membersChanged(operations)
  for (const ids of [add, remove]) {
    if (ids.length > mostMembers) yield `${ids.length} members in one request`
    if (new Set(ids).size !== ids.length) yield 'a member twice'
  }
  for (const { op, path, value } of operations) {
    if (path !== 'members') continue
    if (op === 'remove' && !mayRemoveByValue) yield 'a removal by value'
    const entries = (value ?? []) as readonly object[]
    if (entries.length === 0) yield 'a change of no members'
    for (const entry of entries)
      if (Object.keys(entry).some((key) => key !== 'value' && key !== '$ref')) yield 'a member with more than its id'
  }
}
