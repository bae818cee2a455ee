import { ConnectorError, isRetryable } from './errors.ts'
import type { ProvisionCall } from './provisioner.ts'
import { retrying, type RetryPolicy } from './retry.ts'

/** Someone waits for a single change, so an outage is not ridden out as in a sync; with the waits about half a minute. */
export const changeRetryPolicy: RetryPolicy = Object.freeze({
  attempts: 5,
  attemptsIfMalformed: 3,
  firstWaitMs: 1_000,
  mostWaitMs: 15_000,
})

export interface SendOrLook<T> {
  /** Sends the change once. */
  readonly send: () => Promise<T>
  /** Reads whether the change stands there already; `undefined` where it does not. */
  readonly look: () => Promise<T | undefined>
  readonly operation: string
  readonly retry: RetryPolicy
  readonly call: ProvisionCall
}

/** Runs a task again while its error may pass. Errors: as `retrying`. */
export const persist = <T>(
  task: () => Promise<T>,
  { operation, retry, call }: Pick<SendOrLook<unknown>, 'operation' | 'retry' | 'call'>,
): Promise<T> =>
  retrying(task, {
    policy: retry,
    operation,
    signal: call.signal,
    onRetry: ({ error, waitMs }) =>
      call.log.warn('trying again', { operation, detail: error.detail, wait: waitMs / 1000 }),
  })

/**
 * Sends a change until it is known to be made or refused; after a failure that leaves this open, looks before it sends again.
 *
 * Errors: the server's refusal; the last failure, with the sentence that the outcome is unknown where no look could tell.
 * Why: a change whose answer was lost may have been made, and not every change may be made twice.
 */
export async function sendOrLook<T>({ send, look, operation, retry, call }: SendOrLook<T>): Promise<T> {
  let lost: ConnectorError | undefined
  const attempt = async (): Promise<T> => {
    const made = lost && (await look())
    if (made !== undefined) return made
    try {
      return await send()
    } catch (caught) {
      const error = ConnectorError.from(caught, operation)
      if (isRetryable(error.code)) lost = error
      throw error
    }
  }
  try {
    return await persist(attempt, { operation, retry, call })
  } catch (caught) {
    const error = ConnectorError.from(caught, operation)
    if (!lost || !isRetryable(error.code)) throw error
    const made = await look().catch((failure: unknown) => {
      if (ConnectorError.is(failure) && !isRetryable(failure.code)) throw failure
      throw new ConnectorError(
        error.code,
        operation,
        `${lost?.detail ?? error.detail}; it is unknown whether the change was made, look before it is repeated`,
        error,
        error.reason,
      )
    })
    if (made !== undefined) return made
    throw error
  }
}

const BEFORE_THE_SERVER = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'connect timeout',
  'proxy',
  'rate limit',
])

/** Whether a failed request certainly never reached the server, by the reason that transport.ts and network-error.ts give. */
export const neverReached = (error: ConnectorError): boolean => BEFORE_THE_SERVER.has(error.reason)
