import type { CommandCall } from '../../sdk/cli/command.ts'
import { exitCodeOf } from '../../sdk/ground/errors.ts'
import { Cycles } from '../state/cycles.ts'
import { Escrow } from '../state/escrow.ts'
import { Meta } from '../state/meta.ts'
import { isHeld, joinState } from '../state/open-state.ts'
import { Quarantine } from '../state/quarantine.ts'
import { statusLines } from './output/status-text.ts'
import { type StatusView, StoredProgress } from './status-view.ts'
import { stateFileOf, type StateSettings } from './state-file.ts'

const MOST_CYCLES = 5

/** Prints what the state tells. */
export async function runStatus({ process, stdout, config }: CommandCall, settings: StateSettings): Promise<number> {
  const path = await stateFileOf(settings, process.cwd)
  const state = joinState(path)
  try {
    const view = viewOf(path, state.database)
    if (config['output'] === 'json') stdout.write(`${JSON.stringify({ version: 1, ...view })}\n`)
    else for (const line of statusLines(view, process.clock.now())) stdout.write(`${line}\n`)
    return view.quarantine ? exitCodeOf('aborted') : 0
  } finally {
    state.close()
  }
}

function viewOf(path: string, database: ReturnType<typeof joinState>['database']): StatusView {
  const meta = new Meta(database)
  const count = (from: string): number => Number(database.prepare(`select count(*) as n from ${from}`).get()?.['n'])
  const running = isHeld(path)
  // The last cycle may say that it runs although its process was killed.
  const cycles = new Cycles(database)
    .last(MOST_CYCLES)
    .map((cycle) => (cycle.state === 'running' && !running ? { ...cycle, state: 'interrupted' as const } : cycle))
  const progress = running ? StoredProgress.safeParse(parsed(meta.get('progress'))).data : undefined
  const pausedSince = meta.get('paused')
  const quarantine = new Quarantine(database).current()
  const code = quarantine
    ? 'Quarantine'
    : pausedSince !== undefined
      ? 'Paused'
      : cycles.length === 0
        ? 'NotRun'
        : 'Active'
  return {
    ...{ code, running, progress, pausedSince, quarantine, cycles },
    source: meta.get('source'),
    target: meta.get('target'),
    escrowed: new Escrow(database).count(),
    linked: count('link'),
    staged: count("operation where state = 'staged'"),
  }
}

const parsed = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text))
