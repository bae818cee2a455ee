import { z } from 'zod'
import { askMany, type ManyQuery } from './ask-many.ts'
import type { ClientCall, TwingateClient } from './client.ts'
import { isIdOf, type IdKind } from './global-id.ts'
import { USER_FIELDS, UserNode } from './user-node.ts'

/** What decides whether and how a group can be changed. */
export const GroupState = z.object({ id: z.string().min(1), name: z.string(), type: z.string(), isActive: z.boolean() })
export type GroupState = Readonly<z.infer<typeof GroupState>>

const UsersById: ManyQuery<UserNode | null> = {
  operation: 'UsersById',
  field: 'user(id: $id) { ...UserFields }',
  parameters: { id: 'ID!' },
  fragments: USER_FIELDS,
  answer: UserNode.nullable(),
}

const GroupsById: ManyQuery<GroupState | null> = {
  operation: 'GroupsById',
  field: 'group(id: $id) { id name type isActive }',
  parameters: { id: 'ID!' },
  fragments: '',
  answer: GroupState.nullable(),
}

/** Every question of this file, for the test that checks the documents made of them. */
export const byIdQueries = [UsersById, GroupsById]

/** Users by id; ids that Twingate does not know are absent. One request per 50. Errors: as `client.query`. */
export const readUsers = (
  client: TwingateClient,
  ids: readonly string[],
  call: ClientCall,
): Promise<ReadonlyMap<string, UserNode>> => readById(client, UsersById, 'User', ids, call)

/** Groups by id, likewise. */
export const readGroups = (
  client: TwingateClient,
  ids: readonly string[],
  call: ClientCall,
): Promise<ReadonlyMap<string, GroupState>> => readById(client, GroupsById, 'Group', ids, call)

async function readById<T>(
  client: TwingateClient,
  query: ManyQuery<T | null>,
  kind: IdKind,
  ids: readonly string[],
  call: ClientCall,
): Promise<ReadonlyMap<string, T>> {
  const once = [...new Set(ids)].filter((id) => isIdOf(kind, id))
  const items = once.map((id) => ({ id }))
  const answers = await askMany(client, query, items, call)
  return new Map(
    once.flatMap((id, i) => {
      const node = answers[i]
      return node ? [[id, node] as const] : []
    }),
  )
}
