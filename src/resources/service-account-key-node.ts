import { z } from 'zod'
import type { Resource, ResourceId, Status } from '../sdk/model/model.ts'
import { displayNameOf } from '../twingate/display-name.ts'
import { parseApiTime } from '../twingate/connection.ts'
import { TYPE_IDS } from '../twingate/type-ids.ts'
import { fragmentOn, lackable } from '../twingate/optional-fields.ts'
import { serviceAccountId } from './service-account.ts'

export const ServiceAccountKeyNode = z.object({
  id: z.string().min(1),
  name: z.string(),
  status: z.string().optional(),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
  expiresAt: z.string().nullish(),
  revokedAt: z.string().nullish(),
})
export type ServiceAccountKeyNode = z.infer<typeof ServiceAccountKeyNode>

/** The fields of a key that a row is made of. The secret itself is in no answer but that of its creation. */
export const KEY_FIELDS = fragmentOn('KeyFields', 'ServiceAccountKey', [
  ...['id', 'name', 'status', 'createdAt', 'updatedAt', 'expiresAt', 'revokedAt'],
])

/** What a key may lack where the API cannot show it, as `Query.lacks`. */
export const KEY_LACKS = lackable('ServiceAccountKey', ServiceAccountKeyNode)

/** The API's own word where it is not simply active. */
const statusOf = (status: string): Status =>
  status === 'ACTIVE' ? { state: 'enabled' } : { state: 'disabled', details: `status ${status} in Twingate` }

const serviceAccountKeyId = (id: string): ResourceId => ({ type: TYPE_IDS.serviceAccountKey, id })

/** Pure. Empty names fall back to the id. */
export function keyFromNode(node: ServiceAccountKeyNode, accountId: string): Resource {
  const createdAt = parseApiTime(node.createdAt ?? '')
  const expiresAt = parseApiTime(node.expiresAt ?? '')
  const account = serviceAccountId(accountId)
  return {
    id: serviceAccountKeyId(node.id),
    displayName: displayNameOf(node.name, node.id),
    parent: account,
    profile: {
      id: node.id,
      name: node.name,
      ...(node.status !== undefined && { status: node.status }),
      service_account_id: accountId,
      ...(node.expiresAt && { expires_at: node.expiresAt }),
      ...(node.revokedAt && { revoked_at: node.revokedAt }),
      ...(node.updatedAt && { updated_at: node.updatedAt }),
    },
    ...(node.status !== undefined && { status: statusOf(node.status) }),
    ...(createdAt && { createdAt }),
    facts: {
      kind: 'secret',
      identity: account,
      credentialDetail: 'twingate_service_account_key',
      ...(expiresAt && { expiresAt }),
    },
  }
}
