import { type Client, Metadata } from '@grpc/grpc-js'
import { ConnectorError } from '../../ground/errors.ts'
import type { Logger } from '../../ground/ports.ts'
import { callError, isUnauthenticated, wasNotTaken } from './call-error.ts'
import type { Channel } from './channel.ts'
import type { PlatformHost } from './platform-host.ts'
import type { TokenSource } from './token-source.ts'
import { type Limit, LimitReached, withLimit } from '../../pacing/with-limit.ts'

/** What one attempt at a call may use. */
export interface Attempt {
  readonly client: Client
  /** Holds the token. */
  readonly metadata: Metadata
  readonly signal: AbortSignal
  readonly limit: Limit
}

/** A call as a whole. */
export interface CallTerms {
  /** For the error texts. */
  readonly operation: string
  /** Time for token, connection and attempt, in milliseconds; begins again for the repeat. */
  readonly limitMs: number
  readonly signal: AbortSignal
}

/** Makes a call. Errors: as `BatonService` says. */
export type AuthorizedCall = <T>(terms: CallTerms, attempt: (with_: Attempt) => Promise<T>) => Promise<T>

/**
 * The way of every call: a token, a connection, an attempt. Once more with a fresh token if the first is refused, and once more where the
 * service was about to go and did not take the call. A connection that gave no answer in time is not used again.
 */
export function createAuthorizedCalls(parts: {
  readonly host: PlatformHost
  readonly tokens: TokenSource
  readonly channel: Channel
  readonly log: Logger
  readonly onRefused: () => void
}): AuthorizedCall {
  const { host, tokens, channel, log, onRefused } = parts

  return async ({ operation, limitMs, signal }, attempt) => {
    let client: Client | undefined
    try {
      return await withLimit(limitMs, signal, async (inner, limit) => {
        const repeated = { token: false, stream: false }
        for (;;) {
          const token = await tokens.token(inner)
          client = await channel.connect(inner)
          const metadata = new Metadata()
          metadata.set('authorization', token.authorization.reveal())
          try {
            return await attempt({ client, metadata, signal: inner, limit })
          } catch (error) {
            const cause = isUnauthenticated(error) ? 'token' : wasNotTaken(error) ? 'stream' : undefined
            if (cause === 'token') tokens.refuse(token)
            if (cause === undefined || repeated[cause]) throw error
            repeated[cause] = true
            log.debug('trying a call again', { operation, cause })
            limit.restart(limitMs)
          }
        }
      })
    } catch (error) {
      if (signal.aborted) throw new ConnectorError('canceled', operation, 'stopped on request', error)
      if (!(error instanceof LimitReached)) {
        const failure = callError(error, { host, operation, channel })
        if (failure.code === 'unauthenticated') onRefused()
        throw failure
      }
      if (client) channel.distrust(client)
      const detail = `${host.host} did not answer within ${error.ms / 1000} s; check the network and the proxy settings`
      throw new ConnectorError('deadline-exceeded', operation, detail, error, 'timeout')
    }
  }
}
