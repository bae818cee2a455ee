import { usualTypes } from '../../contract/connector.ts'
import { ConnectorError, type ErrorCode } from '../../ground/errors.ts'
import { defaultRetryPolicy } from '../../pacing/retry.ts'
import { runSync } from '../../sync/engine.ts'
import { shuttingDown } from './task-failure.ts'
import { pause } from '../../pacing/backoff.ts'
import { type ScheduleOptions, untraced } from './daemon-options.ts'
import { reportProgress, syncProgress } from './task-progress.ts'

/** A run that failed is repeated sooner than the interval says. */
const MOST_RETRY_MS = 5 * 60_000

/** Failures of the first run that a person has to put right; "not found" is the folder of the file. */
const FATAL: ReadonlySet<ErrorCode> = new Set(['invalid-argument', 'unauthenticated', 'permission-denied', 'not-found'])

/**
 * Syncs into the same file again and again until `stop` aborts; a run in progress then stops at its next page and is resumed by a later start.
 *
 * Errors: what is wrong with the settings or the key, where already the first run fails for it. No later failure ends it.
 */
export async function runSchedule(options: ScheduleOptions): Promise<void> {
  const { clock, sleep, log, onEvent, stop, intervalMs, shutdownGraceMs, around = untraced } = options
  const { name, endsOnRefusal = true } = options
  const halt = new AbortController()
  const over = new AbortController()
  const late = Promise.withResolvers<void>()
  const traced = (n: number) => {
    const id = name === undefined ? `run-${n}` : `${name}/run-${n}`
    return around({ id, kind: 'sync-full' }, () => runOnce(options, id, halt.signal))
  }
  const onStop = (): void => {
    log.info('shutting down')
    onEvent({ at: clock.now(), kind: 'stopping' })
    halt.abort(shuttingDown())
    void pause(sleep, shutdownGraceMs, over.signal).then(late.resolve)
  }
  stop.addEventListener('abort', onStop, { once: true })
  try {
    for (let n = 1; !stop.aborted; n++) {
      const started = clock.monotonicMs()
      const failure = await Promise.race([traced(n), late.promise])
      if (stop.aborted) return
      if (failure && n === 1 && endsOnRefusal && FATAL.has(failure.code)) throw failure
      const sinceStart = clock.monotonicMs() - started
      const waitMs = failure ? Math.min(intervalMs, MOST_RETRY_MS) : Math.max(0, intervalMs - sinceStart)
      const at = clock.now()
      const nextAt = new Date(at.getTime() + waitMs)
      onEvent(failure ? { at, kind: 'poll-failed', error: failure, nextAt } : { at, kind: 'polled', nextAt })
      await pause(sleep, waitMs, stop)
    }
  } finally {
    stop.removeEventListener('abort', onStop)
    over.abort()
  }
}

/** Gives the failure of the run. Apart from events, nothing else reports it. */
async function runOnce(options: ScheduleOptions, id: string, signal: AbortSignal): Promise<ConnectorError | undefined> {
  const { connector, store, workers, retries, clock, log, onEvent, syncTypes, expand, mostShrinkPercent } = options
  const run = { id, task: 'sync-full' } as const
  const started = clock.monotonicMs()
  const all = usualTypes(connector)
  onEvent({ at: clock.now(), kind: 'task-started', ...run })
  const report = reportProgress(run.id, options)
  try {
    const { file, counts, warnings } = await runSync({
      connector,
      store,
      scope: { types: new Set(syncTypes.length > 0 ? syncTypes : all), entitlements: true, grants: true },
      workers,
      expand,
      retry: retries?.sync ?? defaultRetryPolicy,
      ...(mostShrinkPercent !== undefined && { mostShrinkPercent }),
      ...{ clock, log, signal },
      onEvent(event) {
        const progress = syncProgress(event)
        if (progress) report.progress(progress)
      },
    })
    for (const warning of warnings) log.warn(warning)
    const at = clock.now()
    const durationMs = Math.round(clock.monotonicMs() - started)
    onEvent({ at, kind: 'synced', sync: { finishedAt: at, durationMs, counts, file } })
    onEvent({ at, kind: 'task-ended', ...run, outcome: 'success', durationMs })
    const { resources, grants } = counts
    log.info('scheduled sync done', { file: file.path, duration: durationMs / 1000, resources, grants })
    return undefined
  } catch (caught) {
    const error = ConnectorError.from(caught, 'sync')
    const durationMs = Math.round(clock.monotonicMs() - started)
    onEvent({ at: clock.now(), kind: 'task-ended', ...run, outcome: 'retryable', durationMs })
    log.warn('scheduled sync failed', { detail: error.detail, duration: durationMs / 1000 })
    return error
  } finally {
    report.end()
  }
}
