import pRetry from 'p-retry'
import { ConnectorError, isOfTheAnswer, isRetryable, namesPlace } from '../ground/errors.ts'

export interface RetryPolicy {
  /** Attempts in all for failures of the peer or the way to it. */
  readonly attempts: number
  /** Attempts in all for an answer that cannot be understood: it rarely becomes better. */
  readonly attemptsIfMalformed: number
  /** Wait before the second attempt, in milliseconds; doubled each time, with jitter. */
  readonly firstWaitMs: number
  readonly mostWaitMs: number
}

/** About four minutes of an outage are ridden out; a run that is stopped by a longer one goes on from its checkpoint. */
export const defaultRetryPolicy: RetryPolicy = Object.freeze({
  attempts: 10,
  attemptsIfMalformed: 5,
  firstWaitMs: 1_000,
  mostWaitMs: 60_000,
})

export interface FailedAttempt {
  readonly error: ConnectorError
  readonly attempt: number
  readonly attemptsLeft: number
  readonly waitMs: number
}

export interface RetryOptions {
  readonly policy: RetryPolicy
  readonly operation: string
  readonly signal: AbortSignal
  /** Told before each wait. */
  readonly onRetry: (failed: FailedAttempt) => void
}

const attemptsFor = (error: ConnectorError, policy: RetryPolicy): number => {
  if (!isRetryable(error.code)) return 1
  // Several requests were answered so already.
  if (error.reason === 'no end') return 2
  return isOfTheAnswer(error.reason) ? policy.attemptsIfMalformed : policy.attempts
}

/** Whether the same of the same place was said by the attempt before. */
const isSettled = (error: ConnectorError, before: ConnectorError | undefined): boolean =>
  namesPlace(error.reason) && before?.reason === error.reason && before.detail === error.detail

/**
 * Runs a task until it succeeds, its error is final, or the policy is used up.
 *
 * Errors: the last attempt's, as `ConnectorError`; `canceled` as soon as the signal aborts, also during a wait.
 */
export async function retrying<T>(task: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, operation, signal, onRetry } = options
  const made: T[] = []
  let before: ConnectorError | undefined
  try {
    return await pRetry(
      async () => {
        try {
          const value = await task()
          made.push(value)
          return value
        } catch (error) {
          throw ConnectorError.from(error, operation)
        }
      },
      {
        retries: policy.attempts - 1,
        minTimeout: policy.firstWaitMs,
        maxTimeout: policy.mostWaitMs,
        factor: 2,
        randomize: true,
        signal,
        shouldRetry({ error, attemptNumber, retryDelay }) {
          const failure = ConnectorError.from(error, operation)
          const attemptsLeft = attemptsFor(failure, policy) - attemptNumber
          if (attemptsLeft <= 0 || isSettled(failure, before)) return false
          before = failure
          onRetry({ error: failure, attempt: attemptNumber, attemptsLeft, waitMs: retryDelay })
          return true
        },
      },
    )
  } catch (error) {
    // p-retry drops what an attempt gave when the signal has aborted meanwhile; a change that was made is made.
    if (made.length > 0) return made[0] as T
    if (signal.aborted && !ConnectorError.is(error))
      throw new ConnectorError('canceled', operation, 'stopped on request', error)
    throw ConnectorError.from(error, operation)
  }
}
