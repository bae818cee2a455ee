import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

interface Line {
  readonly target: number
  /** Not 0 once connections may be taken. */
  readonly open: Int32Array<SharedArrayBuffer>
}

export interface SlowHandshake {
  /** Of 127.0.0.1. */
  readonly port: number
  /** Lets what has knocked come in: a client knocks again a second after it was not heard. */
  open(): void
  close(): Promise<void>
}

/** Connections that one who does not take any keeps waiting: the kernel holds one more than was asked for. */
const HELD = 2

/**
 * A way to a port of 127.0.0.1 that is as slow to connect as a far one: the kernel drops what a client asks for until it is opened.
 *
 * Why a thread: a listener that takes no connections has to stand still.
 */
export async function startSlowHandshake(target: number): Promise<SlowHandshake> {
  const open = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL(import.meta.url), { workerData: { target, open } satisfies Line })
  const [port] = (await once(worker, 'message')) as [number]
  const held = Array.from({ length: HELD }, () => connect(port, '127.0.0.1'))
  await Promise.all(held.map((socket) => once(socket, 'connect')))
  return {
    port,
    open() {
      Atomics.store(open, 0, 1)
      Atomics.notify(open, 0)
    },
    async close() {
      for (const socket of held) socket.destroy()
      await worker.terminate()
    },
  }
}

if (!isMainThread && parentPort && (workerData as Partial<Line> | null)?.target !== undefined) {
  const { target, open } = workerData as Line
  const server = createServer((socket) => {
    const onward = connect(target, '127.0.0.1')
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
    socket.pipe(onward).pipe(socket)
  })
  server.listen({ port: 0, host: '127.0.0.1', backlog: HELD - 1 }, () => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
    parentPort?.postMessage((server.address() as AddressInfo).port)
    Atomics.wait(open, 0, 0)
  })
}
