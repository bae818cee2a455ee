import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { Operation } from '../state/operations.ts'
import { inTransaction } from '../state/transaction.ts'
import type { SoughtMember } from '../target/target.ts'
import type { Acting } from './acting.ts'
import { membersToAdd } from './send-members.ts'

/** How an operation on members ends that the target said yes to, where no read shows any membership. */
export const SENT_UNVERIFIED = {
  code: 'SentUnverified',
  detail: 'sent; the target shows no membership anywhere, so nobody can verify it',
}

/**
 * Where the target does not show members, what it said yes to counts. That it hides them has to be proven once, by an addition that does not show.
 *
 * Gives `shown` where the groups show their members now, and have to be looked at again. Errors: those that end the cycle.
 */
export async function takeHidden(
  acting: Acting,
  answered: readonly Operation[],
  isOpen: (step: Operation) => boolean,
): Promise<'shown' | undefined> {
  const { target, targetImage, database } = acting
  if (answered.length === 0) return undefined
  if (target.profile.hidesMembers !== true) {
    const open = answered.find((step) => step.action === 'add-members' && isOpen(step))
    if (!open || target.profile.listShowsMembers !== undefined) return undefined
    if ((await seek(acting, open)) === 'shown') return 'shown'
  }
  if (target.profile.hidesMembers !== true) return undefined
  inTransaction(database, () => {
    for (const { source, action } of answered)
      if (source !== undefined && (action === 'add-members' || action === 'remove-members'))
        targetImage.takeWritten(source, action)
  })
  return undefined
}

async function seek(acting: Acting, { source }: Operation): Promise<SoughtMember> {
  const { target, targetImage, database, halt } = acting
  const tie = database.prepare('select target_key from temp.tie where source_key = ?').get(source ?? null)
  const group = tie && targetImage.idOf(Number(tie['target_key']))
  const [member] = membersToAdd(acting, source)
  if (group === undefined || member === undefined) return 'nowhere'
  const sought = await target.seekMember(group, member, halt)
  if (sought === 'nowhere' && (await isShownNowhere(acting, group, member)))
    target.learn({ hidesMembers: true, membersUnverifiable: true })
  return sought
}

/**
 * Whether a membership shows nowhere although the target says yes to it a second time, and no group has ever shown a member.
 *
 * Why the second time: a target that lost the first addition looks the same. Why one member: some servers add a member as often as they are told to.
 */
async function isShownNowhere({ target, targetImage, halt }: Acting, group: string, member: string): Promise<boolean> {
  const { puts, memberRemoval } = target.profile
  // Where the whole list is sent, it has to be read first.
  if (puts.includes('members') || memberRemoval === 'list' || targetImage.showsMembers) return false
  try {
    const { refused } = await target.changeMembers(group, { add: [member] }, halt)
    if (refused.length > 0) return false
    const object = await target.get('group', group, halt)
    if (object) targetImage.put([object])
    return object?.members?.length === 0 && (await target.seekMember(group, member, halt)) === 'nowhere'
  } catch (error) {
    if (ConnectorError.is(error) && error.code !== 'canceled') return false
    throw error
  }
}
