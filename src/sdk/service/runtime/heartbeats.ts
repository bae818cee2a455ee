import { ConnectorError } from '../../ground/errors.ts'
import { canceledByService, lostTask } from './task-failure.ts'
import { jittered, pause } from '../../pacing/backoff.ts'
import type { BatonService } from '../baton-service.ts'
import type { DaemonParts } from './daemon-options.ts'

/** Between two beats where the service does not say, and the bounds of what it may say. Source: baton-sdk `pkg/tasks/c1api/manager.go`. */
const DEFAULT_MS = 30_000
const LEAST_MS = 1_000
const MOST_MS = 5 * 60_000
/** A failed beat is tried again soon: a lost answer must not cost the task. */
const RETRY_MS = 10_000
/** Without an acknowledged beat for so long, and at least three intervals, another worker has the task. */
const LOST_AFTER_MS = 5 * 60_000
const LEAST_FAILURES = 3

export interface Heartbeats {
  /** Beats until one is acknowledged. Errors: the cause for which the task must not begin. */
  first(): Promise<void>
  /** Goes on beating in the background; the first beat comes after `delayMs`. */
  follow(delayMs?: number): void
  /** No beat is on its way any more when it resolves. */
  end(): Promise<void>
}

export interface HeartbeatOptions extends Pick<DaemonParts, 'clock' | 'sleep' | 'random' | 'log'> {
  readonly service: Pick<BatonService, 'heartbeat'>
  readonly taskId: string
  /** Told once when the task must stop. */
  readonly onLost: (cause: ConnectorError) => void
}

/** Tells the service that a task is still worked on, and hears from it when it should not be. */
export function createHeartbeats(options: HeartbeatOptions): Heartbeats {
  const { service, taskId, clock, sleep, random, log, onLost } = options
  const over = new AbortController()
  let running: Promise<void> = Promise.resolve()
  let intervalMs = DEFAULT_MS
  let failures = 0
  let lastGood = clock.monotonicMs()

  /** Gives the wait before the next beat; raises the cause for which the task must stop. */
  const beat = async (): Promise<number> => {
    try {
      const { nextMs, cancelled } = await service.heartbeat(taskId, { signal: over.signal })
      if (cancelled) throw canceledByService()
      intervalMs = nextMs <= 0 ? DEFAULT_MS : Math.min(MOST_MS, Math.max(LEAST_MS, nextMs))
      failures = 0
      lastGood = clock.monotonicMs()
      return intervalMs
    } catch (caught) {
      const error = ConnectorError.from(caught, 'heartbeat')
      if (error.code === 'canceled') throw error
      if (error.code === 'not-found') throw lostTask('the service no longer knows the task', error)
      failures++
      const silentMs = clock.monotonicMs() - lastGood
      log.warn('heartbeat failed', { detail: error.detail, failures })
      if (failures >= LEAST_FAILURES && silentMs >= Math.max(LOST_AFTER_MS, 3 * intervalMs))
        throw lostTask(
          `no heartbeat was acknowledged for ${Math.round(silentMs / 1000)} seconds: ${error.detail}`,
          error,
        )
      return jittered(Math.min(intervalMs, RETRY_MS), random)
    }
  }

  const beatOn = async (delayMs: number): Promise<void> => {
    let wait = delayMs
    for (;;) {
      await pause(sleep, wait, over.signal)
      if (over.signal.aborted) return
      try {
        wait = await beat()
      } catch (caught) {
        if (!over.signal.aborted) onLost(ConnectorError.from(caught, 'heartbeat'))
        return
      }
    }
  }

  return {
    async first() {
      for (;;) {
        const wait = await beat()
        if (failures === 0) return
        await pause(sleep, wait, over.signal)
        over.signal.throwIfAborted()
      }
    },
    follow(delayMs = intervalMs) {
      running = beatOn(delayMs)
    },
    async end() {
      over.abort()
      await running
    },
  }
}
