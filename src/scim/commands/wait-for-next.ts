import type { ProcessContext } from '../../sdk/cli/command.ts'
import type { Engine } from '../cycle/engine.ts'
import { Cycles } from '../state/cycles.ts'
import { Quarantine } from '../state/quarantine.ts'

/** How often a waiting program looks for a word of another command. */
const LOOK_MS = 1_000

/**
 * Waits until the next cycle is due: an interval after the start of the last one, in quarantine when its time has come, never while paused, and
 * at once when another command woke the engine. `isFirst` after the start. Gives `false` when the program is told to stop.
 */
export async function waitForNext(
  { database, meta, clock }: Pick<Engine, 'database' | 'meta' | 'clock'>,
  intervalMs: number,
  { sleep, signal }: Pick<ProcessContext, 'sleep' | 'signal'>,
  isFirst: boolean,
): Promise<boolean> {
  const quarantine = new Quarantine(database)
  const [last] = new Cycles(database).last(1)
  // The first cycle of a start is not held up by the interval: whoever starts the program wants to see it work.
  const woken = meta.get('woken')
  const dueAt = isFirst || last === undefined ? 0 : last.began.getTime() + intervalMs
  while (!signal.aborted) {
    const isWoken = meta.get('woken') !== woken
    const held = quarantine.current()?.nextAttempt.getTime() ?? 0
    const at = isWoken ? held : Math.max(dueAt, held)
    if (meta.get('paused') === undefined && clock.now().getTime() >= at) return true
    await sleep(LOOK_MS, signal).catch(() => {})
  }
  return false
}
