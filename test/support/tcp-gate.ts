import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpGate {
  readonly port: number
  /** From now on nothing passes in either direction, and nobody is told: new connections are accepted and stay silent. */
  freeze(): void
  /** Everything passes again; what came meanwhile first. */
  thaw(): void
  close(): void
}

/** A road to a port of this machine that can be blocked, as by a router that lost its state. */
export async function startTcpGate(target: number): Promise<TcpGate> {
  const sockets = new Set<Socket>()
  let frozen = false
  const watch = (socket: Socket): Socket => {
    sockets.add(socket)
    if (frozen) socket.pause()
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    const far = watch(connect(target, '127.0.0.1'))
    watch(near)
    near.on('data', (data) => far.write(data)).on('end', () => far.end())
    far.on('data', (data) => near.write(data)).on('end', () => near.end())
    if (frozen) for (const socket of [near, far]) socket.pause()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      frozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw() {
      frozen = false
      for (const socket of sockets) socket.resume()
    },
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
