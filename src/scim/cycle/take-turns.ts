import { setImmediate } from 'node:timers/promises'
import { ConnectorError } from '../../sdk/ground/errors.ts'

/**
 * Lets the process hear what came meanwhile. Errors: `canceled` where it was told to stop.
 *
 * Why: work in SQL takes seconds at a large directory, and no signal is heard during it.
 */
export async function takeTurns(signal: AbortSignal): Promise<void> {
  await setImmediate()
  if (signal.aborted) throw new ConnectorError('canceled', 'plan', 'stopped on request')
}
