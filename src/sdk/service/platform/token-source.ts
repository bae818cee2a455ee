import { ConnectorError } from '../../ground/errors.ts'
import type { Clock, Logger, RandomBytes } from '../../ground/ports.ts'
import type { Secret } from '../../ground/secret.ts'
import { signAssertion } from './assertion.ts'
import { type ClientId, type ClientSecret, parseClientSecret } from './credentials.ts'
import type { PlatformHost } from './platform-host.ts'
import { singleFlight } from '../../pacing/single-flight.ts'
import { type HttpPost, requestToken, type TokenAnswer } from './token-request.ts'

/** A token that was fetched. Two are the same only if they are the same object. */
export interface Token {
  /** Value of the header `authorization`. */
  readonly authorization: Secret
}

export interface TokenSource {
  /** A token that lasts, fetched if need be. Errors: as `requestToken`; `canceled` on the signal. */
  token(signal: AbortSignal): Promise<Token>
  /** Says that the service does not honour a token: it is not given out again. */
  refuse(token: Token): void
}

export interface TokenSourceOptions {
  readonly host: PlatformHost
  readonly clientId: ClientId
  readonly secret: Secret
  /** Reads the secret again from where it came from; `undefined` where it came as a value. Asked when the credentials are refused. */
  readonly rereadSecret: () => Promise<Secret | undefined>
  readonly post: HttpPost
  readonly clock: Clock
  readonly random: RandomBytes
  readonly userAgent: string
  readonly log: Logger
  /** Stops the renewal that runs in the background. */
  readonly stop: AbortSignal
  /** Most time for one exchange, in milliseconds. @default 30,000 */
  readonly timeoutMs?: number
}

interface Held extends Token {
  /** On the monotonic clock, in milliseconds. */
  readonly refreshAt: number
  readonly expiresAt: number
}

/** Lifetime of a token whose answer does not give one, in seconds. */
const UNTOLD = 60
/** Longest that a token is believed to last, in seconds: a day. */
const LONGEST = 86_400
/** A token is renewed in its last minute, or where it is short-lived in its last fifth. Seconds. */
const SPARE = 60
/** Between two attempts to renew a token that still holds, in milliseconds. */
const PAUSE = 5_000

/**
 * Keeps one token. Shortly before it expires the next is fetched beside the calls, which go on with the old one; without a token that holds,
 * callers wait for one request that they share.
 *
 * Errors: `invalid-argument` at once where the secret cannot be used.
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { host, clientId, post, clock, random, userAgent, log, stop, timeoutMs = 30_000 } = options
  let secret = { given: options.secret, parsed: parseClientSecret(options.secret) }
  let held: Held | undefined
  let nextAttemptAt = 0

  const exchange = async (key: ClientSecret, signal: AbortSignal): Promise<Held> => {
    const startedAt = clock.monotonicMs()
    const assertion = await signAssertion(clientId, key, { clock, random })
    const limit = AbortSignal.timeout(timeoutMs)
    try {
      const request = { host, clientId: clientId.text, assertion, userAgent }
      const answer = await requestToken(request, post, clock, AbortSignal.any([signal, limit]))
      return holdFrom(answer, startedAt)
    } catch (error) {
      if (!limit.aborted || signal.aborted) throw error
      const detail = `${host.host} gave no token within ${timeoutMs / 1000} s; check the network and the proxy settings`
      throw new ConnectorError('unavailable', 'fetch a token', detail, error, 'timeout')
    }
  }

  /** Errors: `refusal`, with the reason where the secret could not be read. */
  const readChangedSecret = async (refusal: ConnectorError): Promise<typeof secret> => {
    let again: Secret | undefined
    try {
      again = await options.rereadSecret()
      if (again !== undefined && again.reveal() !== secret.given.reveal())
        return { given: again, parsed: parseClientSecret(again) }
    } catch (error) {
      const { detail } = ConnectorError.from(error, 'configuration')
      throw refusal.with({ detail: `${refusal.detail}; ${detail}`, cause: error })
    }
    throw refusal
  }

  const renew = singleFlight(async (signal) => {
    try {
      held = await exchange(secret.parsed, signal)
    } catch (error) {
      if (!ConnectorError.is(error) || error.code !== 'unauthenticated') throw error
      secret = await readChangedSecret(error)
      log.info('reading the client secret again, it has changed')
      held = await exchange(secret.parsed, signal)
    }
    return held
  })

  const renewBesides = (): void => {
    if (clock.monotonicMs() < nextAttemptAt) return
    nextAttemptAt = clock.monotonicMs() + PAUSE
    renew(stop).catch((error: unknown) =>
      log.debug('no new token yet', { error: ConnectorError.from(error, 'fetch a token').detail }),
    )
  }

  return {
    async token(signal) {
      const now = clock.monotonicMs()
      if (held && now < held.expiresAt) {
        if (now >= held.refreshAt) renewBesides()
        return held
      }
      try {
        return await renew(signal)
      } catch (error) {
        if (signal.aborted) throw new ConnectorError('canceled', 'fetch a token', 'stopped on request', error)
        throw error
      }
    },
    refuse(token) {
      if (token === held) held = undefined
    },
  }
}

function holdFrom({ authorization, expiresIn = UNTOLD }: TokenAnswer, startedAt: number): Held {
  const seconds = Math.min(expiresIn, LONGEST)
  const refreshIn = Math.max(seconds * 0.8, seconds - SPARE)
  return { authorization, refreshAt: startedAt + refreshIn * 1000, expiresAt: startedAt + seconds * 1000 }
}
