import { ConnectorError } from '../ground/errors.ts'
import type { Clock, Logger } from '../ground/ports.ts'
import type { RatePacer } from '../pacing/rate-limit.ts'
import { retryAfterMs } from './retry-after.ts'

/** One request under a rate limit. `A` is what it is answered with, as the caller reads it. */
export interface PacedRequest<A> {
  /** For the error and the log. */
  readonly operation: string
  /** Who answers, in words for people: a host, or the name of the source. */
  readonly peer: string
  readonly pacer: RatePacer
  /** Questions in the request, as the pacer counts them. @default 1 */
  readonly questions?: number | undefined
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  /** Sends the request once. What it throws leaves open whether the request arrived; it counts as sent. */
  send(): Promise<A>
  /** Whether the answer is a refusal for rate; with the `Retry-After` that came with it, if any. */
  refusal(answer: A): { readonly retryAfter: string | undefined } | undefined
  /** Asked once, for the first answer that is no refusal for rate: whether a newer key was found for what it refused, so that it is sent again. @default no */
  renew?(answer: A): Promise<boolean>
}

/** Refusals for rate in a row after which one request gives up. With the pacer's waits of up to a minute this is at least ten minutes. */
const MOST_REFUSALS = 20

/**
 * Sends a request when the pacer allows it, again as long as it is refused for its rate, and once more where its key was renewed. Everything else
 * is the caller's to judge.
 *
 * Errors: `unavailable` with reason `rate limit` after 21 refusals in a row; those of `send`; the signal's reason on abort.
 */
export async function sendPaced<A>(request: PacedRequest<A>): Promise<A> {
  const { operation, peer, pacer, questions, clock, log, signal } = request
  let mayRenew = request.renew !== undefined
  for (let refusals = 0; ;) {
    // Nothing may be awaited between this and the sending, or two requests would take one place.
    const admission = await pacer.admit(signal, questions)
    let answer: A
    try {
      answer = await request.send()
    } catch (error) {
      admission.failed()
      throw error
    }
    const refusal = request.refusal(answer)
    if (refusal) {
      const wait = retryAfterMs(refusal.retryAfter, clock.now())
      admission.refused(wait)
      log.debug('rate limit reached', { operation, retry_after_ms: wait })
      if (++refusals > MOST_REFUSALS) throw usedUp(peer, operation, refusals)
      continue
    }
    admission.accepted()
    const renewed = mayRenew && (await request.renew?.(answer))
    mayRenew = false
    if (!renewed) return answer
  }
}

const usedUp = (peer: string, operation: string, refusals: number): ConnectorError =>
  new ConnectorError(
    'unavailable',
    operation,
    `${peer} refused ${refusals} times in a row because of its rate limit; something else uses up the limit`,
    undefined,
    'rate limit',
  )
