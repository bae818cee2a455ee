import { ConnectorError, type ErrorCode } from '../../ground/errors.ts'
import { doubled, jittered, pause } from '../../pacing/backoff.ts'
import type { Hello } from '../baton-service.ts'
import { connectorMetadata } from '../../wire/messages/connector-metadata.ts'
import type { ServiceModeOptions } from './daemon-options.ts'

const BACKOFF = { firstMs: 1_000, mostMs: 60_000 }
/** Attempts for a task that asks for a hello; the service asks again. */
const TASK_ATTEMPTS = 4

/** Answers that say the daemon cannot work as it was started. Source: baton-sdk `pkg/tasks/c1api/manager.go`. */
const FATAL: ReadonlySet<ErrorCode> = new Set([
  'unauthenticated',
  'permission-denied',
  'invalid-argument',
  'unimplemented',
  'failed-precondition',
  'not-found',
])

type HelloOptions = Pick<
  ServiceModeOptions,
  'service' | 'connector' | 'build' | 'host' | 'clock' | 'sleep' | 'random' | 'log' | 'onEvent'
>

const helloOf = ({ connector, build, host }: HelloOptions, taskId: string): Hello => ({
  taskId,
  build,
  host,
  metadata: connectorMetadata(connector),
})

/**
 * Says the first hello until the service has taken it or `stop` aborts; gives whether it was taken.
 *
 * Errors: the service's refusal; an outage is waited for as long as it lasts.
 */
export async function sayFirstHello(options: HelloOptions & Pick<ServiceModeOptions, 'stop'>): Promise<boolean> {
  const { service, clock, sleep, random, log, onEvent, stop } = options
  for (let failures = 0; !stop.aborted;) {
    try {
      await service.hello(helloOf(options, ''), { signal: stop })
      onEvent({ at: clock.now(), kind: 'connected' })
      log.info('the service knows this connector')
      return true
    } catch (caught) {
      const error = ConnectorError.from(caught, 'hello')
      if (stop.aborted) return false
      if (FATAL.has(error.code)) throw error
      const waitMs = jittered(doubled(BACKOFF, ++failures), random)
      const at = clock.now()
      onEvent({ at, kind: 'hello-failed', error, nextAt: new Date(at.getTime() + waitMs) })
      log.warn('hello failed, trying again', { detail: error.detail, wait: waitMs / 1000 })
      await pause(sleep, waitMs, stop)
    }
  }
  return false
}

/** Answers a task that asks for a hello. Errors: the last attempt's. */
export async function answerHello(options: HelloOptions, taskId: string, signal: AbortSignal): Promise<void> {
  const { service, sleep, random } = options
  for (let failures = 0; ;) {
    try {
      await service.hello(helloOf(options, taskId), { signal })
      return
    } catch (caught) {
      const error = ConnectorError.from(caught, 'hello')
      if (signal.aborted || FATAL.has(error.code) || ++failures === TASK_ATTEMPTS) throw error
      await sleep(jittered(doubled(BACKOFF, failures), random), signal)
    }
  }
}
