import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a made-up SCIM server answers. */
export interface ScimReply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Serves answers on a port of this machine until it is disposed of. An answer that fails cuts the connection. */
export async function serveScim(
  answer: (incoming: IncomingMessage) => Promise<ScimReply>,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((incoming, response) => {
    const reply = async (): Promise<void> => {
      const { status, body, headers } = await answer(incoming)
      response.writeHead(status, { 'content-type': 'application/scim+json', ...headers })
      response.end(body === undefined ? '' : JSON.stringify(body))
    }
    reply().catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/scim/v2`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
