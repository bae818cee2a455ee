import { z } from 'zod'
import type { Resource, ResourceId, ResourceType } from '../sdk/model/model.ts'
import { displayNameOf } from '../twingate/display-name.ts'
import { parseApiTime } from '../twingate/connection.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { fragmentOn } from '../twingate/optional-fields.ts'
import { documentsOf, type ListedThing } from './listed-type.ts'

export const securityPolicyType: ResourceType = Object.freeze({
  id: TYPE_IDS.securityPolicy,
  displayName: 'Security policy',
  description: 'What a user must fulfil to reach a resource; its rules are not in the Admin API',
  traits: [],
  skipEntitlementsAndGrants: true,
} as const)

export const SecurityPolicyNode = z.object({
  id: z.string().min(1),
  name: z.string(),
  policyType: z.string().optional(),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
})
export type SecurityPolicyNode = z.infer<typeof SecurityPolicyNode>

export const securityPolicyId = (id: string): ResourceId => ({ type: TYPE_IDS.securityPolicy, id })

/** Pure. Empty names fall back to the id. */
export function securityPolicyFromNode(node: SecurityPolicyNode): Resource {
  const createdAt = parseApiTime(node.createdAt ?? '')
  return {
    id: securityPolicyId(node.id),
    displayName: displayNameOf(node.name, node.id),
    profile: {
      id: node.id,
      name: node.name,
      ...(node.policyType !== undefined && { policy_type: node.policyType }),
      ...(node.updatedAt && { updated_at: node.updatedAt }),
    },
    ...(createdAt && { createdAt }),
  }
}

export const securityPolicy: ListedThing<SecurityPolicyNode> = {
  type: securityPolicyType,
  kind: 'SecurityPolicy',
  list: 'securityPolicies',
  one: 'securityPolicy',
  operations: { list: 'SecurityPolicies', one: 'SecurityPolicy' },
  fragment: {
    name: 'SecurityPolicyFields',
    text: fragmentOn('SecurityPolicyFields', 'SecurityPolicy', ['id', 'name', 'policyType', 'createdAt', 'updatedAt']),
  },
  node: SecurityPolicyNode,
  resourceOf: securityPolicyFromNode,
}

/** Every document of this file, for the test that checks them against the schema. */
export const securityPolicyQueries = documentsOf(securityPolicy)
