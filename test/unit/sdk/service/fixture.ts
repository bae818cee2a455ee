import { afterEvent, type DaemonEvent, type DaemonState, startState } from '../../../../src/sdk/service/watch/state.ts'
import { ConnectorError } from '../../../../src/sdk/ground/errors.ts'
import type { Clock } from '../../../../src/sdk/ground/ports.ts'

export const START = new Date('2026-01-02T03:04:05Z')

/** A moment, in seconds after the start. */
export const at = (seconds: number): Date => new Date(START.getTime() + seconds * 1000)

export const refused = new ConnectorError('unauthenticated', 'poll', 'the client secret was refused')
export const offline = new ConnectorError('unavailable', 'poll', 'the platform is away')

/** The monotonic clock where nobody sets the other one. */
export const monotonicMs = (moment: Date): number => moment.getTime() - START.getTime()

export const clockAt = (seconds: number): Clock => ({ now: () => at(seconds), monotonicMs: () => seconds * 1000 })

/** A finished sync of the demo's size. */
export const synced = (seconds: number): DaemonEvent => ({
  at: at(seconds),
  kind: 'synced',
  sync: {
    finishedAt: at(seconds),
    durationMs: 12_345.6,
    counts: {
      resourceTypes: 3,
      resources: { user: 900, group: 2 },
      entitlements: { group: 2 },
      grants: { group: 1200 },
    },
    file: { path: '/state/a.c1z', bytes: 5_400_000 },
  },
})

/** The state after these events, by the reducer that the daemon uses. */
export const stateAfter = (events: readonly DaemonEvent[], mode: DaemonState['mode'] = 'service'): DaemonState =>
  events.reduce((state, event) => afterEvent(state, event, monotonicMs(event.at)), startState(mode, START))

export const started = (seconds: number, id = 't1', task: 'grant' | 'sync-full' = 'sync-full'): DaemonEvent => ({
  at: at(seconds),
  kind: 'task-started',
  id,
  task,
})
