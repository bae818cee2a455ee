import type { CommandOutput } from '../../sdk/cli/command.ts'
import type { Engine } from '../cycle/engine.ts'
import type { Prepared } from '../cycle/prepare.ts'
import { planNotes, summarizePlan } from '../cycle/summarize-plan.ts'
import { planConflicts, planSteps } from '../plan/plan-document.ts'
import { inPieces } from '../../sdk/cli/output/in-pieces.ts'
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
    steps: () => planSteps(database, operations, policy.hidden),
  }
}

export function showPlan(output: CommandOutput, view: PlanView, form: 'table' | 'diff' | 'json'): void {
  const pieces = inPieces(output)
  if (form === 'json') writePlanJson(pieces, view)
  else writePlanHead(pieces, view)
  if (form === 'table') writePlanTable(pieces, view)
  if (form === 'diff') writePlanDiff(pieces, view)
  pieces.end()
}
