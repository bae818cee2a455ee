import type { Engine } from '../cycle/engine.ts'
import type { Prepared } from '../cycle/prepare.ts'
import { keepTies } from '../match/ties.ts'
import type { Acting } from './acting.ts'
import { Outcomes } from './outcome.ts'
import { settleDeletes } from './settle-deletes.ts'
import { settleMembers } from './settle-members.ts'
import { settleObjects } from './settle-objects.ts'

export interface CarryOut {
  readonly cycle: number
  /** No operation begins after it aborts. */
  readonly stop: AbortSignal
  /** Aborts what has begun as well. */
  readonly halt: AbortSignal
}

/**
 * Carries out a plan: users, groups, memberships, then deletes. Every operation is written down before it is sent, and ends as done only where the target
 * shows it.
 *
 * Errors: those that end a cycle: the token is refused, the target cannot be reached. What was not begun stays planned.
 */
export async function carryOut(
  engine: Engine,
  { plan, looker }: Prepared,
  { cycle, stop, halt }: CarryOut,
): Promise<void> {
  const { database, meta, operations, clock } = engine
  const total = operations.ids(['planned']).length
  keepTies(database, clock.now().toISOString())
  if (total === 0) return
  meta.set('unfinished', String(cycle))
  const acting: Acting = {
    ...engine,
    plan,
    looker,
    cycle,
    stop,
    halt,
    outcomes: new Outcomes(),
    count: { done: 0, total },
  }
  await settleObjects(acting, 'user')
  await settleObjects(acting, 'group')
  await settleMembers(acting)
  await settleDeletes(acting, 'user')
  await settleDeletes(acting, 'group')
  if (!stop.aborted) meta.set('unfinished', undefined)
}
