import { isIP, type Socket } from 'node:net'
import { connect, type SecureContext } from 'node:tls'
import { CallCredentials, ChannelCredentials } from '@grpc/grpc-js'

type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>

/** From the last data on an idle connection to the first probe of the kernel, in milliseconds; ten more follow, one a second. */
const PROBE_AFTER = 30_000

/**
 * TLS credentials of a channel that remember why a handshake failed, and which connections are not in use yet.
 *
 * Why: grpc-js turns the error into text, without the code that says what is wrong with a certificate; and it waits for a silent peer
 * without a limit, so that somebody has to end such a connection. Probes of the kernel find a dead peer without pings, for which servers
 * close connections. The class of grpc-js is meant to be extended by itself alone: its version is pinned, and tests see this work.
 */
export class WatchedTls extends ChannelCredentials {
  readonly #context: SecureContext
  readonly #host: string
  readonly #unsettled = new Set<Socket>()
  #failure: { readonly error: unknown; readonly at: number } | undefined

  /** `host` is the name or the address that the certificate must be for. */
  constructor(context: SecureContext, host: string) {
    super()
    this.#context = context
    this.#host = host.replace(/^\[|\]$/g, '')
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
    ...[, , callCredentials = CallCredentials.createEmpty()]: Parameters<ChannelCredentials['_createSecureConnector']>
  ): SecureConnector {
    return {
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => callCredentials,
      destroy() {},
      connect: async (socket) => {
        socket.setKeepAlive(true, PROBE_AFTER)
        this.#unsettled.add(socket)
        socket.once('close', () => this.#unsettled.delete(socket))
        try {
          const secured = await this.#handshake(socket)
          this.#failure = undefined
          return { socket: secured, secure: true }
        } catch (error) {
          this.#failure = { error, at: performance.now() }
          throw error
        }
      },
    }
  }

  #handshake(socket: Socket): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const secured = connect({
        socket,
        secureContext: this.#context,
        ALPNProtocols: ['h2'],
        host: this.#host,
        // An address is no server name.
        ...(isIP(this.#host) === 0 && { servername: this.#host }),
      })
      secured.once('secureConnect', () => resolve(secured))
      secured.on('error', reject)
    })
  }
}
