import type { CommandCall } from '../../sdk/cli/command.ts'
import { exitCodeOf } from '../../sdk/ground/errors.ts'
import type { ScimSettings } from '../config/fields.ts'
import { prepareFull } from '../cycle/prepare.ts'
import { openPlanFile } from '../plan/plan-file.ts'
import { copyState } from '../state/open-state.ts'
import { engineOf, openSetup } from './open-setup.ts'
import { writePlanHtml } from './output/plan-html.ts'
import { showProgress } from './output/progress-line.ts'
import { showPlan, viewOf } from './show-plan.ts'

export interface PlanForms {
  readonly form: 'table' | 'diff' | 'json'
  readonly out: string | undefined
  readonly html: string | undefined
}

/** Plans over a copy of the state and shows the plan. Nothing is changed anywhere. */
export async function runPlan(
  call: CommandCall,
  settings: ScimSettings,
  { form, out, html }: PlanForms,
): Promise<number> {
  const { process, stdout, progress } = call
  const setup = await openSetup(settings, call)
  const state = copyState(setup.config.state)
  try {
    const engine = engineOf(setup, state, call, showProgress(progress, process.clock))
    const prepared = await prepareFull(engine, { cycle: 0, keepEscrow: false, signal: process.signal })
    progress('')
    const view = viewOf(engine, prepared)
    const { target, source, summary } = view
    const created = process.clock.now()
    const file =
      out === undefined
        ? undefined
        : openPlanFile(out, {
            kind: 'scim plan',
            version: 1,
            created: created.toISOString(),
            target,
            source,
            fingerprint: setup.policy.fingerprint,
            summary,
            operations: engine.operations.count(),
          })
    showPlan(stdout, file ? { ...view, steps: () => passing(view.steps(), file.add) } : view, form)
    file?.close()
    if (html !== undefined) writePlanHtml(html, view, created)
    const isWhole = summary.sourceComplete && summary.targetComplete && summary.conflicts === 0
    return isWhole ? 0 : exitCodeOf('aborted')
  } finally {
    state.close()
  }
}

/** The same, and each is told as it passes: to read a hundred thousand of them twice takes seconds. */
function* passing<T>(all: Iterable<T>, told: (one: T) => void): Generator<T> {
  for (const one of all) {
    told(one)
    yield one
  }
}
