import type { CommandCall } from '../../sdk/cli/command.ts'
import { exitCodeOf } from '../../sdk/ground/errors.ts'
import { joinState } from '../state/open-state.ts'
import { statusLines } from './output/status-text.ts'
import { statusOf } from './status-of.ts'
import { stateFileOf, type StateSettings } from './state-file.ts'

/** Prints what the state tells. */
export async function runStatus({ process, stdout, config }: CommandCall, settings: StateSettings): Promise<number> {
  const path = await stateFileOf(settings, process.cwd)
  const state = joinState(path)
  try {
    const view = statusOf(path, state.database)
    if (config['output'] === 'json') stdout.write(`${JSON.stringify({ version: 1, ...view })}\n`)
    else for (const line of statusLines(view, process.clock.now())) stdout.write(`${line}\n`)
    return view.quarantine ? exitCodeOf('aborted') : 0
  } finally {
    state.close()
  }
}
