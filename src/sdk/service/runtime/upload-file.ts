import { ConnectorError } from '../../ground/errors.ts'
import { ANSWER_LOST } from '../baton-service.ts'
import type { FinishedFile } from '../../sync/store.ts'
import { doubled, jittered } from '../../pacing/backoff.ts'
import type { ServiceModeOptions } from './daemon-options.ts'
import type { TaskRun } from '../task-handler.ts'

const ATTEMPTS = 3
const BACKOFF = { firstMs: 2_000, mostMs: 30_000 }
/** Between two reports of how far it is. */
const REPORT_MS = 1_000

/**
 * Sends a snapshot as the asset of a task, from its first byte in each of three attempts.
 *
 * Errors: the last attempt's; `canceled` as soon as the task must stop.
 * Why: the service cannot be asked for what it has of a file, so a lost answer costs another upload. Where that one "already exists", what
 * exists is this file.
 */
export async function uploadFile(options: ServiceModeOptions, file: FinishedFile, run: TaskRun): Promise<void> {
  const { service, clock, sleep, random, onEvent } = options
  const { taskId, signal, log } = run
  let perhapsStored = false
  for (let failures = 0; ;) {
    let sent = 0
    let toldAt = -Infinity
    const tell = (): void => {
      toldAt = clock.monotonicMs()
      run.progress({ phase: 'uploading', done: sent, total: file.bytes })
    }
    tell()
    try {
      await service.upload(taskId, file.path, {
        signal,
        onSent(bytes) {
          sent += bytes
          if (clock.monotonicMs() - toldAt >= REPORT_MS) tell()
        },
      })
      break
    } catch (caught) {
      const error = ConnectorError.from(caught, 'upload')
      if (error.code === 'already-exists' && perhapsStored) break
      perhapsStored ||= error.reason === ANSWER_LOST
      failures++
      if (signal.aborted || failures === ATTEMPTS) throw error
      const waitMs = jittered(doubled(BACKOFF, failures), random)
      log.warn('upload failed, trying again', { detail: error.detail, wait: waitMs / 1000 })
      await sleep(waitMs, signal)
    }
  }
  onEvent({ at: clock.now(), kind: 'uploaded', bytes: file.bytes })
}
