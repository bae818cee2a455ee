import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { type ScimReply, serveScim } from './serve-scim.ts'

type Values = Record<string, unknown>
type Type = 'Users' | 'Groups'

export interface StrictServer extends AsyncDisposable {
  readonly url: string
  readonly users: ReadonlyMap<string, Values>
  /** Members are userNames. */
  readonly groups: ReadonlyMap<string, Values>
  readonly requests: readonly string[]
}

/** `schemas` says at `/Schemas` what it wants, `words` in its refusals alone, `nothing` nowhere. */
export type Tells = 'schemas' | 'words' | 'nothing'

const attribute = (name: string, more: object = {}) => ({ name, type: 'string', required: false, ...more })
const required = { required: true }
/** What it says of itself. */
export const STRICT_SCHEMAS: readonly object[] = [
  {
    id: 'urn:ietf:params:scim:schemas:core:2.0:User',
    attributes: [
      attribute('userName', required),
      attribute('externalId', { mutability: 'readOnly', returned: 'never' }),
      attribute('name', {
        subAttributes: [attribute('formatted', required), attribute('familyName'), attribute('givenName')],
      }),
      attribute('emails', { multiValued: true, subAttributes: [attribute('value', required)] }),
      attribute('active', required),
    ],
  },
  {
    id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
    attributes: [
      attribute('displayName', required),
      attribute('externalId', { mutability: 'readOnly', returned: 'never' }),
      attribute('members', { ...required, subAttributes: [attribute('value', required)] }),
    ],
  },
]

/**
 * Serves users and groups as strictly as Canaille 0.3.6 does: a name in full is required, e-mails have no type, no `externalId` is kept, no group is
 * without members, no path names an entry of a list, and members are shown by their userName.
 */
export async function serveStrictly(tells: Tells): Promise<StrictServer> {
  const stores = { Users: new Map<string, Values>(), Groups: new Map<string, Values>() }
  const requests: string[] = []
  let last = 0

  const refuse = (scimType: string, detail: string): ScimReply => ({
    status: 400,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '400',
      ...(tells !== 'nothing' && { scimType, detail }),
    },
  })
  const userOf = (value: string): Values | undefined =>
    stores.Users.get(value) ?? [...stores.Users.values()].find(({ userName }) => userName === value)

  /** The object as it would be stored, or why it is not. */
  const accept = (type: Type, given: Values): Values | ScimReply => {
    const values = { ...given }
    for (const key of ['externalId', 'schemas', 'meta']) delete values[key]
    if (type === 'Users') {
      const { formatted } = (values['name'] ?? {}) as Values
      if (!formatted) return refuse('invalidValue', "Field 'formatted' is required but value is missing: name")
      for (const entry of (values['emails'] ?? []) as Values[])
        for (const sub of Object.keys(entry))
          if (sub !== 'value') return refuse('invalidSyntax', `Extra inputs are not permitted: emails, 0, ${sub}`)
      return values
    }
    const members = (values['members'] ?? []) as { value: string }[]
    if (members.length === 0) return refuse('invalidValue', "Field 'members' is required but value is missing or empty")
    return { ...values, members: members.map(({ value }) => ({ value: userOf(value)?.['userName'] })) }
  }

  const isReply = (value: Values | ScimReply): value is ScimReply => 'status' in value
  const show = (type: Type, id: string): ScimReply => ({ status: 200, body: { ...stores[type].get(id), id } })

  const create = (type: Type, body: Values): ScimReply => {
    const name = type === 'Users' ? 'userName' : 'displayName'
    if ([...stores[type].values()].some((one) => one[name] === body[name])) return { status: 409 }
    const accepted = accept(type, body)
    if (isReply(accepted)) return accepted
    const id = `id-${++last}`
    stores[type].set(id, accepted)
    return { ...show(type, id), status: 201 }
  }

  const patch = (type: Type, id: string, body: Values): ScimReply => {
    const values = structuredClone(stores[type].get(id) ?? {})
    for (const { op, path, value } of body['Operations'] as { op: string; path: string; value?: unknown }[]) {
      if (path.includes('[')) return refuse('invalidSyntax', 'The path contains invalid characters')
      if (op === 'remove') return refuse('invalidValue', 'required attribute cannot be removed')
      const [head = '', sub] = path.split('.')
      if (sub !== undefined) values[head] = { ...(values[head] as Values), [sub]: value }
      else values[head] = op === 'add' && Array.isArray(value) ? [...((values[head] ?? []) as []), ...value] : value
    }
    const accepted = accept(type, values)
    if (isReply(accepted)) return accepted
    stores[type].set(id, accepted)
    return show(type, id)
  }

  const answer = async (incoming: IncomingMessage): Promise<ScimReply> => {
    const { pathname } = new URL(incoming.url ?? '', 'http://x')
    const [, , , type = '', id] = pathname.split('/')
    const body = await text(incoming)
    const method = incoming.method ?? ''
    requests.push(`${method} ${pathname}`)
    if (type === 'Schemas' && tells === 'schemas')
      return { status: 200, body: { totalResults: STRICT_SCHEMAS.length, Resources: STRICT_SCHEMAS } }
    if (type !== 'Users' && type !== 'Groups') return { status: 404 }
    if (id === undefined && method === 'POST') return create(type, JSON.parse(body) as Values)
    if (id === undefined) {
      const Resources = [...stores[type].keys()].map((key) => show(type, key).body)
      return { status: 200, body: { totalResults: Resources.length, Resources } }
    }
    if (!stores[type].has(id)) return { status: 404 }
    if (method === 'GET') return show(type, id)
    if (method === 'PATCH') return patch(type, id, JSON.parse(body) as Values)
    stores[type].delete(id)
    return { status: 204 }
  }

  return { ...(await serveScim(answer)), users: stores.Users, groups: stores.Groups, requests }
}
