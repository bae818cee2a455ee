import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** One page of a search as it passes, and what can be done before the server sees it. */
export interface PageRequest {
  readonly base: string
  /** Which search of this base it is, from 1. */
  readonly search: number
  /** From 1. */
  readonly page: number
  /** Ends the connection on both sides. */
  cut(): void
  /** Waits until the server ends the connection. */
  untilServerEnds(): Promise<void>
  /** Tells the server to take the connection for nobody's from now on, and keeps its answer from the client. */
  forget(): Promise<void>
}

export interface LdapGate {
  readonly url: string
  close(): Promise<void>
}

const PAGED = Buffer.from('1.2.840.113556.1.4.319')

/** A bind with the empty name and password, as message 0x7ffffff. */
const ANONYMOUS_BIND = Buffer.from('300f020407ffffff600702010304008000', 'hex')

/** Stands before a directory server and lets a test act between the pages of a search. A client that waits for each answer is taken for granted. */
export async function startLdapGate(
  port: number,
  onPage: (request: PageRequest) => Promise<void> | void,
): Promise<LdapGate> {
  const sockets = new Set<Socket>()
  const searches = new Map<string, number>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    }
    let isKept = false
    let pages = 0
    let search = 0
    let order = Promise.resolve()
    const end = (): void => {
      near.destroy()
      far.destroy()
    }
    far.on('data', (data) => {
      if (!isKept) near.write(data)
    })
    far.on('end', () => near.end())
    near.on('end', () => far.end())
    near.on('data', (data) => {
      const pass = async (): Promise<void> => {
        if (data.includes(PAGED)) {
          const base = baseOf(data)
          if (++pages === 1) {
            search = (searches.get(base) ?? 0) + 1
            searches.set(base, search)
          }
          await onPage({
            ...{ base, search, page: pages },
            cut: end,
            untilServerEnds: async () => void (await once(far, 'end')),
            async forget() {
              isKept = true
              far.write(ANONYMOUS_BIND)
              await once(far, 'data')
              isKept = false
            },
          })
        }
        if (!far.destroyed) far.write(data)
      }
      // A test whose act fails must not wait for an answer that never comes.
      order = order.then(pass).catch(end)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The base of a search request: the first text in it. Source: RFC 4511 §4.5.1. */
function baseOf(data: Buffer): string {
  const operation = data.indexOf(0x63)
  const start = data.indexOf(0x04, operation)
  return data.subarray(start + 2, start + 2 + (data[start + 1] ?? 0)).toString('utf8')
}
