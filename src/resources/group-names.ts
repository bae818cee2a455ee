import { z } from 'zod'
import { ConnectorError } from '../sdk/ground/errors.ts'
import { sound } from '../sdk/contract/refuse.ts'
import type { ProvisionCall } from '../sdk/contract/provisioner.ts'
import { askMany, type ManyQuery } from '../twingate/ask-many.ts'
import type { TwingateClient } from '../twingate/client.ts'
import { placedConnectionOf } from '../twingate/connection.ts'
import { probeIdOf } from '../twingate/global-id.ts'
import { GROUP_FIELDS, GroupNode } from './group-node.ts'
import type { GroupState } from './lookup-by-id.ts'
import { pageMany } from '../twingate/page-many.ts'
import { isOpenRefusal } from '../twingate/refused-thing.ts'

const Page = placedConnectionOf(GroupNode)

const GroupsByName: ManyQuery<z.infer<typeof Page>> = {
  operation: 'GroupsByName',
  field: `groups(first: 50, after: $after, filter: { name: { eq: $name } }) {
    pageInfo { hasNextPage endCursor } edges { cursor node { ...GroupFields } }
  }`,
  parameters: { name: 'String!', after: 'String' },
  fragments: GROUP_FIELDS,
  answer: Page,
  probe: { name: 'x' },
}

const Names = placedConnectionOf(z.object({ id: z.string(), name: z.string() }))

const namesBy = (size: number): ManyQuery<z.infer<typeof Names>> => ({
  operation: 'GroupNames',
  field: `groups(first: ${size}, after: $after) {
    pageInfo { hasNextPage endCursor } edges { cursor node { id name } }
  }`,
  parameters: { after: 'String' },
  fragments: '',
  answer: Names,
  probe: {},
})

/** The same with pages of several sizes: a server may refuse what it finds too large. */
const GROUP_NAMES = [100, 50, 10].map(namesBy)

const GroupNodesById: ManyQuery<GroupNode | null> = {
  operation: 'GroupNodesById',
  field: 'group(id: $id) { ...GroupFields }',
  parameters: { id: 'ID!' },
  fragments: GROUP_FIELDS,
  answer: GroupNode.nullable(),
  probe: { id: probeIdOf('Group') },
}

/** Every question of this file, for the test that checks the documents made of them. */
export const groupNameQueries = [GroupsByName, ...GROUP_NAMES, GroupNodesById]

/**
 * Groups of exactly this name that the server's filter finds, in one request. An empty result proves nothing. Errors: as `client.query`.
 */
export async function findGroupsNamed(
  client: TwingateClient,
  name: string,
  call: ProvisionCall,
): Promise<readonly GroupNode[]> {
  const [found = []] = await pageMany(client, GroupsByName, [{ name }], (page) => page, call)
  return sound(found).filter((group) => group.name === name)
}

/**
 * All groups of exactly this name, of any type: Twingate does not keep names apart. One request for 100 groups of the network.
 *
 * Errors: as `client.query`; `unavailable` where groups moved while they were read.
 * Why: every group is read, because a name that the server's filter does not find would be given a second time.
 */
export async function allGroupsNamed(
  client: TwingateClient,
  name: string,
  call: ProvisionCall,
): Promise<readonly GroupNode[]> {
  const namesakes = (await allNames(client, call)).filter((group) => group.name === name)
  const items = namesakes.map(({ id }) => ({ id }))
  return (await askMany(client, GroupNodesById, items, call)).flatMap((group) => sound(group) ?? [])
}

async function allNames(client: TwingateClient, call: ProvisionCall) {
  let refusal: ConnectorError | undefined
  for (const query of GROUP_NAMES) {
    try {
      const [names = []] = await pageMany(client, query, [{}], (page) => page, call)
      return sound(names)
    } catch (caught) {
      refusal = ConnectorError.from(caught, query.operation)
      if (!isOpenRefusal(refusal)) throw refusal
    }
  }
  throw refusal ?? new ConnectorError('internal', 'read groups', 'no size of a page was tried')
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
