import type { Kind } from '../../model.ts'
import type { SourceFind } from '../../source.ts'
import { readAssignments } from './assignments.ts'
import { idOf, objectOf, type Properties, propertiesOf } from './attributes.ts'
import { fetchMembers, fetchObject, type FetchParts } from './fetch-objects.ts'
import { memberKindOf } from './delta-image.ts'
import { isGuid } from './options.ts'

/** Properties by which people call a user or a group. */
const NAMES: Readonly<Record<Kind, readonly string[]>> = {
  user: ['userPrincipalName', 'mail', 'displayName'],
  group: ['displayName', 'mailNickname'],
}

/** Finds objects by id, or by the names people use, with what is needed to provision them alone. */
export async function findInGraph(
  kind: Kind,
  reference: string,
  application: string | undefined,
  parts: FetchParts,
): Promise<readonly SourceFind[]> {
  const found = await lookUp(kind, reference, parts)
  if (found.length === 0) return []
  const assignments =
    application === undefined ? [] : (await readAssignments(parts.client, application, parts.signal)).list
  return Promise.all(
    found.map(async ([id, properties]): Promise<SourceFind> => {
      const assignment = assignments.find((one) => one.kind === kind && one.principal === id)
      const object = objectOf(id, properties)
      if (kind === 'group') return { object, members: await fetchMembers(parts, id), ...(assignment && { assignment }) }
      const memberOf = await fetchMemberOf(parts, id)
      const groupAssignments = assignments.filter((one) => one.kind === 'group' && memberOf.includes(one.principal))
      return {
        ...{ object, members: [], memberOf },
        ...(application !== undefined && { groupAssignments }),
        ...(assignment && { assignment }),
      }
    }),
  )
}

async function lookUp(
  kind: Kind,
  reference: string,
  parts: FetchParts,
): Promise<readonly (readonly [string, Properties])[]> {
  const { client, select, signal } = parts
  if (isGuid(reference)) {
    const properties = await fetchObject(parts, kind, reference.toLowerCase())
    if (properties) return [[reference.toLowerCase(), properties]]
  }
  // Why: in OData a quote within a text is written twice.
  const literal = `'${reference.replaceAll("'", "''")}'`
  const filter = NAMES[kind].map((name) => `${name} eq ${literal}`).join(' or ')
  const path = `/${kind}s?$filter=${encodeURIComponent(filter)}&$select=${select[kind]}`
  const found: (readonly [string, Properties])[] = []
  for await (const page of client.pages(`find the ${kind}`, path, signal))
    for (const object of page) {
      const id = idOf(object)
      if (id !== undefined) found.push([id, propertiesOf(object)])
    }
  return found
}

/** Reads the groups that a user is a direct member of. Directory roles and administrative units come in the same list. */
async function fetchMemberOf({ client, signal }: FetchParts, user: string): Promise<readonly string[]> {
  const groups: string[] = []
  const path = `/users/${encodeURIComponent(user)}/memberOf?$select=id&$top=999`
  for await (const page of client.pages('read the groups of a user', path, signal))
    for (const object of page) {
      const id = idOf(object)
      if (id !== undefined && memberKindOf(object) === 'group') groups.push(id)
    }
  return groups
}
