import type { ResourceId } from '../sdk/model/model.ts'
import { formatEntitlementId } from '../sdk/model/ids.ts'

/** Ids and slugs that more than one resource file refers to. Frozen: reviews on the platform hang on them. */
export const TYPE_IDS = Object.freeze({
  user: 'user',
  group: 'group',
  role: 'role',
  networkResource: 'network-resource',
  remoteNetwork: 'remote-network',
  connector: 'connector',
  gateway: 'gateway',
  serviceAccount: 'service-account',
  serviceAccountKey: 'service-account-key',
  securityPolicy: 'security-policy',
  device: 'device',
})
export const MEMBER = 'member'
export const ACCESS = 'access'

export const memberEntitlementId = (resource: ResourceId): string => formatEntitlementId(resource, MEMBER)
