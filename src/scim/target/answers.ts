import { z } from 'zod'
import type { Kind, TargetObject } from '../model.ts'
import { type Attributes, isAttributes, readKey } from './paths.ts'

const Id = z.union([z.string().min(1), z.number().transform(String)])

const Total = z.union([
  z.int().min(0),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
])

/** One page of a listing. */
export interface ListPage {
  readonly resources: readonly Attributes[]
  /** `undefined` where the server does not say. */
  readonly total: number | undefined
  /** Where the next page begins, for a server with cursors. Source: RFC 9865 §2. */
  readonly nextCursor: string | undefined
}

/**
 * Reads a ListResponse; `undefined` for anything else. An empty one may lack `Resources` or give null.
 *
 * Source: RFC 7644 §3.4.2.
 */
export function readListPage(body: unknown): ListPage | undefined {
  if (!isAttributes(body)) return undefined
  const total = Total.safeParse(readKey(body, 'totalResults'))
  const resources = readKey(body, 'Resources') ?? []
  if (!Array.isArray(resources) || !resources.every(isAttributes)) return undefined
  const isList = total.success || readKey(body, 'Resources') !== undefined
  const cursor = readKey(body, 'nextCursor')
  const nextCursor = typeof cursor === 'string' && cursor !== '' ? cursor : undefined
  return isList ? { resources, total: total.data, nextCursor } : undefined
}

/** `shown`: whether an absent list of members means that there are none. */
export interface ReadMembers {
  readonly shown: boolean
}

/** What is not an attribute that a mapping could set. */
const OWN = new Set(['id', 'members', 'meta', 'schemas', 'groups'])

/** Reads a resource; `undefined` where it has no id. */
export function readObject(kind: Kind, resource: unknown, { shown }: ReadMembers): TargetObject | undefined {
  if (!isAttributes(resource)) return undefined
  const id = Id.safeParse(readKey(resource, 'id'))
  if (!id.success) return undefined
  const attributes = Object.fromEntries(Object.entries(resource).filter(([key]) => !OWN.has(key.toLowerCase())))
  const meta = readKey(resource, 'meta')
  const version = isAttributes(meta) ? readKey(meta, 'version') : undefined
  return {
    kind,
    id: id.data,
    attributes: withFamilyName(attributes),
    ...(kind === 'group' && { members: readMembers(resource, shown), ...readMemberGroups(resource) }),
    ...(typeof version === 'string' && version !== '' && { version }),
  }
}

/** Twingate documents `name.lastName` where the schema has `name.familyName`; either is read. Source: Twingate's SCIM Provisioning API. */
function withFamilyName(attributes: Attributes): Attributes {
  const name = readKey(attributes, 'name')
  if (!isAttributes(name) || readKey(name, 'familyName') !== undefined) return attributes
  const last = readKey(name, 'lastName')
  return typeof last === 'string' ? { ...attributes, name: { ...name, familyName: last } } : attributes
}

const Member = z.looseObject({ value: Id })

/** Absent, null and [] are one. A member without an id makes the whole list unreadable. */
function readMembers(resource: Attributes, shown: boolean): readonly string[] | undefined {
  const list = readKey(resource, 'members') ?? []
  if (!Array.isArray(list)) return undefined
  if (list.length === 0) return shown ? [] : undefined
  const ids = list.map((entry) => Member.safeParse(entry).data?.value)
  const known = ids.filter((id) => id !== undefined)
  return known.length === ids.length ? [...new Set(known)] : undefined
}

/** By `type`, else by the address that `$ref` names. Why: servers count users and groups apart, so that one id can be both. */
function readMemberGroups(resource: Attributes): Pick<TargetObject, 'memberGroups'> {
  const list = readKey(resource, 'members') ?? []
  if (!Array.isArray(list)) return {}
  const groups = list.filter(isGroupMember).flatMap((entry) => Member.safeParse(entry).data?.value ?? [])
  return groups.length > 0 ? { memberGroups: [...new Set(groups)] } : {}
}

function isGroupMember(entry: unknown): boolean {
  if (!isAttributes(entry)) return false
  const [type, ref] = [readKey(entry, 'type'), readKey(entry, '$ref')]
  if (typeof type === 'string' && type !== '') return type.toLowerCase() === 'group'
  return typeof ref === 'string' && /\/Groups\/[^/]+$/i.test(ref)
}

/** The id of what was created: from the body, else the end of `Location`. */
export function createdId(body: unknown, location: string | undefined): string | undefined {
  const id = isAttributes(body) ? Id.safeParse(readKey(body, 'id')) : undefined
  if (id?.success) return id.data
  const last = location?.split(/[?#]/)[0]?.replace(/\/+$/, '').split('/').at(-1)
  try {
    return last && !/^(?:Users|Groups)$/i.test(last) ? decodeURIComponent(last) : undefined
  } catch {
    return undefined
  }
}

/** What kind of refusal the server says it is, in lower case; `undefined` where it does not. Source: RFC 7644 §3.12. */
export function scimTypeOf(body: unknown): string | undefined {
  const type = isAttributes(body) ? readKey(body, 'scimType') : undefined
  return typeof type === 'string' ? type.toLowerCase() : undefined
}

const MOST_WORDS = 300

/** The server's own words for a refusal, in one line; `undefined` where it said nothing. Source: RFC 7644 §3.12. */
export function refusalWords(body: unknown): string | undefined {
  if (!isAttributes(body)) return undefined
  const text = [readKey(body, 'scimType'), readKey(body, 'detail')]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(': ')
    .replace(/\s+/g, ' ')
  return text === '' ? undefined : text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS)}…` : text
}
