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
 * Why: an error of a write is lost below JavaScript (Node 24.21; https://github.com/nodejs/node/issues/50884). Where the peer has reset the
 * connection and a write is the first to learn of it, TLS takes its next write for one under way for ever, HTTP/2 reads nothing while a write
 * is under way, and all calls would wait for their deadlines. No event tells. To write nothing to the descriptor, which is not public,
 * sends nothing and fails on a dead connection alone; where there is no descriptor, as on Windows, the deadlines remain.
 */
function endWithConnection(secured: Socket, connection: Socket): void {
  const look = setInterval(() => {
    // oxlint-disable-next-line no-underscore-dangle -- Node's own property
    const fd = (connection as { readonly _handle?: { readonly fd?: number } | null })._handle?.fd ?? -1
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
