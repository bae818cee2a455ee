import type { ScimTarget } from './start.ts'

/** Everything that a server holds, by id; read without any code of the product. */
export interface WholeTarget {
  readonly users: ReadonlyMap<string, Resource>
  readonly groups: ReadonlyMap<string, Resource>
}

export interface Resource {
  readonly id: string
  readonly [attribute: string]: unknown
}

const PAGE = 100

/** Reads all users and groups, and each group by itself, since listings need not show members. */
export async function readWhole({ url, token }: Pick<ScimTarget, 'url' | 'token'>): Promise<WholeTarget> {
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const all = async (type: 'Users' | 'Groups'): Promise<Map<string, Resource>> => {
    const found = new Map<string, Resource>()
    for (let startIndex = 1; ;) {
      const page = (await get(`/${type}?startIndex=${startIndex}&count=${PAGE}`)) as {
        readonly totalResults: number
        readonly Resources?: readonly Resource[]
      }
      const resources = page.Resources ?? []
      for (const resource of resources) found.set(resource.id, resource)
      startIndex += resources.length
      if (resources.length === 0 || startIndex > page.totalResults) return found
    }
  }
  const groups = await all('Groups')
  for (const id of groups.keys()) groups.set(id, (await get(`/Groups/${encodeURIComponent(id)}`)) as Resource)
  return { users: await all('Users'), groups }
}
