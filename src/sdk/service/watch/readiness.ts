import type { Clock } from '../../ground/ports.ts'
import type { DaemonState } from './state.ts'

/** How long polls may fail before the daemon calls itself not ready: a deploy or a short outage of the platform is no reason to restart it. */
export const MOST_FAILING_MS = 5 * 60_000

/**
 * Why the daemon is not ready, as a sentence; `undefined` while it is.
 *
 * In service mode it is ready once it is connected, until polls have failed for longer than `MOST_FAILING_MS`. On a schedule it is ready
 * while the last sync succeeded or the first is under way.
 */
export function whyNotReady(state: DaemonState, clock: Pick<Clock, 'monotonicMs'>): string | undefined {
  if (state.connection === 'stopping') return 'the daemon was told to stop'
  return state.mode === 'service' ? whyNotServing(state, clock.monotonicMs()) : whyNotSynced(state)
}

function whyNotServing({ connection, failingSinceMs, errors }: DaemonState, nowMs: number): string | undefined {
  const [last] = errors
  if (connection === 'connecting')
    return last === undefined
      ? 'not connected to the platform yet'
      : `not connected to the platform yet: ${last.message}`
  const failingMs = connection === 'failing' ? nowMs - failingSinceMs : 0
  if (failingMs <= MOST_FAILING_MS) return undefined
  const minutes = Math.floor(failingMs / 60_000)
  return `polls have failed for ${minutes} minutes${last === undefined ? '' : `: ${last.message}`}`
}

const whyNotSynced = ({ connection, errors: [last] }: DaemonState): string | undefined =>
  connection === 'failing' ? `the last sync failed${last === undefined ? '' : `: ${last.message}`}` : undefined
