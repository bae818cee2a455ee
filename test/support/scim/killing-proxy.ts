import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A moment of a write: before the target has it, or after it was made and before the answer is back. */
export interface Moment {
  /** Writes that pass before. */
  readonly after: number
  readonly when: 'before' | 'made'
}

export interface KillingProxy {
  readonly url: string
  /** Calls `kill` once, at the moment. */
  arm(moment: Moment, kill: () => void): void
  /** Writes that have come so far. */
  writes(): number
  close(): Promise<void>
}

/** Passes requests on to a target, and ends the caller in the middle of one. */
export async function killingProxy(target: string): Promise<KillingProxy> {
  let armed: { readonly moment: Moment; readonly kill: () => void } | undefined
  let writes = 0
  let all = 0
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const isWrite = incoming.method !== 'GET'
    if (isWrite) all++
    const hit = isWrite && armed !== undefined && writes++ === armed.moment.after ? armed : undefined
    if (hit) armed = undefined
    const stop = (): void => {
      hit?.kill()
      outgoing.destroy()
    }
    const body = await text(incoming)
    if (hit?.moment.when === 'before') return stop()
    const { authorization = '', 'content-type': type } = incoming.headers
    const answer = await fetch(new URL(incoming.url ?? '', target), {
      method: incoming.method ?? 'GET',
      headers: { authorization, ...(type !== undefined && { 'content-type': type }) },
      ...(isWrite && { body }),
    })
    const answered = await answer.text()
    if (hit) return stop()
    outgoing.writeHead(answer.status, { 'content-type': 'application/scim+json' }).end(answered)
  }
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${new URL(target).pathname}`,
    arm(moment, kill) {
      writes = 0
      armed = { moment, kill }
    },
    writes: () => all,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
