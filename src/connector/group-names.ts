import { z } from 'zod'
import type { Query, TwingateClient } from './client.ts'
import { nextCursor } from './cursor.ts'
import { connectionOf } from './fragments.ts'
import type { ProvisionCall } from '../sdk/provisioner.ts'
import { GROUP_FIELDS, GroupNode } from './group-node.ts'
import type { GroupState } from './lookup-by-id.ts'

const Page = connectionOf(GroupNode)

const GroupsByName: Query<{ groups: z.infer<typeof Page> }> = {
  operation: 'GroupsByName',
  document: `query GroupsByName($name: String!, $after: String) {
    groups(first: 100, after: $after, filter: { name: { eq: $name } }) {
      pageInfo { hasNextPage endCursor }
      edges { node { ...GroupFields } }
    }
  } ${GROUP_FIELDS}`,
  answer: z.object({ groups: Page }),
}

/** Every document of this file, for the test that checks them against the schema. */
export const groupNameQueries = [GroupsByName]

/** All groups of exactly this name, of any type: Twingate does not keep names apart. Errors: as `client.query`. */
export async function groupsNamed(
  client: TwingateClient,
  name: string,
  call: ProvisionCall,
): Promise<readonly GroupNode[]> {
  const found: GroupNode[] = []
  for (let after: string | undefined; ;) {
    const { groups } = await client.query(GroupsByName, { name, after }, call)
    found.push(...groups.edges.map((edge) => edge.node))
    after = nextCursor(groups.pageInfo, after, GroupsByName.operation)
    if (after === undefined) return found
  }
}

/** Says that a name is in use, by whom, and why a second group of it is refused. */
export const nameTaken = (name: string, by: readonly GroupNode[]): string =>
  `there is a group named ${JSON.stringify(name)} already (${by.map(({ id, type }) => `id ${id}, ${type}`).join('; ')}); a second one could not be told from it, choose another name`

export const NAME_IS_BLANK = 'a group needs a name that is not blank'

/** Why a group may not be renamed or deleted here, and where instead; `undefined` where it may. Source: twingate-api.md §3. */
export function notLocal({ id, name, type }: GroupState): string | undefined {
  const group = `the group ${JSON.stringify(name)} (id ${id})`
  if (type === 'MANUAL') return undefined
  if (type === 'SYNCED') return `${group} comes from the identity provider; change it there`
  if (type === 'SYSTEM') return `${group} is built in; Twingate itself keeps it`
  return `${group} is of type ${type}, and only locally created groups can be changed`
}
