import { ConnectorError, isRetryable, type Reason } from '../ground/errors.ts'
import type { Sleep } from '../ground/ports.ts'
import type { ProvisionCall } from '../contract/provisioner.ts'
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
  /** Given for a change that a second write would make twice. @default it may be sent again at once */
  readonly unrepeatable?: {
    readonly sleep: Sleep
    /** The last look before the change is sent again, which sees it wherever it stands. @default `look` */
    readonly prove?: () => Promise<T | undefined>
  }
  readonly operation: string
  readonly retry: RetryPolicy
  readonly call: ProvisionCall
}

/**
 * Waits between the looks for an unrepeatable change whose answer was lost, half a minute in all.
 *
 * Why: a gateway that gives up (504) leaves the server behind it at work, and servers of the API's kind end a request after 30 s.
 */
const LATE_WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000]

/** Wait before the look whether a change that was sent more than once was made more than once. */
export const TWICE_SENT_WAIT_MS = 5_000

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
 * Sends a change until it is known to be made or refused; after a failure that leaves this open, looks before it sends again, and for longer
 * where it must not be made twice.
 *
 * Errors: the server's refusal; the last failure, with the sentence that the outcome is unknown where no look could tell.
 * Why: a change whose answer was lost may have been made, and not every change may be made twice.
 */
export async function sendOrLook<T>(change: SendOrLook<T>): Promise<T> {
  const { send, look, unrepeatable, operation, retry, call } = change
  let lost: ConnectorError | undefined
  let waited = false
  const lookAgain = async (): Promise<T | undefined> => {
    const seen = waited ? undefined : await lookLong(change)
    waited = true
    return seen ?? (unrepeatable?.prove ?? look)()
  }
  const attempt = async (): Promise<T> => {
    const made = lost && (await lookAgain())
    if (made !== undefined) return made
    try {
      return await send()
    } catch (caught) {
      const error = ConnectorError.from(caught, operation)
      if (isRetryable(error.code) && !neverReached(error)) [lost, waited] = [error, false]
      throw error
    }
  }
  try {
    return await persist(attempt, { operation, retry, call })
  } catch (caught) {
    const error = ConnectorError.from(caught, operation)
    if (!lost || !isRetryable(error.code)) throw error
    const made = await lookAgain().catch((failure: unknown) => {
      if (ConnectorError.is(failure) && !isRetryable(failure.code)) throw failure
      throw error.with({
        operation,
        detail: `${lost?.detail ?? error.detail}; it is unknown whether the change was made, look before it is repeated`,
      })
    })
    if (made !== undefined) return made
    throw error
  }
}

/** Looks for an unrepeatable change as long as it may come late. A look that fails meanwhile has seen nothing. */
async function lookLong<T>({ look, unrepeatable, operation, call }: SendOrLook<T>): Promise<T | undefined> {
  if (!unrepeatable) return undefined
  for (const ms of LATE_WAITS_MS) {
    const made = await look().catch((caught: unknown) => {
      const error = ConnectorError.from(caught, operation)
      if (!isRetryable(error.code)) throw error
      return undefined
    })
    if (made !== undefined) return made
    await unrepeatable.sleep(ms, call.signal)
  }
  return undefined
}

const BEFORE_THE_SERVER: ReadonlySet<Reason> = new Set<Reason>([
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
