import type { Directory } from './scim-directory.ts'
import { groupAt, memberships, userAt } from './scim-directory.ts'

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const MEMBERS_PER_PATCH = 100

/**
 * A first cycle as Entra's service is documented to do it, one request after another: a filtered GET before each create, a GET before each
 * update, members in PATCHes. Gives the number of requests.
 *
 * Source: learn.microsoft.com, "use SCIM to provision users and groups" and "how provisioning works". How many members one PATCH
 * carries is not published; it gets as many as ours.
 */
export async function entraWay(base: string, token: string, directory: Directory): Promise<number> {
  let requests = 0
  const ask = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    requests++
    const response = await fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  }
  const create = async (type: string, externalId: string, body: object): Promise<string> => {
    await ask('GET', `/${type}?filter=${encodeURIComponent(`externalId eq "${externalId}"`)}`)
    return String((await ask('POST', `/${type}`, body))['id'])
  }

  const users: string[] = []
  for (let n = 0; n < directory.users; n++) {
    const { givenName, familyName, email, ...rest } = userAt(n)
    const emails = [{ type: 'work', primary: true, value: email }]
    const body = { ...rest, active: true, name: { givenName, familyName }, emails }
    users.push(await create('Users', rest.externalId, body))
  }
  const groups: string[] = []
  for (let n = 0; n < directory.groups; n++) groups.push(await create('Groups', groupAt(n).externalId, groupAt(n)))

  const members = new Map<number, string[]>()
  for (const [group, user] of memberships(directory)) {
    const list = members.get(group) ?? []
    list.push(users[user] ?? '')
    members.set(group, list)
  }
  for (const [group, ids] of members)
    for (let i = 0; i < ids.length; i += MEMBERS_PER_PATCH) {
      const value = ids.slice(i, i + MEMBERS_PER_PATCH).map((id) => ({ value: id }))
      await ask('GET', `/Groups/${groups[group] ?? ''}`)
      await ask('PATCH', `/Groups/${groups[group] ?? ''}`, {
        schemas: [PATCH],
        Operations: [{ op: 'add', path: 'members', value }],
      })
    }
  return requests
}
