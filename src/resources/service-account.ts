import { z } from 'zod'
import type { Resource, ResourceId, ResourceType } from '../sdk/model/model.ts'
import { displayNameOf } from '../twingate/display-name.ts'
import { parseApiTime } from '../twingate/connection.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { fragmentOn } from '../twingate/optional-fields.ts'
import { documentsOf, type ListedThing } from './listed-type.ts'

export const serviceAccountType: ResourceType = Object.freeze({
  id: TYPE_IDS.serviceAccount,
  displayName: 'Service account',
  description: 'An identity of the Twingate network that is no person: a service, a pipeline',
  traits: ['app'],
  skipEntitlementsAndGrants: true,
} as const)

export const ServiceAccountNode = z.object({
  id: z.string().min(1),
  name: z.string(),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
  keys: z.object({ totalCount: z.number().int().nonnegative() }),
})
export type ServiceAccountNode = z.infer<typeof ServiceAccountNode>

export const serviceAccountId = (id: string): ResourceId => ({ type: TYPE_IDS.serviceAccount, id })

/** Pure. Empty names fall back to the id. */
export function serviceAccountFromNode(node: ServiceAccountNode): Resource {
  const createdAt = parseApiTime(node.createdAt ?? '')
  return {
    id: serviceAccountId(node.id),
    displayName: displayNameOf(node.name, node.id),
    profile: {
      id: node.id,
      name: node.name,
      key_count: node.keys.totalCount,
      ...(node.updatedAt && { updated_at: node.updatedAt }),
    },
    ...(createdAt && { createdAt }),
    facts: { kind: 'app' },
  }
}

export const serviceAccount: ListedThing<ServiceAccountNode> = {
  type: serviceAccountType,
  kind: 'ServiceAccount',
  list: 'serviceAccounts',
  one: 'serviceAccount',
  operations: { list: 'ServiceAccounts', one: 'ServiceAccount' },
  fragment: {
    name: 'ServiceAccountFields',
    text: fragmentOn('ServiceAccountFields', 'ServiceAccount', [
      ...['id', 'name', 'createdAt', 'updatedAt', 'keys(first: 1) { totalCount }'],
    ]),
  },
  node: ServiceAccountNode,
  resourceOf: serviceAccountFromNode,
}

/** Every document of this file, for the test that checks them against the schema. */
export const serviceAccountQueries = documentsOf(serviceAccount)
