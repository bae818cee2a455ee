import type { CommandCall } from '../../sdk/cli/command.ts'
import { ConnectorError, exitCodeOf } from '../../sdk/ground/errors.ts'
import type { ScimSettings } from '../config/fields.ts'
import type { Engine } from '../cycle/engine.ts'
import type { CycleResult } from '../cycle/finish.ts'
import type { Prepared } from '../cycle/prepare.ts'
import { runCycle } from '../cycle/run-cycle.ts'
import { differencesFrom, type PlanFile, readPlanFile } from '../plan/plan-file.ts'
import { openState } from '../state/open-state.ts'
import { ask } from './ask.ts'
import { engineOf, openSetup } from './open-setup.ts'
import { showProgress } from './output/progress-line.ts'
import { cycleJson, writeCycle } from './output/cycle-text.ts'
import { costWords, planWords } from './output/words.ts'
import { showPlan, viewOf } from './show-plan.ts'

export interface ApplyOptions {
  readonly yes: boolean
  /** A plan that is to be carried out as it is. */
  readonly file: string | undefined
  /** See `PlanInput`. @default false */
  readonly repair?: boolean
}

/** Runs one full cycle by a person's word. */
export async function runApply(
  call: CommandCall,
  settings: ScimSettings,
  { yes, file, repair = false }: ApplyOptions,
): Promise<number> {
  const { process, progress, config, stdout } = call
  const setup = await openSetup(settings, call)
  if (setup.config.mode === 'dry')
    throw new ConnectorError('failed-precondition', 'apply', 'the mode of the configuration is dry, which only plans')
  const plan = file === undefined ? undefined : await readPlanFile(file)
  const state = openState(setup.config.state)
  try {
    const engine = engineOf(setup, state, call, showProgress(progress, process.clock))
    const isJson = config['output'] === 'json'
    const result = await runCycle(engine, {
      kind: 'full',
      keepEscrow: false,
      repair,
      initiatedBy: repair ? 'drift' : 'apply',
      intervalMs: setup.config.intervalMs,
      quarantine: setup.config.quarantine,
      stop: process.signal,
      halt: new AbortController().signal,
      confirm: (prepared) => confirm(call, engine, prepared, { yes: yes || plan !== undefined, plan, quiet: isJson }),
    })
    progress('')
    if (isJson) stdout.write(cycleJson(engine, result))
    else writeCycle(stdout, engine, result)
    return exitCode(result)
  } finally {
    state.close()
  }
}

interface Confirmation {
  readonly yes: boolean
  readonly plan: PlanFile | undefined
  readonly quiet: boolean
}

async function confirm(
  call: CommandCall,
  engine: Engine,
  prepared: Prepared,
  { yes, plan, quiet }: Confirmation,
): Promise<boolean> {
  call.progress('')
  const view = viewOf(engine, prepared)
  if (plan) refuseMoved(plan, view.target, engine.policy.fingerprint, view.steps())
  else if (!quiet) showPlan(call.stdout, view, 'table')
  const { summary } = view
  if (yes || summary.requests === 0) return true
  return ask(call, `${planWords(summary)} (${costWords(summary)}). Apply?`)
}

const MOST_NAMED = 5

/** Errors: `failed-precondition` with what is not as the plan has it. */
function refuseMoved(
  plan: PlanFile,
  target: string,
  fingerprint: string,
  steps: Parameters<typeof differencesFrom>[1],
): void {
  const refuse = (detail: string) =>
    new ConnectorError(
      'failed-precondition',
      'apply the plan',
      `${detail}; nothing was changed. Plan again and look at it`,
    )
  if (plan.head.target !== target) throw refuse(`it was made for the target ${plan.head.target}`)
  if (plan.head.fingerprint !== fingerprint) throw refuse('the configuration has changed since it was made')
  const moved = differencesFrom(plan, steps)
  if (moved.length === 0) return
  const more = moved.length > MOST_NAMED ? `, and ${moved.length - MOST_NAMED} more` : ''
  throw refuse(
    `source or target has changed since ${plan.head.created}: ${moved.slice(0, MOST_NAMED).join(', ')}${more}`,
  )
}

/** Errors: what ended the cycle. */
export function exitCode({ error, counts, complete, state }: CycleResult): number {
  if (error && state !== 'succeeded') {
    if (error.code === 'canceled' && error.operation === 'apply') return exitCodeOf('canceled')
    throw error
  }
  if (!counts) return 0
  if (counts.failed + counts.conflicts + counts.held > 0 || !complete) return exitCodeOf('aborted')
  return counts.staged > 0 ? exitCodeOf('failed-precondition') : 0
}
