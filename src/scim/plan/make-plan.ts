import { inTransaction } from '../state/transaction.ts'
import { guardDeletes, type Staged } from './guard.ts'
import type { PlanInput } from './plan-input.ts'
import { planMembers } from './plan-members.ts'
import { planObjects } from './plan-objects.ts'

/**
 * Writes down everything that has to be done at the target. Gives what the guard holds back.
 *
 * Why members come last: users who will be created get memberships, and users who wait for a decision keep theirs.
 */
export function makePlan(input: PlanInput): Staged | undefined {
  const { database, policy } = input
  return inTransaction(database, () => {
    if (policy.mode !== 'memberships') {
      planObjects(input, 'user')
      if (policy.mode !== 'users') planObjects(input, 'group')
    }
    const staged = guardDeletes(database, policy.guard)
    planMembers(input)
    return staged
  })
}
