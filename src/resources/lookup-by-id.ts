import { z } from 'zod'
import { askMany, type ManyQuery } from '../twingate/ask-many.ts'
import type { ConnectorError } from '../sdk/ground/errors.ts'
import type { ClientCall, TwingateClient } from '../twingate/client.ts'
import { heldAgainst, isIdOf, notAnIdError, probeIdOf, type IdKind } from '../twingate/global-id.ts'
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
  probe: { id: probeIdOf('User') },
}

const GroupsById: ManyQuery<GroupState | null> = {
  operation: 'GroupsById',
  field: 'group(id: $id) { id name type isActive }',
  parameters: { id: 'ID!' },
  fragments: '',
  answer: GroupState.nullable(),
  probe: { id: probeIdOf('Group') },
}

const Named = z.object({ id: z.string().min(1), name: z.string() })
/** A thing of which only the name is needed. */
export type Named = Readonly<z.infer<typeof Named>>

const ServiceAccountsById: ManyQuery<Named | null> = {
  operation: 'ServiceAccountsById',
  field: 'serviceAccount(id: $id) { id name }',
  parameters: { id: 'ID!' },
  fragments: '',
  answer: Named.nullable(),
  probe: { id: probeIdOf('ServiceAccount') },
}

const ResourcesById: ManyQuery<Named | null> = {
  operation: 'ResourcesById',
  field: 'resource(id: $id) { id name }',
  parameters: { id: 'ID!' },
  fragments: '',
  answer: Named.nullable(),
  probe: { id: probeIdOf('Resource') },
}

const PoliciesById: ManyQuery<Named | null> = {
  operation: 'PoliciesById',
  field: 'securityPolicy(id: $id) { id name }',
  parameters: { id: 'ID' },
  fragments: '',
  answer: Named.nullable(),
  probe: { id: probeIdOf('SecurityPolicy') },
}

/** Every question of this file, for the test that checks the documents made of them. */
export const byIdQueries = [UsersById, GroupsById, ServiceAccountsById, ResourcesById, PoliciesById]

/** What each id names, or why it is no id (`not-found`) or cannot be read; an id is absent where Twingate says that there is no such object. */
export type ById<T> = ReadonlyMap<string, T | ConnectorError>

/** Users by id. One request per 50. Errors: as `client.query`. */
export const readUsers = (client: TwingateClient, ids: readonly string[], call: ClientCall): Promise<ById<UserNode>> =>
  readById(client, UsersById, 'User', ids, call)

/** Groups by id, likewise. */
export const readGroups = (
  client: TwingateClient,
  ids: readonly string[],
  call: ClientCall,
): Promise<ById<GroupState>> => readById(client, GroupsById, 'Group', ids, call)

/** Service accounts by id, likewise. */
export const readServiceAccounts = (
  client: TwingateClient,
  ids: readonly string[],
  call: ClientCall,
): Promise<ById<Named>> => readById(client, ServiceAccountsById, 'ServiceAccount', ids, call)

/** Resources by id, likewise. */
export const readResources = (client: TwingateClient, ids: readonly string[], call: ClientCall): Promise<ById<Named>> =>
  readById(client, ResourcesById, 'Resource', ids, call)

/** Security policies by id, likewise. */
export const readPolicies = (client: TwingateClient, ids: readonly string[], call: ClientCall): Promise<ById<Named>> =>
  readById(client, PoliciesById, 'SecurityPolicy', ids, call)

async function readById<T extends { readonly id: string }>(
  client: TwingateClient,
  query: ManyQuery<T | null>,
  kind: IdKind,
  ids: readonly string[],
  call: ClientCall,
): Promise<ById<T>> {
  const once = [...new Set(ids)]
  const asked = once.filter((id) => isIdOf(kind, id))
  const items = asked.map((id) => ({ id }))
  const answers = await askMany(client, query, items, call)
  const found = new Map(asked.map((id, i) => [id, heldAgainst(kind, id, answers[i])]))
  return new Map(
    once.flatMap((id) => {
      const object = found.has(id) ? found.get(id) : notAnIdError(kind, id)
      return object ? [[id, object] as const] : []
    }),
  )
}
