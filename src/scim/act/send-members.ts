import { ConnectorError } from '../../sdk/errors.ts'
import type { Operation } from '../state/operations.ts'
import type { Acting } from './acting.ts'

/**
 * Sends all additions, or all removals, of one group in as few requests as the target takes. A batch that is refused is halved until one member
 * is to blame, who is left out.
 *
 * Gives the refusal of a single member, the first one. Errors: others, as `Target.changeMembers`; `not-found` where the group is not at the target.
 */
export async function sendMembers(acting: Acting, step: Operation): Promise<ConnectorError | undefined> {
  const { database, target, targetImage } = acting
  const tie = database.prepare('select target_key from temp.tie where source_key = ?').get(step.source ?? null)
  const group = tie && targetImage.idOf(Number(tie['target_key']))
  if (group === undefined) throw new ConnectorError('not-found', 'change members', 'the group is not at the target')
  let refused: ConnectorError | undefined
  const queue = batches(membersOf(acting, step), target.profile.membersPerRequest)
  for (let batch = queue.shift(); batch; batch = queue.shift()) {
    // The target may have taught a smaller number meanwhile.
    const most = target.profile.membersPerRequest
    if (batch.length > most) {
      queue.unshift(...batches(batch, most))
      continue
    }
    try {
      await target.changeMembers(group, step.action === 'add-members' ? { add: batch } : { remove: batch }, acting.halt)
    } catch (caught) {
      const error = ConnectorError.from(caught, 'change members')
      if (error.code !== 'invalid-argument') throw error
      if (batch.length === 1) refused ??= error
      else queue.unshift(...batches(batch, Math.ceil(batch.length / 2)))
    }
  }
  return refused
}

/** Target ids of the members to be added or removed. Who is not at the target yet waits for a later cycle. */
function membersOf({ database }: Acting, { action, source }: Operation): readonly string[] {
  const sql =
    action === 'add-members'
      ? `select o.id from temp.add_member m join temp.tie t on t.source_key = m.member_key
          join main.target_object o on o.key = t.target_key where m.group_key = ? order by m.member_key`
      : 'select o.id from temp.drop_member m join main.target_object o on o.key = m.member_key where m.source_key = ? order by m.member_key'
  return database
    .prepare(sql)
    .all(source ?? null)
    .map(({ id }) => String(id))
}

function batches<T>(items: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))
}
