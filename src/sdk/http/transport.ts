import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { pipeline } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { SecureContext } from 'node:tls'
import { createGunzip } from 'node:zlib'
import { ConnectorError } from '../ground/errors.ts'
import { networkError, type Peer } from './network-error.ts'
import { readProxy } from './proxy.ts'

/** One HTTP answer, read to its end. */
export interface HttpAnswer {
  readonly status: number
  /** Lower-case names, as node:http gives them. */
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface HttpRequest {
  /** @default POST */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** @default none */
  readonly body?: string
  readonly signal: AbortSignal
}

/** Sends one request. Never follows a redirect: whoever holds a key decides where it goes. */
export type Transport = (request: HttpRequest) => Promise<HttpAnswer>

export interface TransportOptions {
  /** Time for one whole exchange, in milliseconds. */
  readonly timeoutMs: number
  /** Time for name look-up, connection and TLS. @default 10,000 */
  readonly connectTimeoutMs?: number
  /** Largest answer read, decompressed. @default 64 MiB */
  readonly maxBytes?: number
  /** Where HTTPS_PROXY and NO_PROXY (either case) are read from. */
  readonly env: NodeJS.ProcessEnv
  /** Whom to trust, see `trustedContext`. @default whom Node trusts */
  readonly secureContext?: SecureContext | undefined
  /** Most connections at a time to one host. @default 8 */
  readonly maxSockets?: number
  /** What is called and which settings name its host and the time limit, for the error texts. @default a server without a name */
  readonly peer?: Pick<Peer, 'operation' | 'setting'> & { readonly timeoutSetting?: string }
}

const SERVER = { operation: 'call the server', setting: 'its address' }

/**
 * A transport over node:http and node:https with kept connections and the environment's proxy.
 *
 * Errors: at once as `readProxy`; then `deadline-exceeded` when a time limit is over; `unavailable` for connection failures; `invalid-argument` and
 * `failed-precondition` for names and certificates, see network-error.ts; `canceled` when the signal aborts.
 * Why: plain http is for this machine only (whoever makes the address checks that) and goes past every proxy, which would see the key; not `fetch`, which reads the proxy variables only at process start and hides the TLS error behind "fetch failed".
 */
export function createTransport(options: TransportOptions): Transport {
  const {
    timeoutMs,
    connectTimeoutMs = 10_000,
    maxBytes = 64 * 1024 * 1024,
    env,
    secureContext,
    maxSockets = 8,
  } = options
  const peer: NonNullable<TransportOptions['peer']> = options.peer ?? SERVER
  const { operation } = peer
  const proxy = readProxy(env)
  const agentOptions = { keepAlive: true, maxSockets }
  const agents = {
    'http:': new HttpAgent(agentOptions),
    'https:': new HttpsAgent({
      ...agentOptions,
      ...(proxy && { proxyEnv: proxy.env }),
      ...(secureContext && { secureContext }),
      minVersion: 'TLSv1.2',
    }),
  }

  return async ({ method = 'POST', url, headers, body, signal }) => {
    const secure = url.protocol === 'https:'
    const limit = AbortSignal.timeout(timeoutMs)
    const connecting = new AbortController()
    const connectTimer = setTimeout(() => connecting.abort(), connectTimeoutMs)
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const request = (secure ? httpsRequest : httpRequest)(url, {
          method,
          agent: secure ? agents['https:'] : agents['http:'],
          headers: {
            ...headers,
            'accept-encoding': 'gzip',
            ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
          },
          signal: AbortSignal.any([signal, limit, connecting.signal]),
        })
        const connected = () => clearTimeout(connectTimer)
        request.on('socket', (socket) => {
          if (request.reusedSocket) connected()
          else socket.once(secure ? 'secureConnect' : 'connect', connected)
        })
        request.on('response', resolve)
        request.on('error', reject)
        request.end(body)
      })
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: await readBody(response, maxBytes, { operation, host: url.host }),
      }
    } catch (error) {
      if (signal.aborted) throw new ConnectorError('canceled', operation, 'stopped on request', error)
      if (limit.aborted)
        throw new ConnectorError(
          'deadline-exceeded',
          operation,
          `${url.host} did not answer within ${timeoutMs / 1000} s${peer.timeoutSetting === undefined ? '' : ` (${peer.timeoutSetting})`}`,
          error,
          'timeout',
        )
      if (connecting.signal.aborted)
        throw new ConnectorError(
          'unavailable',
          operation,
          `no connection to ${url.host} within ${connectTimeoutMs / 1000} s; check the network and the proxy settings`,
          error,
          'connect timeout',
        )
      throw networkError(error, { ...peer, host: url.host, proxy: secure ? proxy?.url : undefined })
    } finally {
      clearTimeout(connectTimer)
    }
  }
}

async function readBody(
  response: IncomingMessage,
  maxBytes: number,
  { operation, host }: Pick<Peer, 'operation' | 'host'>,
): Promise<string> {
  const stream =
    response.headers['content-encoding'] === 'gzip' ? pipeline(response, createGunzip(), () => {}) : response
  // Decoded as it arrives, so that no answer is held twice.
  const decoder = new StringDecoder('utf8')
  let text = ''
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes)
      throw new ConnectorError(
        'internal',
        operation,
        `an answer of ${host} is larger than ${maxBytes} bytes`,
        undefined,
        'too large',
      )
    text += decoder.write(chunk)
  }
  return text + decoder.end()
}
