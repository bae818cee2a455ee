import { withGrace } from '../../pacing/with-grace.ts'
import { ConnectorError } from '../../ground/errors.ts'
import { jittered, pause } from '../../pacing/backoff.ts'
import type { Poll } from '../baton-service.ts'
import type { ServiceModeOptions } from './daemon-options.ts'
import type { TaskRunner } from './task-runner.ts'

/** Wait where nothing came, whatever the service asks for. */
const LEAST_IDLE_MS = 1_000
const MOST_WAIT_MS = 5 * 60_000
const MOST_BACKOFF_MS = 60_000
/** Most tasks that the service gives at once. Source: baton-service.md §2.1. */
const MOST_TASKS = 100
/** A poll on its way when the daemon is told to stop may bring a task, which then is given back instead of being forgotten. */
const LAST_POLL_MS = 2_000

/** Asks for tasks until `stop` aborts. No error ends it: each is waited out, longer the more there were in a row. */
export async function pollUntilStopped(options: ServiceModeOptions, runner: TaskRunner): Promise<void> {
  const { clock, sleep, random, log, onEvent, stop } = options
  let failures = 0
  while (!stop.aborted) {
    await runner.whenRoom(stop)
    if (stop.aborted) return
    const take = runner.polling()
    let waitMs: number
    try {
      const { tasks, nextPollMs } = await withGrace(stop, sleep, LAST_POLL_MS, (signal) =>
        poll(options, runner, signal),
      )
      if (failures > 0) log.info('polls come through again', { failures })
      failures = 0
      const asked = Math.min(MOST_WAIT_MS, Math.max(0, nextPollMs))
      waitMs = take(tasks) > 0 ? asked : Math.max(LEAST_IDLE_MS, asked)
      const at = clock.now()
      onEvent({ at, kind: 'polled', nextAt: new Date(at.getTime() + waitMs) })
    } catch (caught) {
      if (stop.aborted) return
      const error = ConnectorError.from(caught, 'poll')
      failures++
      waitMs = jittered(Math.min(failures * failures * 1_000, MOST_BACKOFF_MS), random)
      const at = clock.now()
      onEvent({ at, kind: 'poll-failed', error, nextAt: new Date(at.getTime() + waitMs) })
      log.warn('poll failed, trying again', { detail: error.detail, failures, wait: waitMs / 1000 })
    }
    if (waitMs > 0) await pause(sleep, waitMs, stop)
  }
}

const poll = ({ service, batch }: ServiceModeOptions, runner: TaskRunner, signal: AbortSignal): Promise<Poll> =>
  batch
    ? service.getTasks({ pageSize: Math.min(MOST_TASKS, runner.room()), known: runner.known() }, { signal })
    : service.getTask({ signal })
