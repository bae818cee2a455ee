import { createServer, type OutgoingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { RunningTenant } from '../tenant/start-tenant.ts'

/** An answer on its way back. */
export interface Answer {
  readonly status: number
  readonly headers?: OutgoingHttpHeaders
  readonly body: Buffer | string
}

/** Puts a server before a tenant that changes its answers; `number` counts the requests from 1. Gives the base URL. */
export async function altered(
  tenant: RunningTenant,
  alter: (answer: { readonly status: number; readonly body: Buffer }, number: number) => Answer,
  atEnd: (cleanUp: () => void) => void,
): Promise<string> {
  let number = 0
  const server = createServer((request, response) => {
    const turn = ++number
    const pass = async (): Promise<void> => {
      const answer = await fetch(new URL(request.url ?? '/', tenant.baseUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': String(request.headers['x-api-key']) },
        body: new Uint8Array(await buffer(request)),
      })
      const { status, headers, body } = alter(
        { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) },
        turn,
      )
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
    }
    pass().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
