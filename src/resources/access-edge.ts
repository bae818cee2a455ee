import { z } from 'zod'
import { formatEntitlementId } from '../sdk/model/ids.ts'
import type { Grant, Profile, ResourceId } from '../sdk/model/model.ts'
import { fragmentOn, lackable } from '../twingate/optional-fields.ts'
import { ACCESS, memberEntitlementId, TYPE_IDS } from '../twingate/type-ids.ts'
import { groupId } from './membership.ts'
import { serviceAccountId } from './service-account.ts'

export const AccessPolicy = z.object({ mode: z.string(), durationSeconds: z.number().nullish() })
export type AccessPolicy = z.infer<typeof AccessPolicy>

/** Who reaches a resource, and under which conditions; what it does not say follows from the resource. */
export const AccessEdge = z.object({
  cursor: z.string(),
  node: z.object({ kind: z.string(), id: z.string().min(1) }),
  /** Required: without its end, the access would look permanent. */
  expiresAt: z.string().nullable(),
  securityPolicy: z.object({ id: z.string(), name: z.string() }).nullish(),
  accessPolicy: AccessPolicy.nullish(),
  approvalMode: z.string().nullish(),
})
export type AccessEdge = z.infer<typeof AccessEdge>

/** The fields of an access edge. Principals are named by type and id alone; they have listings of their own. */
export const ACCESS_FIELDS = fragmentOn('AccessFields', 'AccessEdge', [
  ...['cursor', 'expiresAt', 'approvalMode', 'securityPolicy { id name }', 'accessPolicy { mode durationSeconds }'],
  'node { kind: __typename ... on Group { id } ... on ServiceAccount { id } }',
])

/** What an edge may lack, as `Query.lacks`. */
export const ACCESS_LACKS = lackable('AccessEdge', AccessEdge)

export const networkResourceId = (id: string): ResourceId => ({ type: TYPE_IDS.networkResource, id })

export const accessEntitlementId = (resource: ResourceId): string => formatEntitlementId(resource, ACCESS)

const DAY_SECONDS = 86_400

/** Access policies as profile keys: how access is given, and after how many days without use it locks. */
export const accessPolicyProfile = ({ mode, durationSeconds }: AccessPolicy): Profile => ({
  access_mode: mode,
  ...(durationSeconds && mode === 'AUTO_LOCK' && { auto_lock_days: durationSeconds / DAY_SECONDS }),
  ...(durationSeconds && mode !== 'AUTO_LOCK' && { access_duration_seconds: durationSeconds }),
})

/** What an edge says besides who and where; absent where it says nothing. */
function metadataOf(edge: AccessEdge): Profile | undefined {
  const metadata: Profile = {
    ...(edge.expiresAt && { expires_at: edge.expiresAt }),
    ...(edge.accessPolicy && accessPolicyProfile(edge.accessPolicy)),
    ...(edge.approvalMode && { approval_mode: edge.approvalMode }),
    ...(edge.securityPolicy && {
      security_policy_id: edge.securityPolicy.id,
      security_policy_name: edge.securityPolicy.name,
    }),
  }
  return Object.keys(metadata).length > 0 ? metadata : undefined
}

/**
 * The grant of one access edge. A group passes access on to the users who are its members.
 *
 * Shape: `undefined` for a principal of a kind that this version does not know; it still counts among the holders, so that the sync does not pass for whole.
 */
export function accessGrant(resource: ResourceId, edge: AccessEdge): Grant | undefined {
  const base = { entitlementId: accessEntitlementId(resource), resource }
  const metadata = metadataOf(edge)
  const more = metadata ? { metadata } : {}
  switch (edge.node.kind) {
    case 'Group': {
      const group = groupId(edge.node.id)
      const expandable = { entitlementIds: [memberEntitlementId(group)], shallow: true, types: [TYPE_IDS.user] }
      return { ...base, principal: group, expandable, ...more }
    }
    case 'ServiceAccount':
      return { ...base, principal: serviceAccountId(edge.node.id), ...more }
    default:
      return undefined
  }
}
