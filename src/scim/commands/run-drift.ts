import type { CommandCall } from '../../sdk/cli/command.ts'
import { exitCodeOf } from '../../sdk/ground/errors.ts'
import type { ScimSettings } from '../config/fields.ts'
import { findDrift, hasDrift } from '../cycle/drift.ts'
import { copyState, joinState } from '../state/open-state.ts'
import { engineOf, openSetup } from './open-setup.ts'
import { writeDrift } from './output/drift-text.ts'
import { showProgress } from './output/progress-line.ts'

/** Reports drift over a copy of the state. Errors: `not-found` without a state, where nothing is known to have been provisioned. */
export async function runDrift(call: CommandCall, settings: ScimSettings): Promise<number> {
  const { process, stdout, progress, config } = call
  const setup = await openSetup(settings, call)
  joinState(setup.config.state).close()
  const state = copyState(setup.config.state)
  try {
    const engine = engineOf(setup, state, call, showProgress(progress, process.clock))
    const report = await findDrift(engine, { cycle: 0, keepEscrow: false, signal: process.signal })
    progress('')
    if (config['output'] === 'json') stdout.write(`${JSON.stringify(report)}\n`)
    else writeDrift(stdout, report)
    return hasDrift(report) ? exitCodeOf('aborted') : 0
  } finally {
    state.close()
  }
}
