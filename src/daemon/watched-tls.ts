import { writeSync } from 'node:fs'
import { isIP, type Socket } from 'node:net'
import { connect, type SecureContext } from 'node:tls'
import { CallCredentials, ChannelCredentials } from '@grpc/grpc-js'

/** How often a connection is looked at, in milliseconds. */
const LOOK_EVERY = 1_000

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
          endWithConnection(secured, socket)
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

/**
 * Ends a socket whose connection is gone without a word.
 *
 * Why: Node's HTTP/2 writes past the socket, and where a write is the first to see that the peer has reset the connection, nobody is told:
 * all calls would wait for their deadlines. To write nothing costs nothing and is an error on a dead connection alone.
 */
function endWithConnection(secured: Socket, connection: Socket): void {
  const look = setInterval(() => {
    const fd = (connection as { readonly _handle?: { readonly fd?: number } })._handle?.fd ?? -1
    if (fd < 0) return
    try {
      writeSync(fd, NOTHING)
    } catch (error) {
      secured.destroy(error as Error)
    }
  }, LOOK_EVERY)
  look.unref()
  secured.once('close', () => clearInterval(look))
}

const NOTHING = new Uint8Array()
