import { z } from 'zod'
import type { GroupFacts, Resource } from '../sdk/model/model.ts'
import { displayNameOf } from '../twingate/display-name.ts'
import { parseApiTime } from '../twingate/connection.ts'
import { groupId } from './membership.ts'
import { fragmentOn, lackable } from '../twingate/optional-fields.ts'

export const GroupNode = z.object({
  id: z.string().min(1),
  name: z.string(),
  type: z.string(),
  isActive: z.boolean(),
  originId: z.string().nullish(),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
  securityPolicy: z.object({ id: z.string(), name: z.string() }).nullish(),
  users: z.object({ totalCount: z.number().int().nonnegative() }),
})
export type GroupNode = z.infer<typeof GroupNode>

/** A group of a list, of which the API may not be able to show all. */
export const ListedGroup = GroupNode.extend({ type: z.string().optional() })
export type ListedGroup = z.infer<typeof ListedGroup>
/** What such a group may lack, as `Query.lacks`. */
export const GROUP_LACKS: ReadonlySet<string> = new Set(lackable('Group', ListedGroup))

/** The fields of a group that a row is made of. `users(first: 1)` is the least the count can be had for; the members come from the users' side. */
export const GROUP_FIELDS = fragmentOn('GroupFields', 'Group', [
  ...['id', 'name', 'type', 'isActive', 'originId', 'createdAt', 'updatedAt'],
  ...['securityPolicy { id name }', 'users(first: 1) { totalCount }'],
])

const SOURCE_TYPES: Readonly<Record<string, GroupFacts['sourceType']>> = {
  MANUAL: 'native',
  SYNCED: 'directory_synced',
  SYSTEM: 'built_in',
}

/** Pure. Empty names fall back to the id; what is too long for a display name is whole in the profile. */
export function groupFromNode(node: ListedGroup): Resource {
  const createdAt = parseApiTime(node.createdAt ?? '')
  const sourceType = SOURCE_TYPES[node.type ?? '']
  return {
    id: groupId(node.id),
    displayName: displayNameOf(node.name, node.id),
    profile: {
      group_id: node.id,
      group_name: node.name,
      ...(node.type !== undefined && { type: node.type }),
      is_active: node.isActive,
      ...(node.originId && { origin_id: node.originId }),
      ...(node.securityPolicy && {
        security_policy_id: node.securityPolicy.id,
        security_policy_name: node.securityPolicy.name,
      }),
      ...(node.updatedAt && { updated_at: node.updatedAt }),
    },
    status: node.isActive ? { state: 'enabled' } : { state: 'disabled', details: 'inactive in Twingate' },
    ...(createdAt && { createdAt }),
    facts: {
      kind: 'group',
      ...(sourceType && { sourceType }),
      ...(node.type !== undefined && { rawSourceType: node.type }),
    },
  }
}
