import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpGate {
  readonly port: number
  /** From now on nothing passes over the connections that there are, and neither side is told. New ones pass. */
  forget(): void
  close(): void
}

/** A road to a port of this machine that can lose its connections, as a router that restarts. */
export async function startTcpGate(target: number): Promise<TcpGate> {
  const sockets = new Set<Socket>()
  const watch = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    const far = watch(connect(target, '127.0.0.1'))
    watch(near)
    near.on('data', (data) => far.write(data)).on('end', () => far.end())
    far.on('data', (data) => near.write(data)).on('end', () => near.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    forget() {
      for (const socket of sockets) socket.pause()
    },
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
