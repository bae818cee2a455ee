import type { CommandOutput } from '../../sdk/command.ts'
import type { Engine } from '../cycle/engine.ts'
import type { Prepared } from '../cycle/prepare.ts'
import { planNotes, summarizePlan } from '../cycle/summarize-plan.ts'
import { planConflicts, planOperations } from '../plan/plan-document.ts'
import { type PlanView, writePlanDiff, writePlanHead, writePlanJson, writePlanTable } from './output/plan-text.ts'

/** The plan of a state, to be shown in any form. */
export function viewOf(engine: Engine, prepared: Prepared): PlanView {
  const { database, operations, target, source, policy } = engine
  return {
    target: target.url,
    source: source.name,
    summary: summarizePlan(engine, prepared),
    notes: [...planNotes(engine, prepared)],
    conflicts: planConflicts(database),
    operations: () => planOperations(database, operations, policy.hidden),
  }
}

export function showPlan(output: CommandOutput, view: PlanView, form: 'table' | 'diff' | 'json'): void {
  if (form === 'json') {
    writePlanJson(output, view)
    return
  }
  writePlanHead(output, view)
  if (form === 'diff') writePlanDiff(output, view)
  else writePlanTable(output, view)
}
