import { decodeCursor, encodeCursor } from './connection.ts'
import type { FaultAction } from './faults.ts'

/** JSON values are edited in place: the answer belongs to one request. */
type JsonObject = { [name: string]: unknown }

interface ConnectionJson extends JsonObject {
  edges: unknown[]
}

/**
 * Falsifies a truthful answer the way the fault says and leaves everything else as it was. `fields` are the root fields that may be hit.
 *
 * `asked` is the cursor the request came with. An answer without a list passes unchanged.
 */
export const falsify = (body: string, fault: FaultAction, asked: unknown, fields?: readonly string[]): string => {
  const answer: unknown = JSON.parse(body)
  if (!isObject(answer)) return body
  const data = isObject(answer['data']) ? answer['data'] : {}
  const meant = fields ?? Object.keys(data)
  const list = firstConnection(Object.fromEntries(Object.entries(data).filter(([name]) => meant.includes(name))))
  if (!list) return body
  const rows = fault.rows ?? 1
  switch (fault.kind) {
    case 'drop-rows':
      dropFrom(list, rows)
      break
    case 'errors-partial':
      dropFrom(list, rows)
      answer['errors'] = [{ message: fault.message ?? 'Some rows could not be read.' }]
      break
    case 'errors-path': {
      const [field = ''] = meant
      answer['data'] = { ...data, [field]: null }
      answer['errors'] = [{ message: fault.message ?? 'This list could not be read.', path: [field] }]
      break
    }
    case 'drop-nested': {
      const nested = nestedConnections(list).find((connection) => connection.edges.length >= rows)
      if (nested) dropFrom(nested, rows)
      break
    }
    case 'null-node':
      for (const edge of list.edges.slice(0, rows)) if (isObject(edge)) edge['node'] = null
      break
    case 'repeat-cursor':
      list['pageInfo'] = { ...pageInfo(list), hasNextPage: true, endCursor: asked ?? pageInfo(list)['endCursor'] }
      break
    case 'null-cursor':
      list['pageInfo'] = { ...pageInfo(list), hasNextPage: true, endCursor: null }
      break
    case 'endless': {
      const before = typeof asked === 'string' ? (decodeCursor(asked) ?? 0) : 0
      const end = pageInfo(list)['endCursor'] ?? encodeCursor(before + 1)
      list['pageInfo'] = { ...pageInfo(list), hasNextPage: true, endCursor: end }
      break
    }
    case 'wrong-total':
      list['totalCount'] = Number(list['totalCount'] ?? 0) + (fault.by ?? 1)
      break
    default:
      throw new Error(`${fault.kind} does not falsify an answer`)
  }
  return JSON.stringify(answer)
}

/** Turns the payload of each mutation in the answer into `ok: true` without its entity. */
export const withoutEntity = (body: string): string => {
  const answer: unknown = JSON.parse(body)
  if (!isObject(answer) || !isObject(answer['data'])) return body
  for (const payload of Object.values(answer['data'])) {
    if (isObject(payload)) Object.assign(payload, { ok: true, error: null, entity: null })
  }
  return JSON.stringify(answer)
}

/** Rows go from the middle, so that neither the first row nor the one `endCursor` names gives the lie away. */
function dropFrom(list: ConnectionJson, rows: number): void {
  list.edges.splice(Math.floor((list.edges.length - rows) / 2), rows)
}

function firstConnection(value: unknown): ConnectionJson | undefined {
  if (!isObject(value)) return undefined
  if (isConnection(value)) return value
  for (const child of Object.values(value)) {
    const found = firstConnection(child)
    if (found) return found
  }
  return undefined
}

function nestedConnections(list: ConnectionJson): ConnectionJson[] {
  return list.edges.flatMap((edge) => (isObject(edge) ? (firstConnection(edge['node']) ?? []) : []))
}

function pageInfo(list: ConnectionJson): JsonObject {
  return isObject(list['pageInfo']) ? list['pageInfo'] : {}
}

function isConnection(value: JsonObject): value is ConnectionJson {
  return Array.isArray(value['edges'])
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
