import { ConnectorError } from '../../../sdk/ground/errors.ts'
import { retryAfterMs } from '../../../sdk/http/retry-after.ts'
import type { HttpAnswer, Transport } from '../../../sdk/http/transport.ts'
import type { Clock, Sleep } from '../../../sdk/ground/ports.ts'
import { createRatePacer } from '../../../sdk/pacing/rate-limit.ts'

/** Source: "Microsoft Graph service-specific throttling limits": units an app may use in a tenant of the smallest size; most requests cost one or two. */
const PUBLISHED = { requests: 3_500, windowMs: 10_000 }

/** Refusals in a row after which one request gives up. With waits of up to a minute this is many minutes. */
const MOST_REFUSALS = 20

/**
 * A transport that waits as long as the server asks when it refuses a request for its rate, and sends it again.
 *
 * Errors: `unavailable` after twenty refusals in a row; those of the transport.
 * Source: RFC 9110 §10.2.3; Graph gives `Retry-After` with 429 and 503.
 */
export function patientTransport(transport: Transport, clock: Clock, sleep: Sleep): Transport {
  const pacer = createRatePacer({ clock, sleep, published: PUBLISHED })
  return async (request) => {
    for (let refusals = 1; ; refusals++) {
      const admission = await pacer.admit(request.signal)
      let answer: HttpAnswer
      try {
        answer = await transport(request)
      } catch (error) {
        admission.failed()
        throw error
      }
      const wait = retryAfterMs(answer.headers['retry-after'], clock.now())
      if (answer.status !== 429 && (answer.status !== 503 || wait === undefined)) {
        admission.accepted()
        return answer
      }
      admission.refused(wait)
      if (refusals > MOST_REFUSALS)
        throw new ConnectorError(
          'unavailable',
          'call Microsoft Graph',
          `${request.url.host} refused ${refusals} times in a row because of its rate limit`,
          undefined,
          'rate limit',
        )
    }
  }
}
