/** What a request is about, by its own words: faults and expectations name it so. */
export type Purpose = 'list' | 'find' | 'read' | 'create' | 'update' | 'members' | 'replace' | 'delete' | 'discover'

export interface PatchOperation {
  readonly op: string
  readonly path?: string
  readonly value?: unknown
}

/** A request as it came, before it was forwarded. */
export interface RecordedRequest {
  readonly purpose: Purpose
  readonly kind: 'user' | 'group' | undefined
  /** Of the object in the address, decoded. */
  readonly id: string | undefined
  readonly method: string
  /** Below the base address, as sent. */
  readonly path: string
  /** As sent, without the question mark; `undefined` where there is none. */
  readonly query: string | undefined
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: unknown
  /** Of a PATCH. */
  readonly operations: readonly PatchOperation[]
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const operationsOf = (body: unknown): readonly PatchOperation[] =>
  isObject(body) && Array.isArray(body['Operations']) ? (body['Operations'] as readonly PatchOperation[]) : []

/** Reads what a request says of itself. */
export function describeRequest(
  method: string,
  address: string,
  headers: RecordedRequest['headers'],
  text: string,
): RecordedRequest {
  const [path = '', query] = address.split('?', 2)
  const [, type, id] = /^\/(Users|Groups)(?:\/([^/]+))?\/?$/.exec(path) ?? []
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  const operations = method === 'PATCH' ? operationsOf(body) : []
  return {
    purpose: purposeOf(method, { type, id, query, operations }),
    kind: type === undefined ? undefined : type === 'Users' ? 'user' : 'group',
    id: id === undefined ? undefined : decodeURIComponent(id),
    method,
    path,
    query,
    headers,
    body,
    operations,
  }
}

function purposeOf(
  method: string,
  of: Pick<RecordedRequest, 'id' | 'query' | 'operations'> & { readonly type: string | undefined },
): Purpose {
  if (of.type === undefined) return 'discover'
  if (method === 'POST') return 'create'
  if (method === 'PUT') return 'replace'
  if (method === 'DELETE') return 'delete'
  if (method === 'PATCH') return of.operations.some(({ path }) => path?.startsWith('members')) ? 'members' : 'update'
  if (of.id !== undefined) return 'read'
  return of.query?.includes('filter=') ? 'find' : 'list'
}

/** The ids that a change of members adds, and those that it removes, in any spelling. */
export function membersChanged(operations: readonly PatchOperation[]): {
  readonly add: string[]
  readonly remove: string[]
} {
  const change = { add: [] as string[], remove: [] as string[] }
  for (const { op, path, value } of operations) {
    const into = op.toLowerCase() === 'remove' ? change.remove : change.add
    const [, quoted] = /^members\[value eq ("(?:[^"\\]|\\.)*")\]$/.exec(path ?? '') ?? []
    if (quoted !== undefined) into.push(JSON.parse(quoted) as string)
    if (path === 'members' && Array.isArray(value))
      for (const entry of value) if (isObject(entry)) into.push(String(entry['value']))
  }
  return change
}
