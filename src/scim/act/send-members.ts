import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Operation } from '../state/operations.ts'
import type { Acting } from './acting.ts'

/**
 * Sends all additions, or all removals, of one group.
 *
 * Gives the refusal of a single member, the first one. Errors: as `Target.changeMembers`; `not-found` where the group is not at the target.
 */
export async function sendMembers(acting: Acting, step: Operation): Promise<ConnectorError | undefined> {
  const { database, target, targetImage, halt } = acting
  const tie = database.prepare('select target_key from temp.tie where source_key = ?').get(step.source ?? null)
  const group = tie && targetImage.idOf(Number(tie['target_key']))
  if (group === undefined) throw new ConnectorError('not-found', 'change members', 'the group is not at the target')
  const ids = membersOf(acting, step)
  const change = step.action === 'add-members' ? { add: ids } : { remove: ids }
  const { refused } = await target.changeMembers(group, change, halt)
  return refused[0]?.error
}

/** The members to be added or removed, as the target names them. Who is not there yet waits for a later cycle. */
const membersOf = (acting: Acting, { action, source }: Operation): readonly string[] =>
  action === 'add-members' ? membersToAdd(acting, source) : membersToDrop(acting, source)

/** The members to be added to a group, as the target names them. */
export const membersToAdd = (acting: Acting, group: number | undefined): readonly string[] =>
  acting.database
    .prepare(
      `select ${nameIn(acting)} as id from temp.add_member m join temp.tie t on t.source_key = m.member_key
        join main.target_object o on o.key = t.target_key where m.group_key = ? order by m.member_key`,
    )
    .all(group ?? null)
    .map(({ id }) => String(id))

const membersToDrop = (acting: Acting, group: number | undefined): readonly string[] =>
  acting.database
    .prepare(
      `select ${nameIn(acting)} as id from temp.drop_member m join main.target_object o on o.key = m.member_key
        where m.source_key = ? order by m.member_key`,
    )
    .all(group ?? null)
    .map(({ id }) => String(id))

const nameIn = ({ targetImage }: Acting): string =>
  targetImage.namesMembers ? "coalesce(o.attributes ->> 'userName', o.id)" : 'o.id'
