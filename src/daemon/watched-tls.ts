import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import { ChannelCredentials } from '@grpc/grpc-js'

type Inner = Pick<ChannelCredentials, '_createSecureConnector'>

/** From the last data on an idle connection to the first probe of the kernel, in milliseconds; ten more follow, one a second. */
const PROBE_AFTER = 30_000

/**
 * TLS credentials of a channel that remember why a handshake failed, and which connections are not in use yet.
 *
 * Why: grpc-js turns the error into text, without the code that says what is wrong with a certificate; and it waits for a silent peer
 * without a limit, so that somebody has to end such a connection. Probes of the kernel find a dead peer without pings, for which servers
 * close connections.
 */
export class WatchedTls extends ChannelCredentials {
  readonly #inner: Inner
  readonly #unsettled = new Set<Socket>()
  #failure: { readonly error: unknown; readonly at: number } | undefined

  constructor(context: SecureContext) {
    super()
    this.#inner = ChannelCredentials.createFromSecureContext(context)
  }

  /** The error of the last handshake, if it failed within the last `ms` milliseconds. */
  failureWithin(ms: number): unknown {
    return this.#failure && performance.now() - this.#failure.at <= ms ? this.#failure.error : undefined
  }

  /** The channel is ready: what is connected now is in use. */
  settle(): void {
    this.#unsettled.clear()
  }

  /** Ends the connections that never got into use. */
  abandon(): void {
    for (const socket of this.#unsettled) socket.destroy()
  }

  override _isSecure(): boolean {
    return true
  }

  override _equals(other: ChannelCredentials): boolean {
    return other === this
  }

  override _createSecureConnector(
    ...given: Parameters<Inner['_createSecureConnector']>
  ): ReturnType<Inner['_createSecureConnector']> {
    // The one way to stand between grpc-js and its handshakes; the package's version is pinned and a test sees it work.
    // oxlint-disable-next-line eslint/no-underscore-dangle
    const connector = this.#inner._createSecureConnector(...given)
    return {
      waitForReady: () => connector.waitForReady(),
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
      connect: async (socket) => {
        socket.setKeepAlive(true, PROBE_AFTER)
        this.#unsettled.add(socket)
        socket.once('close', () => this.#unsettled.delete(socket))
        try {
          const result = await connector.connect(socket)
          this.#failure = undefined
          return result
        } catch (error) {
          this.#failure = { error, at: performance.now() }
          throw error
        }
      },
    }
  }
}
