import type { CommandCall } from '../../sdk/cli/command.ts'
import { type ExplorerSettings, startExplorer } from '../../sdk/cli/companion.ts'
import { durationMs } from '../../sdk/text/duration.ts'
import { ConnectorError } from '../../sdk/ground/errors.ts'
import type { ScimSettings } from '../config/fields.ts'
import type { Engine } from '../cycle/engine.ts'
import type { CycleResult } from '../cycle/finish.ts'
import { runCycle } from '../cycle/run-cycle.ts'
import { notify } from '../notify/notify.ts'
import { Quarantine } from '../state/quarantine.ts'
import { openState } from '../state/open-state.ts'
import { engineOf, openSetup, type Setup } from './open-setup.ts'
import { openHealth, type HealthSettings } from './open-health.ts'
import { countWords } from './output/words.ts'
import { showProgress } from './output/progress-line.ts'
import { keepProgress } from './keep-progress.ts'
import { exitCode } from './run-apply.ts'
import { waitForNext } from './wait-for-next.ts'

export interface RunSettings extends ScimSettings, HealthSettings, ExplorerSettings {
  readonly once: boolean
  readonly interval: string | undefined
}

/** An operation that has begun may come to its end for so long after the program was told to stop. */
const GRACE_MS = 30_000

/** Runs cycles until the program is told to stop, or one. */
export async function runEngine(call: CommandCall, settings: RunSettings): Promise<number> {
  const { process, progress, log } = call
  const setup = await openSetup(settings, call, settings.once ? 'short' : 'long')
  if (setup.config.mode === 'dry')
    throw new ConnectorError('failed-precondition', 'run', 'the mode of the configuration is dry, which only plans')
  const intervalMs = settings.interval === undefined ? setup.config.intervalMs : durationMs(settings.interval)
  const state = openState(setup.config.state)
  try {
    const show = showProgress(progress, process.clock)
    let keep: (progress: Parameters<typeof show>[0]) => void = () => {}
    const engine = engineOf(setup, state, call, (where) => {
      show(where)
      keep(where)
    })
    keep = keepProgress(engine)
    if (settings.once) {
      refuseHeld(engine)
      return exitCode(await cycle(call, setup, engine, intervalMs))
    }
    const health = await openHealth(settings, call, engine)
    const explorer = startExplorer(settings, ['--scim-state', setup.config.state], process.env, log)
    try {
      log.info('provisioning starts', {
        source: engine.source.name,
        target: engine.target.url,
        interval: intervalMs / 1000,
      })
      for (let isFirst = true; await waitForNext(engine, intervalMs, process, isFirst); isFirst = false)
        health.note(await cycle(call, setup, engine, intervalMs))
      log.info('stopped on request')
      return 0
    } finally {
      await Promise.all([health.close(), explorer.close()])
    }
  } finally {
    progress('')
    state.close()
  }
}

/** Errors: `failed-precondition` while cycles are not to begin; a schedule of the operating system calls all the same. */
function refuseHeld({ meta, database, clock }: Engine): void {
  const refuse = (detail: string) => new ConnectorError('failed-precondition', 'run', detail)
  const paused = meta.get('paused')
  if (paused !== undefined) throw refuse(`paused since ${paused}; scim resume goes on`)
  const held = new Quarantine(database).current()
  if (held && held.nextAttempt > clock.now())
    throw refuse(
      `in quarantine until ${held.nextAttempt.toISOString()}: ${held.detail}; scim restart --reset quarantine does not wait`,
    )
}

async function cycle(call: CommandCall, setup: Setup, engine: Engine, intervalMs: number): Promise<CycleResult> {
  const { process, progress, log } = call
  const halt = new AbortController()
  const over = new AbortController()
  const haltLater = (): void => {
    process.sleep(GRACE_MS, over.signal).then(
      () => halt.abort(),
      () => {},
    )
  }
  process.signal.addEventListener('abort', haltLater, { once: true })
  try {
    const result = await runCycle(engine, {
      ...{ kind: 'due', keepEscrow: true, initiatedBy: 'run', intervalMs },
      quarantine: setup.config.quarantine,
      stop: process.signal,
      halt: halt.signal,
    })
    progress('')
    report(log, result)
    if (result.quarantined && setup.config.notify) {
      const { source, target, clock } = engine
      const notice = { ...result.quarantined, source: source.name, target: target.url, at: clock.now() }
      await notify(setup.config.notify, notice, call)
    }
    return result
  } finally {
    process.signal.removeEventListener('abort', haltLater)
    over.abort()
  }
}

function report(log: CommandCall['log'], { cycle: id, state, counts, error, quarantined }: CycleResult): void {
  const fields = {
    cycle: id,
    state,
    ...(counts && { result: countWords(counts, error?.detail), requests: counts.requests }),
    ...(error && { detail: error.detail }),
  }
  if (state === 'failed') log.error('the cycle failed', fields)
  else if (state === 'entry-errors') log.warn('the cycle ended with failed objects', fields)
  else log.info(state === 'canceled' ? 'the cycle was stopped' : 'the cycle ended', fields)
  if (quarantined) log.error('in quarantine', { reason: quarantined.reason, detail: quarantined.detail })
}
