import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpGate {
  readonly port: number
  /** From now on nothing passes over the connections that there are, and neither side is told. New ones pass. */
  forget(): void
  /**
   * From now on what the far side says is kept back, until it is so many pieces. Then the near side gets them and a reset, both at once.
   */
  resetAfter(pieces: number): void
  close(): void
}

/** A road to a port of this machine that can lose its connections, as a router that restarts. */
export async function startTcpGate(target: number): Promise<TcpGate> {
  const sockets = new Set<Socket>()
  let pieces = 0
  const watch = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    const far = watch(connect(target, '127.0.0.1'))
    watch(near)
    near.on('data', (data) => far.write(data)).on('end', () => far.end())
    const kept: Buffer[] = []
    far.on('end', () => near.end())
    far.on('data', (data) => {
      if (pieces === 0) return void near.write(data)
      kept.push(data)
      if (kept.length < pieces) return
      near.write(Buffer.concat(kept))
      near.resetAndDestroy()
      far.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    forget() {
      for (const socket of sockets) socket.pause()
    },
    resetAfter(wanted) {
      pieces = wanted
    },
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
