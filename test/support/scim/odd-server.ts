import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { type ScimReply, serveScim } from './serve-scim.ts'

/** How a server differs from an obliging one. Each was seen, or is allowed by the standard. */
export interface Oddities {
  /** Bodies only as `application/scim+json`, and only for who accepts that: 415, 406. */
  readonly mediaType?: boolean
  /** 400 for a body without its `schemas`, for `op` in capitals, and for attributes that it does not know. */
  readonly pedantic?: boolean
  /** Status of PATCH where it takes PUT alone. */
  readonly noPatch?: 405 | 501
  /** Attributes change by PUT alone, which leaves members as they are, and members by PATCH alone: 501, else. */
  readonly patchesMembersAlone?: boolean
  /** Status of a change without `If-Match`; 412 for another version. */
  readonly needsVersion?: 428 | 412
  /** Bodies as `application/json` alone: 415, 406. */
  readonly plainJson?: boolean
  /** Addresses end with a slash, or begin elsewhere: 308. */
  readonly redirects?: 'to a slash' | 'to another path'
  /** Pages by cursors, without totals; `startIndex` is refused. */
  readonly cursors?: boolean
  /** So many more are in the total than are shown. */
  readonly uncounted?: number
  /** Names of attributes come in capitals. */
  readonly capitals?: boolean
  /** Listings and filters leave out who is disabled. */
  readonly hidesInactive?: boolean
  /** DELETE leaves a disabled user, whose name gets an end. */
  readonly keepsDeleted?: boolean
  /** Entries of a page at most; more are cut off, or refused with 400. */
  readonly page?: { readonly most: number; readonly refuses?: boolean }
  /** No `totalResults`; pages end with an empty one. */
  readonly noTotal?: boolean
  /** Page sizes and starts are ignored: each listing is whole. */
  readonly wholeListings?: boolean
  /** 204 without a body for PATCH and PUT, 200 for POST. */
  readonly terse?: boolean
  /** Filters: 400, 404 where nothing is found, one resource instead of a list, or everything. */
  readonly filters?: 'refused' | 'not found' | 'bare' | 'ignored'
  /** A user without a boolean `active` is refused. */
  readonly needsActive?: boolean
  /** Ids are texts that have to be escaped, and differ in their case alone. */
  readonly strangeIds?: boolean
  /** Ids are numbers. */
  readonly numbers?: boolean
  /** `active` reads as "True" and "False". */
  readonly activeText?: boolean
  /** The total is that of the page. */
  readonly pageTotals?: boolean
  /** Operations in one PATCH at most, else 400. */
  readonly mostOperations?: number
  /** Attributes that a POST may hold, without effect, and no PATCH: 400. */
  readonly keepsNot?: readonly string[]
  /** A name that was given stays: 400. */
  readonly namesStay?: boolean
  /** Groups show no members in listings. */
  readonly listsWithoutMembers?: boolean
  /** Groups show no members; memberships show nowhere, at users, to a filter on a group and a member, or to who asks for them by name. */
  readonly hidesMembers?: 'nowhere' | 'users' | 'filter' | 'unasked'
  /** It says that groups have no members, whatever they have. */
  readonly saysNoMembers?: boolean
  /** The first additions of members are answered and not made. */
  readonly forgetsAdditions?: number
  /** A group that is read by itself shows its name alone. */
  readonly readsShowLess?: boolean
  /** An e-mail address that it refuses. */
  readonly refusesEmail?: string
  /** Its schemas leave out most of what it takes. */
  readonly poorSchemas?: boolean
  /** Members in one PATCH at most, else 400. */
  readonly mostMembers?: number
}

interface Stored {
  readonly id: string
  version: number
  values: Record<string, unknown>
}

export interface OddServer extends AsyncDisposable {
  readonly url: string
  readonly users: ReadonlyMap<string, Stored>
  readonly groups: ReadonlyMap<string, Stored>
  readonly requests: readonly string[]
}

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  Users: ['schemas', 'externalId', 'userName', 'name', 'emails', 'active'],
  Groups: ['schemas', 'externalId', 'displayName', 'members'],
}
/** What entries of lists may hold. */
const ENTRY = new Set(['value', 'type', 'primary'])
const URN = {
  Users: 'urn:ietf:params:scim:schemas:core:2.0:User',
  Groups: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
}
const POOR_SCHEMAS = [
  { id: URN.Users, attributes: [{ name: 'userName', required: true }] },
  { id: URN.Groups, attributes: [{ name: 'displayName', required: true }] },
]
type Type = 'Users' | 'Groups'
const refuse = (status: number, detail: string): ScimReply => ({
  status,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status), detail },
})

/** A body with the names of its attributes as the schema has them. Names are read in any case (RFC 7643 §2.1). */
function parse(type: Type, json: string): Record<string, unknown> {
  const names = new Map((KNOWN[type] ?? []).map((name) => [name.toLowerCase(), name]))
  const given = Object.entries(JSON.parse(json) as Record<string, unknown>)
  return Object.fromEntries(given.map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]))
}

/** How an object is asked for: in a listing, and with these attributes. */
interface Asked {
  readonly inList?: boolean
  readonly asked?: readonly string[] | undefined
}
const inCapitals = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name.toUpperCase(), value]))

const askedIn = (query: URLSearchParams): readonly string[] | undefined => query.get('attributes')?.split(',')

/** Serves users and groups from memory in an odd way. */
export async function serveOddly(odd: Oddities): Promise<OddServer> {
  const stores = { Users: new Map<string, Stored>(), Groups: new Map<string, Stored>() }
  const requests: string[] = []
  let last = 0
  let additions = 0

  const isIn = (group: Stored, id: string): boolean =>
    ((group.values['members'] ?? []) as { value: string }[]).some(({ value }) => value === id)
  const groupsOf = (id: string) =>
    [...stores.Groups.values()].filter((group) => isIn(group, id)).map((group) => ({ value: group.id }))

  const showsMembers = ({ inList, asked }: Asked): boolean => {
    if (odd.hidesMembers === 'unasked') return asked?.includes('members') === true
    return odd.hidesMembers === undefined && !(inList === true && odd.listsWithoutMembers)
  }

  const show = (type: Type, one: Stored, how: Asked = {}): Record<string, unknown> => {
    const { members, ...all } = one.values
    const { active, displayName } = all
    const isCut = odd.readsShowLess && type === 'Groups' && how.inList !== true
    const shown = {
      schemas: [URN[type]],
      ...(isCut ? { displayName } : all),
      id: odd.numbers ? Number(one.id) : one.id,
      ...(odd.activeText && typeof active === 'boolean' && { active: active ? 'True' : 'False' }),
      ...(type === 'Users' && odd.hidesMembers === 'users' && { groups: groupsOf(one.id) }),
      ...(type === 'Groups' && showsMembers(how) && { members }),
      ...(type === 'Groups' && odd.saysNoMembers && { members: [] }),
      meta: { resourceType: type.slice(0, -1), version: `W/"${one.version}"` },
    }
    return odd.capitals ? inCapitals(shown) : shown
  }

  const list = (type: Type, query: URLSearchParams): ScimReply => {
    const how = { inList: true, asked: askedIn(query) }
    const listable = [...stores[type].values()].filter(({ values }) => !odd.hidesInactive || values['active'] !== false)
    const found = listable.map((one) => show(type, one, how))
    const listed = (Resources: readonly unknown[], total: number): ScimReply => ({
      status: 200,
      body: { Resources, ...(!odd.noTotal && { totalResults: total + (odd.uncounted ?? 0) }) },
    })
    const [, group, member] = /^id eq "(.*)" and members eq "(.*)"$/.exec(query.get('filter') ?? '') ?? []
    if (group !== undefined && odd.hidesMembers !== 'filter') return refuse(400, 'invalidFilter')
    if (group !== undefined && member !== undefined) {
      const hits = [...stores.Groups.values()].filter((one) => one.id === group && isIn(one, member))
      const shown = hits.map((one) => show(type, one, how))
      return listed(shown, shown.length)
    }
    const [, attribute = '', wanted = ''] = /^(\w+) eq (".*")$/.exec(query.get('filter') ?? '') ?? []
    if (query.has('filter') && odd.filters !== 'ignored') {
      if (odd.filters === 'refused') return refuse(400, 'invalidFilter')
      const hits = listable
        .filter(({ values }) => values[attribute] === JSON.parse(wanted))
        .map((one) => show(type, one, how))
      if (odd.filters === 'not found' && hits.length === 0) return refuse(404, 'nothing found')
      if (odd.filters === 'bare' && hits.length === 1) return { status: 200, body: hits[0] }
      return listed(hits, hits.length)
    }
    if (odd.wholeListings) return listed(found, found.length)
    const count = Number(query.get('count') ?? 100)
    if (odd.cursors) {
      const start = Number(query.get('cursor') || 0)
      if (query.has('startIndex') || !query.has('cursor')) return refuse(400, 'pages follow by cursors')
      const end = start + Math.min(count, odd.page?.most ?? 5)
      const nextCursor = end < found.length ? { nextCursor: String(end) } : {}
      return { status: 200, body: { Resources: found.slice(start, end), ...nextCursor } }
    }
    const { most = 1000, refuses = false } = odd.page ?? {}
    if (refuses && count > most) return refuse(400, `count must be at most ${most}`)
    const start = Number(query.get('startIndex') ?? 1) - 1
    const page = found.slice(start, start + Math.min(most, count))
    return listed(page, odd.pageTotals ? page.length : found.length)
  }

  const checked = (type: Type, body: Record<string, unknown>): ScimReply | undefined => {
    if (odd.refusesEmail !== undefined && JSON.stringify(body).includes(`"${odd.refusesEmail}"`))
      return refuse(400, 'the e-mail is none')
    if (odd.needsActive && type === 'Users' && typeof body['active'] !== 'boolean')
      return refuse(400, 'active is required')
    if (!odd.pedantic) return undefined
    if (!(body['schemas'] as string[] | undefined)?.includes(URN[type])) return refuse(400, 'schemas is missing')
    const subs = [body['members'], body['emails']].flatMap((one) => (Array.isArray(one) ? (one as object[]) : []))
    const names = [...Object.keys(body), ...subs.flatMap(Object.keys)]
    const strange = names.find((key) => !KNOWN[type]?.includes(key) && !ENTRY.has(key))
    return strange === undefined ? undefined : refuse(400, `there is no attribute ${strange}`)
  }

  const create = (type: Type, body: Record<string, unknown>): ScimReply => {
    const name = type === 'Users' ? 'userName' : 'displayName'
    for (const one of stores[type].values()) if (one.values[name] === body[name]) return refuse(409, `${name} is taken`)
    const number = String(++last)
    const id = odd.strangeIds ? `${last % 2 ? 'é' : 'É'}/${Math.ceil(last / 2)}?a=b&c#d %20"e"` : number
    const { schemas: _, ...values } = body
    for (const key of odd.keepsNot ?? []) delete values[key]
    const one = { id, version: 1, values: type === 'Users' ? { active: true, ...values } : { members: [], ...values } }
    stores[type].set(id, one)
    if (odd.terse) return { status: 200, headers: { location: `/scim/v2/${type}/${encodeURIComponent(id)}` } }
    return { status: 201, body: show(type, one) }
  }

  const patch = (one: Stored, body: Record<string, unknown>): ScimReply | undefined => {
    const paths = (body['Operations'] as { path: string }[]).map(({ path }) => path)
    if (odd.patchesMembersAlone && paths.some((path) => !path.startsWith('members')))
      return refuse(501, 'members alone')
    if (odd.pedantic && !(body['schemas'] as string[] | undefined)?.includes(URN.patch))
      return refuse(400, 'schemas is missing')
    if (paths.length > (odd.mostOperations ?? 1000)) return refuse(400, 'one operation at a time')
    if (paths.some((path) => odd.keepsNot?.includes(path.split(/[.[]/)[0] ?? ''))) return refuse(400, 'invalidPath')
    if (odd.namesStay && paths.some((path) => /^(userName|displayName)$/.test(path))) return refuse(400, 'mutability')
    const values = structuredClone(one.values)
    for (const { op, path, value } of body['Operations'] as { op: string; path: string; value?: unknown }[]) {
      if (odd.pedantic && op !== op.toLowerCase()) return refuse(400, `op ${op} is none`)
      const [, quoted] = /^members\[value eq (".*")\]$/.exec(path) ?? []
      const memberId = quoted === undefined ? undefined : (JSON.parse(quoted) as string)
      const members = (values['members'] ?? []) as { value: string }[]
      if (memberId !== undefined) values['members'] = members.filter((member) => member.value !== memberId)
      else if (path === 'members') {
        const added = value as { value: string }[]
        if (added.length > (odd.mostMembers ?? 1000)) return refuse(400, 'too many')
        if (++additions > (odd.forgetsAdditions ?? 0)) values['members'] = [...members, ...added]
      } else if (path.startsWith('emails[')) values['emails'] = [{ type: 'work', primary: true, value }]
      else if (path.startsWith('name.'))
        values['name'] = { ...(values['name'] as object | undefined), [path.slice(5)]: value }
      else values[path] = value
    }
    one.values = values
    return undefined
  }

  const change = (type: Type, one: Stored, method: string, incoming: IncomingMessage, body: string): ScimReply => {
    const match = incoming.headers['if-match']
    if (odd.needsVersion !== undefined && match === undefined) return refuse(odd.needsVersion, 'If-Match is required')
    if (odd.needsVersion !== undefined && match !== `W/"${one.version}"`) return refuse(412, 'another version')
    if (method === 'DELETE') {
      if (odd.keepsDeleted && type === 'Users')
        one.values = { ...one.values, active: false, userName: `${String(one.values['userName'])}-deleted` }
      else stores[type].delete(one.id)
      for (const group of stores.Groups.values())
        group.values['members'] = ((group.values['members'] ?? []) as { value: string }[]).filter(
          ({ value }) => value !== one.id,
        )
      return { status: 204 }
    }
    if (method === 'PATCH' && odd.noPatch !== undefined) return refuse(odd.noPatch, 'no PATCH here')
    const parsed = parse(type, body)
    if (odd.refusesEmail !== undefined && body.includes(`"${odd.refusesEmail}"`))
      return refuse(400, 'the e-mail is none')
    if (method === 'PUT') {
      const problem = checked(type, parsed)
      if (problem) return problem
      const { schemas: _, ...values } = parsed
      one.values = odd.patchesMembersAlone ? { ...values, members: one.values['members'] } : values
    } else {
      const problem = patch(one, parsed)
      if (problem) return problem
    }
    one.version++
    return odd.terse ? { status: 204 } : { status: 200, body: show(type, one) }
  }

  const movedTo = (path: string): string | undefined => {
    if (odd.redirects === 'to a slash' && !path.endsWith('/')) return `${path}/`
    return odd.redirects === 'to another path' && !path.startsWith('/elsewhere') ? `/elsewhere${path}` : undefined
  }

  const answer = async (incoming: IncomingMessage): Promise<ScimReply> => {
    const { pathname, search, searchParams } = new URL(incoming.url ?? '', 'http://x')
    const body = await text(incoming)
    const method = incoming.method ?? ''
    requests.push(`${method} ${incoming.url}`)
    const moved = movedTo(pathname)
    if (moved !== undefined) return { status: 308, headers: { location: `${moved}${search}` } }
    const [, , , type = '', id] = pathname.replace(/\/$/, '').replace('/elsewhere', '').split('/')
    if (type === 'Schemas' && odd.poorSchemas)
      return { status: 200, body: { Resources: POOR_SCHEMAS, totalResults: 2 } }
    if (type !== 'Users' && type !== 'Groups') return refuse(404, 'no such endpoint')
    if (odd.mediaType && body !== '' && incoming.headers['content-type'] !== 'application/scim+json')
      return refuse(415, 'application/scim+json only')
    if (odd.mediaType && incoming.headers.accept?.includes('application/scim+json') !== true)
      return refuse(406, 'application/scim+json only')
    if (odd.plainJson && incoming.headers.accept !== 'application/json') return refuse(406, 'application/json only')
    if (odd.plainJson && body !== '' && incoming.headers['content-type'] !== 'application/json')
      return refuse(415, 'application/json only')
    if (id === undefined && method === 'GET') return list(type, searchParams)
    if (id === undefined) {
      const parsed = parse(type, body)
      return checked(type, parsed) ?? create(type, parsed)
    }
    const one = stores[type].get(decodeURIComponent(id))
    if (!one) return refuse(404, 'not found')
    if (method === 'GET') return { status: 200, body: show(type, one, { asked: askedIn(searchParams) }) }
    return change(type, one, method, incoming, body)
  }

  return { ...(await serveScim(answer)), users: stores.Users, groups: stores.Groups, requests }
}
