import { z } from 'zod'
import type { HolderCount } from '../sdk/contract/syncer.ts'
import { memberEntitlementId } from '../twingate/type-ids.ts'
import type { IdSweep } from '../twingate/id-sweep.ts'
import { groupId } from './membership.ts'

const Counted = z.object({ id: z.string(), users: z.object({ totalCount: z.number().int().nonnegative() }) })
const Beside = z.record(z.string(), z.unknown())

/** Fields that count the members of groups beside something else; the group's ids are in the variables `c0`, `c1` and so on. */
export const countsBeside = (groups: readonly string[]): NonNullable<IdSweep['beside']> => ({
  fields: groups.map((_, i) => `c${i}: group(id: $c${i}) { id users(first: 1) { totalCount } }`).join('\n    '),
  parameters: groups.map((_, i) => `$c${i}: ID!`),
})

/** The variables of these fields. */
export const countVariables = (groups: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(groups.map((id, i) => [`c${i}`, id]))

/** The counts in the answer. A group that is gone has none. */
export const countedIn = (answer: unknown): readonly HolderCount[] =>
  Object.entries(Beside.parse(answer)).flatMap(([name, value]) => {
    const { success, data } = Counted.safeParse(value)
    return success && /^c\d+$/.test(name) ? [memberCount(data)] : []
  })

/** How many members the API counts in a group. */
export const memberCount = ({ id, users }: z.infer<typeof Counted>): HolderCount => ({
  entitlementId: memberEntitlementId(groupId(id)),
  resource: groupId(id),
  count: users.totalCount,
})
