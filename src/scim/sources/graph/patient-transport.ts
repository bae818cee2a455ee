import { retryAfterMs } from '../../../sdk/http/retry-after.ts'
import { sendPaced } from '../../../sdk/http/send-paced.ts'
import type { Transport } from '../../../sdk/http/transport.ts'
import { createRatePacer } from '../../../sdk/pacing/rate-limit.ts'
import type { SourceCall } from '../../source.ts'

/** Source: "Microsoft Graph service-specific throttling limits": units an app may use in a tenant of the smallest size; most requests cost one or two. */
const PUBLISHED = { requests: 3_500, windowMs: 10_000 }

/**
 * A transport that waits as long as the server asks when it refuses a request for its rate, and sends it again.
 *
 * Errors: as `sendPaced`.
 * Source: RFC 9110 §10.2.3; Graph gives `Retry-After` with 429 and 503.
 */
export function patientTransport(transport: Transport, { clock, sleep, log }: SourceCall): Transport {
  const pacer = createRatePacer({ clock, sleep, published: PUBLISHED })
  return (request) =>
    sendPaced({
      operation: 'call Microsoft Graph',
      peer: request.url.host,
      pacer,
      clock,
      log,
      signal: request.signal,
      send: () => transport(request),
      refusal({ status, headers }) {
        const retryAfter = headers['retry-after']
        const isRefusal = status === 429 || (status === 503 && retryAfterMs(retryAfter, clock.now()) !== undefined)
        return isRefusal ? { retryAfter } : undefined
      },
    })
}
