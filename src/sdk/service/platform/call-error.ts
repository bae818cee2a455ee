import { grpcReason, type Reason } from '../../ground/reason.ts'
import { type ServiceError, status as Status } from '@grpc/grpc-js'
import { ConnectorError, ERROR_CODES, type ErrorCode, exitCodeOf } from '../../ground/errors.ts'
import { networkError } from '../../http/network-error.ts'
import { withWords } from '../../text/with-words.ts'
import type { Channel } from './channel.ts'
import type { PlatformHost } from './platform-host.ts'

/** Texts of the statuses that grpc-js makes up itself, without any answer of the service. Source: its files subchannel-call, client, compression-filter. */
const MALFORMED =
  /Call ended without gRPC status|^(No message received|Too many responses received|No status information received|Received message (larger|that decompresses)|Failed to decompress|Received HTTP status code 200$)/
const BROKEN =
  /^((read|write) E[A-Z]+$|ECONNRESET: |Connection dropped|Call cancelled$|Stream refused by server|Bandwidth exhausted or memory|Protocol not secure enough|Received RST_STREAM|Failed to start HTTP\/2 stream|Write (error|failed)|Channel closed)/
const HTTP = /^Received HTTP status code (\d+)/
const NO_CONNECTION = /^(No connection established|Name resolution failed|Failed to parse DNS address)/

const BY_NUMBER: ReadonlyMap<number, ErrorCode> = new Map([
  ...ERROR_CODES.map((code) => [exitCodeOf(code), code] as const),
  // `canceled` is for our own signal; here the service gave up.
  [Status.CANCELLED, 'unavailable'],
])

/** What the errors of calls speak of. */
export interface CallContext {
  readonly host: PlatformHost
  readonly operation: string
  readonly channel: Pick<Channel, 'handshakeFailure' | 'proxy'>
}

/** Whether a call failed because of its token. */
export const isUnauthenticated = (error: unknown): boolean =>
  isCallError(error) && error.code === Status.UNAUTHENTICATED

/** Whether the service certainly did nothing for a call: it refused the stream, as a server does that is about to go. */
export const wasNotTaken = (error: unknown): boolean =>
  isCallError(error) && error.details === 'Stream refused by server'

/**
 * The error of a call in our words: the service's own status, or else what is wrong with the connection.
 *
 * Errors: as `BatonService` says. A status counts as the service's only if it came in its answer: a page of HTML, a broken stream or an
 * answer without a message is `unavailable`, whatever number grpc-js gives it.
 */
export function callError(error: unknown, context: CallContext): ConnectorError {
  if (!isCallError(error)) return ConnectorError.from(error, context.operation)
  const { host, operation } = context
  const { code, details = '' } = error
  const unavailable = (detail: string, reason: Reason) =>
    new ConnectorError('unavailable', operation, detail, error, reason)

  const http = HTTP.exec(details)?.[1]
  if (http !== undefined && http !== '200')
    return unavailable(
      `${host.host} answered with HTTP ${http} instead of gRPC; if it stays, check ${host.setting} and the proxy settings`,
      `http ${Number(http)}`,
    )
  if (code === undefined || MALFORMED.test(details))
    return unavailable(`${host.host} sent an answer that cannot be read`, 'malformed answer')
  if (BROKEN.test(details))
    return unavailable(`${host.host} closed the connection before the answer was complete`, 'connection reset')
  if (NO_CONNECTION.test(details)) return connectionError(error, context)

  const name = Status[code] ?? `status ${code}`
  // A message that ends in a blank, as Go sends one, does not come through HTTP/2 at all.
  const words = printable(details)
  return new ConnectorError(
    BY_NUMBER.get(code) ?? 'internal',
    operation,
    withWords(`${host.host} answered ${name}`, words),
    error,
    grpcReason(Status[code]) ?? `status ${code}`,
  )
}

function connectionError(error: CallError, { host, operation, channel }: CallContext): ConnectorError {
  const { details = '' } = error
  const handshake = channel.handshakeFailure()
  const peer = { host: host.host, operation, setting: host.setting, proxy: channel.proxy }
  if (handshake !== undefined) return networkError(handshake, peer)
  // What a proxy said is not passed on by grpc-js.
  if (channel.proxy && details.includes('Last error: undefined'))
    return networkError(Object.assign(new Error(details), { code: 'ERR_PROXY_TUNNEL' }), peer)
  const code = details.startsWith('Name resolution failed') ? 'EAI_AGAIN' : /\bE[A-Z]{4,}\b/.exec(details)?.[0]
  return networkError(Object.assign(new Error(details, { cause: error }), { code }), peer)
}

/** An error of grpc-js' own. Where it cannot unpack a message, it has neither number nor text. */
type CallError = Error & Partial<Pick<ServiceError, 'code' | 'details'>>

const isCallError = (error: unknown): error is CallError => error instanceof Error && 'metadata' in error

/** One line of at most 300 characters. */
const printable = (text: string): string =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300)
