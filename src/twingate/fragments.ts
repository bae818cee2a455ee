import { z } from 'zod'
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
  serviceAccount: 'service-account',
  serviceAccountKey: 'service-account-key',
  securityPolicy: 'security-policy',
})
export const MEMBER = 'member'
export const ACCESS = 'access'

export const memberEntitlementId = (resource: ResourceId): string => formatEntitlementId(resource, MEMBER)

export const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })

/** A Relay connection as far as it is read: nodes in order and page info. */
export const connectionOf = <T extends z.ZodType>(node: T) =>
  z.object({ pageInfo: PageInfo, edges: z.array(z.object({ node })) })

/** The same with the place of every row, for lists whose pages overlap (overlap.ts). */
export const placedConnectionOf = <T extends z.ZodType>(node: T) =>
  connectionOf(node).extend({ edges: z.array(z.object({ cursor: z.string(), node })) })

export const countedConnectionOf = <T extends z.ZodType>(node: T) =>
  placedConnectionOf(node).extend({ totalCount: z.number().int().nonnegative() })

/** A time as the API writes it (ISO 8601 with offset); `undefined` for anything that is none, so that one odd date costs no user. */
export function parseApiTime(text: string): Date | undefined {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : new Date(ms)
}
