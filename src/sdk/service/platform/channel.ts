import { createSecureContext, type SecureContext } from 'node:tls'
import { Client, connectivityState, logVerbosity, setLogVerbosity } from '@grpc/grpc-js'
import { ConnectorError } from '../../ground/errors.ts'
import { bypassesProxy, readProxy } from '../../http/proxy.ts'
import type { PlatformHost } from './platform-host.ts'
import { WatchedTls } from './watched-tls.ts'

/** A long-lived connection to the platform. */
export interface Channel {
  /**
   * A client that is connected, or whose last attempt to connect has just failed, so that a call fails at once with the reason. The attempts
   * go on besides, with pauses of at most about five seconds.
   *
   * Errors: `unavailable` where there is no connection within the limit; the signal's reason.
   */
  connect(signal: AbortSignal): Promise<Client>
  /** Says that a client gave no answer in time: the next call gets a new connection. Calls under way on the old one go on. */
  distrust(client: Client): void
  /** The error of a TLS handshake that failed just now, whose text alone a call shows. */
  handshakeFailure(): unknown
  /** The proxy on the way, if any. */
  readonly proxy: URL | undefined
  close(): void
}

export interface ChannelOptions {
  readonly host: PlatformHost
  readonly userAgent: string
  /** Where HTTPS_PROXY and NO_PROXY (either case) are read from. */
  readonly env: NodeJS.ProcessEnv
  /** Whom to trust, see `trustedContext`. @default whom Node trusts */
  readonly secureContext?: SecureContext | undefined
  /** Time for name look-up, connection and TLS, in milliseconds. */
  readonly connectTimeoutMs: number
}

/** A handshake that failed longer ago says nothing of the present; attempts follow each other faster. Milliseconds. */
const RECENT = 10_000

/**
 * A channel over TLS 1.2 or newer. Nothing is sent before a call.
 *
 * Errors: `invalid-argument` for a proxy that cannot be used.
 */
export function createChannel(options: ChannelOptions): Channel {
  const { host, connectTimeoutMs } = options
  const { target, proxyOptions, proxy } = routeTo(host, options.env)
  const context = options.secureContext ?? createSecureContext({ minVersion: 'TLSv1.2' })
  const settings = { ...CHANNEL_SETTINGS, ...proxyOptions, 'grpc.primary_user_agent': options.userAgent }
  // grpc-js writes to stderr by itself; what it says there reaches us as the error of a call as well.
  if (!options.env['GRPC_VERBOSITY']) setLogVerbosity(logVerbosity.NONE)

  const open = () => {
    const tls = new WatchedTls(context, host.name)
    return { tls, client: new Client(target, tls, settings), brokenSince: undefined as number | undefined }
  }
  let current = open()
  /** The next client shares no connection with this one: its credentials are others. */
  const replace = (): void => {
    current.client.close()
    current.tls.abandon()
    current = open()
  }

  return {
    proxy,
    handshakeFailure: () => current.tls.failureWithin(RECENT),
    async connect(signal) {
      const { brokenSince } = current
      // An attempt may hang behind an earlier failure, which would be reported for ever.
      if (brokenSince !== undefined && performance.now() - brokenSince > 2 * connectTimeoutMs) replace()
      const used = current
      const state = await settledState(used.client, connectTimeoutMs, signal)
      if (state === 'ready') {
        used.brokenSince = undefined
        used.tls.settle()
        return used.client
      }
      if (state === 'failing') {
        used.brokenSince ??= performance.now()
        return used.client
      }
      if (used === current) replace()
      throw new ConnectorError(
        'unavailable',
        'connect to the platform',
        `no connection to ${host.host} within ${connectTimeoutMs / 1000} s; check the network and the proxy settings`,
        undefined,
        'connect timeout',
      )
    },
    distrust(client) {
      if (client === current.client) replace()
    },
    close() {
      current.client.close()
      current.tls.abandon()
    },
  }
}

const CHANNEL_SETTINGS = {
  // Without it every new connection asks the DNS for a TXT record, which a slow resolver makes felt.
  'grpc.service_config_disable_resolution': 1,
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  // It reads the variables in lower case only; see `routeTo`.
  'grpc.enable_http_proxy': 0,
  'grpc.initial_reconnect_backoff_ms': 500,
  // A fifth more by chance.
  'grpc.max_reconnect_backoff_ms': 4_000,
  'grpc.dns_min_time_between_resolutions_ms': 5_000,
  // Servers made with grpc-go close a connection on pings that follow each other within five minutes.
  'grpc.keepalive_time_ms': 310_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.max_receive_message_length': 16 * 1024 * 1024,
}

function routeTo(host: PlatformHost, env: NodeJS.ProcessEnv) {
  const address = `${host.name}:${host.port}`
  const direct = { target: `dns:///${address}`, proxyOptions: {}, proxy: undefined }
  const proxy = readProxy(env)
  if (!proxy || bypassesProxy(proxy, host.name, host.port)) return direct
  const { url } = proxy
  if (url.protocol !== 'http:')
    throw new ConnectorError(
      'invalid-argument',
      'configuration',
      'HTTPS_PROXY: service mode reaches a proxy over http:// only; TLS goes through it from end to end',
    )
  const credentials = [url.username, url.password].map(decodeURIComponent).join(':')
  return {
    target: `dns:///${url.hostname}:${url.port || 80}`,
    proxyOptions: {
      'grpc.http_connect_target': `dns:${address}`,
      'grpc.default_authority': address,
      ...(url.username && { 'grpc.http_connect_creds': credentials }),
    },
    proxy: url,
  }
}

/** Waits while a channel connects. Errors: the signal's reason. */
async function settledState(
  client: Client,
  limitMs: number,
  signal: AbortSignal,
): Promise<'ready' | 'failing' | 'connecting'> {
  const channel = client.getChannel()
  const deadline = Date.now() + limitMs
  for (;;) {
    signal.throwIfAborted()
    const state = channel.getConnectivityState(true)
    if (state === connectivityState.READY) return 'ready'
    if (state === connectivityState.TRANSIENT_FAILURE || state === connectivityState.SHUTDOWN) return 'failing'
    const change = Promise.withResolvers<boolean>()
    const stop = () => change.reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
    channel.watchConnectivityState(state, deadline, (error) => change.resolve(error === undefined))
    try {
      if (!(await change.promise)) return 'connecting'
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}
