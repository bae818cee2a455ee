import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'

export interface ConnectProxy {
  readonly host: string
  /** Targets of the CONNECT requests so far. */
  readonly targets: readonly string[]
  /** Texts of everything else that was sent here, which a proxy for TLS alone must never see. */
  readonly others: readonly string[]
  close(): void
}

/** A proxy on 127.0.0.1 that tunnels, or answers every CONNECT with 403. */
export async function startConnectProxy(manner: 'tunnel' | 'refuse'): Promise<ConnectProxy> {
  const targets: string[] = []
  const others: string[] = []
  const sockets = new Set<Duplex>()
  const server = createServer((request, response) => {
    others.push(`${request.method} ${request.url}`)
    response.writeHead(501).end()
  })
  server.on('connect', (request, client: Duplex) => {
    targets.push(request.url ?? '')
    sockets.add(client)
    client.on('error', () => client.destroy())
    if (manner === 'refuse') {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    const target = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1')
    target.on('error', () => client.destroy())
    target.on('connect', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      client.pipe(target).pipe(client)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    targets,
    others,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
