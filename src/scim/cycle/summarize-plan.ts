import type { Engine } from './engine.ts'
import { countCycle } from './count-cycle.ts'
import type { Prepared } from './prepare.ts'
import { KINDS } from '../model.ts'
import { costOf, type PlanSummary } from '../plan/plan-document.ts'
import { attributeNames, shapeOf } from '../target/shape.ts'

/** What a plan does and costs, before it is carried out. */
export function summarizePlan(engine: Engine, { plan, read }: Prepared): PlanSummary {
  const counts = countCycle(engine, 'planned', 0)
  return {
    create: counts.created,
    update: counts.updated,
    enable: counts.enabled,
    disable: counts.disabled,
    delete: counts.deleted,
    addMembers: counts.membersAdded,
    removeMembers: counts.membersRemoved,
    staged: counts.staged,
    held: counts.held,
    conflicts: counts.conflicts,
    unresolvedMembers: counts.unresolvedMembers,
    skipped: counts.skipped,
    ...costOf(engine.database, engine.target.profile),
    sourceComplete: read.complete,
    targetComplete: plan.targetComplete.user && plan.targetComplete.group,
  }
}

/** Sentences about a plan that its operations do not tell. */
export function planNotes({ meta, target }: Engine, { plan, read, staged }: Prepared): readonly string[] {
  const notes = [...read.notes]
  for (const kind of KINDS) {
    const { without } = shapeOf(target.profile, kind)
    if (without.length > 0) notes.push(`the target takes no ${attributeNames(without)} of a ${kind}: left out`)
  }
  if (target.profile.membersUnverifiable === true)
    notes.push('the target shows no membership anywhere: what it said yes to counts as sent, and nobody can verify it')
  else if (target.profile.hidesMembers === true)
    notes.push('the target does not show the members of groups: members that this engine added count as present')
  for (const gap of read.gaps) notes.push(`not read: ${gap}`)
  if (!plan.sourceComplete)
    notes.push('the source was not read in full, so nobody is disabled, deleted or removed from a group')
  if (!plan.targetComplete.user || !plan.targetComplete.group)
    notes.push('the target was not listed in full, so nothing is disabled, deleted or removed')
  if (staged)
    notes.push(
      `${staged.users + staged.groups} disables and deletes wait: ${staged.reason}; scim allow-deletes lets them pass`,
    )
  const paused = meta.get('paused')
  if (paused !== undefined) notes.push(`provisioning is paused since ${paused}`)
  return notes
}
