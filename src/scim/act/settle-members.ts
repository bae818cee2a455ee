import { planMembers } from '../plan/plan-members.ts'
import type { NewOperation, Operation } from '../state/operations.ts'
import { inTransaction } from '../state/transaction.ts'
import { shapeOf } from '../target/shape.ts'
import { leaveOutAbsent } from './absent-members.ts'
import { type Acting, advance } from './acting.ts'
import { SENT_UNVERIFIED, takeHidden } from './hidden-members.ts'
import { lookAt, readEach } from './look.ts'
import { logCode, type Outcome } from './outcome.ts'
import { runPool } from './pool.ts'
import { Rounds } from './rounds.ts'
import { sendMembers } from './send-members.ts'

const MOST_ROUNDS = 3

/**
 * Adds and removes members, the groups side by side, each group's additions before its removals; then looks at the groups and sends again what is
 * missing for a reason that may pass.
 *
 * Errors: those that end the cycle.
 */
export async function settleMembers(acting: Acting): Promise<void> {
  const { operations, stop } = acting
  const rounds = new Rounds(acting)
  leaveOutAbsent(acting)
  if (shapeOf(acting.target.profile, 'group').with.includes('members')) await endCreatedWith(acting)
  let round = operations.ids(['planned'], { actions: ['add-members', 'remove-members'] })
  for (let n = 1; round.length > 0 && !stop.aborted; n++) {
    const found = round.flatMap((id) => operations.get(id) ?? [])
    const groups = Map.groupBy(found, ({ source }) => source)
    const outcomes = new Map<number, Outcome>()
    await runPool(
      groups,
      rounds.width,
      () => stop.aborted,
      async ([, steps]) => {
        for (const step of steps) {
          if (stop.aborted) return
          outcomes.set(step.id, await sendStep(acting, step))
        }
      },
    )
    const sent = found.filter(({ id }) => outcomes.has(id))
    await lookAtGroups(acting, sent)
    const answered = sent.filter(({ id }) => outcomes.get(id)?.kind === 'answered')
    const isOpen = openOf(remaining(acting, sent))
    if ((await takeHidden(acting, answered, isOpen)) === 'shown') await lookAtGroups(acting, sent)
    round = judge(acting, sent, outcomes, n >= MOST_ROUNDS)
    if (round.length > 0) await rounds.next(outcomes.values())
  }
}

async function lookAtGroups(acting: Acting, sent: readonly Operation[]): Promise<void> {
  const { looker, halt } = acting
  const targets = targetsOf(acting, sent)
  const looked = await lookAt(looker, 'group', targets, halt)
  if (looked !== 'each' && looker.target.profile.listShowsMembers !== true)
    await readEach(looker, 'group', targets, halt)
}

const openOf =
  (left: ReadonlyMap<string, NewOperation>) =>
  ({ source, action }: Operation): boolean =>
    left.has(`${source} ${action}`)

/** Ends additions that came with the group, at a target that takes no group without members. */
async function endCreatedWith(acting: Acting): Promise<void> {
  const { operations, looker, clock, halt } = acting
  const steps = operations.ids(['planned'], { actions: ['add-members'] }).flatMap((id) => operations.get(id) ?? [])
  if (steps.length === 0) return
  if (looker.target.profile.listShowsMembers !== true) await readEach(looker, 'group', targetsOf(acting, steps), halt)
  const left = remaining(acting, steps)
  for (const step of steps)
    if (!left.has(`${step.source} ${step.action}`)) operations.ended(step.id, 'done', clock.now())
}

async function sendStep(acting: Acting, step: Operation): Promise<Outcome> {
  const { operations, clock, outcomes } = acting
  operations.sent(step.id, clock.now())
  try {
    const refused = await sendMembers(acting, step)
    operations.ended(step.id, 'answered', clock.now())
    return refused ? outcomes.failed(refused) : outcomes.answered()
  } catch (error) {
    return outcomes.failed(error)
  } finally {
    advance(acting, 'writing memberships')
  }
}

const targetsOf = ({ database }: Acting, sent: readonly Operation[]): readonly number[] => {
  const tieOf = database.prepare('select target_key from temp.tie where source_key = ?')
  const keys = sent.map(({ source }) => Number(tieOf.get(source ?? null)?.['target_key'] ?? Number.NaN))
  return [...new Set(keys.filter((key) => !Number.isNaN(key)))]
}

/** Ends operations by what the groups show; gives those to be sent again. */
function judge(
  acting: Acting,
  sent: readonly Operation[],
  outcomes: ReadonlyMap<number, Outcome>,
  last: boolean,
): readonly number[] {
  const { operations, clock } = acting
  const left = remaining(acting, sent)
  const again: number[] = []
  for (const step of sent) {
    const rest = left.get(`${step.source} ${step.action}`)
    const outcome = outcomes.get(step.id)
    if (!rest) operations.ended(step.id, 'done', clock.now(), doneHow(acting, outcome))
    else if (outcome?.kind === 'doubtful' && !last) again.push(step.id)
    else if (outcome?.kind === 'answered' && step.attempts === 0 && !last && maySendAgain(step, rest))
      again.push(step.id)
    else operations.ended(step.id, 'failed', clock.now(), failureOf(outcome, rest))
  }
  return again
}

const doneHow = ({ target }: Acting, outcome: Outcome | undefined): { code?: string; detail?: string } =>
  target.profile.membersUnverifiable === true && outcome?.kind === 'answered' ? SENT_UNVERIFIED : {}

/** A group that shows none of its new members may hide them all, and some servers add a member as often as they are told to. */
const maySendAgain = (step: Operation, rest: NewOperation): boolean =>
  step.action === 'remove-members' || (rest.members ?? 0) < step.members

function failureOf(
  outcome: Outcome | undefined,
  rest: NewOperation,
): { readonly code: string; readonly detail: string } {
  if (outcome && outcome.kind !== 'answered') return { code: logCode(outcome.error), detail: outcome.error.detail }
  const how = rest.action === 'add-members' ? 'does not show' : 'still shows'
  return { code: 'WriteWithoutEffect', detail: `the target accepted the change, but ${how} ${rest.members} members` }
}

/** What is still to be done to these groups; the pairs to be sent are those of this plan from now on. */
function remaining(acting: Acting, sent: readonly Operation[]): ReadonlyMap<string, NewOperation> {
  const left = new Map<string, NewOperation>()
  inTransaction(acting.database, () =>
    planMembers({
      ...acting.plan,
      only: new Set(sent.flatMap(({ source }) => source ?? [])),
      add: (operation) => left.set(`${operation.source} ${operation.action}`, operation),
    }),
  )
  return left
}
